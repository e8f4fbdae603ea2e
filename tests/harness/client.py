"""The people of the suite: anyone with a cookie jar, a shopper with an account, the staff with a token."""

import secrets
import ssl
from collections.abc import Mapping
from typing import Any, Self

import httpx2

from tests.harness.server import OPS_TOKEN

Json = dict[str, Any]  # JSON from the wire: its shape is what the tests assert

PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used, and so not loaded with certificates for each client
BALANCE: Json = {"method": "balance"}


def card(token: str = "pm_card_visa") -> Json:  # noqa: S107 (a sandbox token, public by design)
    return {"method": "card", "token": token}


def eur(amount: int) -> Json:
    return {"amount": amount, "currency": "EUR"}


def unique(name: str) -> str:
    """A name nobody else has, in this run or on this server."""
    return f"{name}-{secrets.token_hex(5)}"


class Client(httpx2.Client):
    """Anyone with a cookie jar."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(base_url=base_url, headers=headers, trust_env=False, verify=PLAIN_HTTP, timeout=60)

    def __enter__(self) -> Self:
        """Unlike its parent's, of one who may have been busy already."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sign_up(self, name: str, email: str, password: str) -> httpx2.Response:
        return self.post("/users/", json={"name": name, "email": email, "password": password})

    def log_in(self, email: str, password: str) -> httpx2.Response:
        return self.post("/session", json={"email": email, "password": password})

    def session(self) -> Json:
        return self.get("/session").json()

    def order(self, sku: str, quantity: int = 1, *, pay: Json | None = None, key: str | None = None) -> httpx2.Response:
        """One line, paid by a good card unless said otherwise."""
        return self.place([{"sku": sku, "quantity": quantity}], pay=pay, key=key)

    def place(
        self,
        items: object,
        *,
        pay: Json | None = None,
        key: str | None = None,
        dry_run: bool = False,
        expected_total: Json | None = None,
    ) -> httpx2.Response:
        body: Json = {"items": items, "payment": pay or card()}
        if expected_total is not None:
            body["expected_total"] = expected_total
        return self.post("/orders/", params={"dry_run": "true"} if dry_run else None, headers=keyed(key), json=body)

    def deposit(
        self, account: str, amount: Json, *, pay: Json | None = None, key: str | None = None
    ) -> httpx2.Response:
        """With a fresh Idempotency-Key unless one is given: deposits need one."""
        body = {"amount": amount, "payment": pay or card()}
        return self.post(f"/accounts/{account}/deposits", headers=keyed(key or unique("deposit")), json=body)

    def transfer(self, source: str, target: str, amount: Json, *, key: str | None = None) -> httpx2.Response:
        """With a fresh Idempotency-Key unless one is given: transfers need one."""
        body = {"from_account": source, "to_account": target, "amount": amount}
        return self.post("/transfers/", headers=keyed(key or unique("transfer")), json=body)

    def cancel(self, order_id: str) -> httpx2.Response:
        return self.post(f"/orders/{order_id}/cancel")

    def fulfill(self, order_id: str) -> httpx2.Response:
        return self.post(f"/orders/{order_id}/fulfill")


class Shopper(Client):
    """Somebody who signed up; logged in, unless `log_in` is still to come."""

    def __init__(self, base_url: str, *, name: str = "Ada", funds: int = 0) -> None:
        super().__init__(base_url)
        self.name = name
        self.email = f"{unique(name.lower())}@example.com"
        self.password = secrets.token_urlsafe(12)
        self.user: Json = self.sign_up(name, self.email, self.password).raise_for_status().json()
        self.id: str = self.user["id"]
        self.account: str = self.user["accounts"][0]["id"]
        self.log_in(self.email, self.password).raise_for_status()
        if funds:
            posted = self.deposit(self.account, eur(funds))
            assert posted.status_code == 201, posted.text

    def twin(self) -> Client:
        """Another window of the same browser: the same cookie, a connection of its own."""
        window = Client(str(self.base_url))
        window.cookies.update(self.cookies)
        return window

    def elsewhere(self) -> Client:
        """The same person, logged in from another device."""
        device = Client(str(self.base_url))
        device.log_in(self.email, self.password).raise_for_status()
        return device

    def balance(self) -> int:
        money = self.get(f"/accounts/{self.account}").json()["balance"]
        assert money["currency"] == "EUR"
        return int(money["amount"])

    def orders(self) -> list[Json]:
        """The newest hundred."""
        return list(self.get("/orders/", params={"limit": 100}).json()["data"])

    def status(self, order_id: str) -> str:
        return str(self.get(f"/orders/{order_id}").json()["status"])


class Staff(Client):
    """Whoever holds the ops token: no cookie, no log-in."""

    def __init__(self, base_url: str, token: str = OPS_TOKEN) -> None:
        super().__init__(base_url, headers={"Authorization": f"Bearer {token}"})

    def stock(self, *, price: int = 1200, on_hand: int = 10, name: str = "Mug") -> str:
        """A new product on the shelf; returns its SKU."""
        sku = unique("mug")
        body = {"sku": sku, "name": name, "price": eur(price), "on_hand": on_hand}
        self.post("/products/", json=body).raise_for_status()
        return sku

    def available(self, sku: str) -> int:
        return int(self.get(f"/products/{sku}").json()["available"])

    def charges(self) -> list[Json]:
        """All that the card gateway knows, oldest first."""
        return list(self.get("/ops/sandbox/charges").raise_for_status().json()["data"])

    def reconcile(self) -> Json:
        return self.post("/ops/reconcile").raise_for_status().json()

    def violations(self) -> list[Json]:
        """The laws that do not hold: none, on a good day."""
        report = self.get("/ops/invariants").raise_for_status().json()
        assert report["ok"] is all(law["ok"] for law in report["laws"])
        return [law for law in report["laws"] if not law["ok"]]


def keyed(key: str | None) -> dict[str, str]:
    """The header as the IETF draft writes it: a quoted string."""
    return {} if key is None else {"Idempotency-Key": f'"{key}"'}
