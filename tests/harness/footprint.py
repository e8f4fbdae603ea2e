"""What a request may leave behind, gathered so that two moments can be compared."""

from dataclasses import dataclass

from tests.harness.client import Client, Json, Staff

LIVE = {"authorized": "held", "captured": "held"}  # capture follows by itself, at a moment of its own


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """Everything of a visitor, the named products and the gateway that a refusal must leave alone."""

    who: Json
    session: Json
    devices: int
    orders: list[Json]
    accounts: list[Json]
    entries: list[Json]
    products: list[Json]
    charges: list[Json]
    violations: list[Json]


def footprint(visitor: Client, staff: Staff, *skus: str) -> Footprint:
    """Of one visitor (logged in or not), some products, and the sandbox; a charge that was declined is no charge."""
    accounts = _listed(visitor, "/accounts/")
    return Footprint(
        who=_without(visitor.get("/users/me").json(), "request_id"),
        session=_without(visitor.session(), "expires_at", "idle_expires_at"),
        devices=len(_listed(visitor, "/sessions")),
        orders=[_held(order) for order in _listed(visitor, "/orders/")],
        accounts=accounts,
        entries=[entry for account in accounts for entry in _listed(visitor, f"/accounts/{account['id']}/entries")],
        products=[_without(staff.get(f"/products/{sku}").json(), "request_id") for sku in skus],
        charges=charges(staff),
        violations=staff.violations(),
    )


def charges(staff: Staff) -> list[Json]:
    """What was charged, oldest first; not what becomes of it, since somebody's refund may be under way."""
    return [_without(charge, "status") for charge in staff.charges() if charge["status"] != "declined"]


def _held(order: Json) -> Json:
    payment = order["payment"]
    return order | {"payment": payment | {"status": LIVE.get(payment["status"], payment["status"])}}


def _listed(visitor: Client, path: str) -> list[Json]:
    """Everything under `path`, page by page; nothing for whom it is not open."""
    found: list[Json] = []
    while True:
        after = {"starting_after": found[-1]["id"]} if found else {}
        response = visitor.get(path, params={"limit": 100, **after})
        if response.status_code == 401:
            return []
        page = response.raise_for_status().json()
        found += page["data"]
        if not page.get("has_more"):
            return found


def _without(document: Json, *members: str) -> Json:
    return {name: value for name, value in document.items() if name not in members}
