"""What the staff sees and does behind the counter."""

import pytest

from tests.harness.client import Shopper, eur, unique
from tests.harness.crowd import eventually
from tests.harness.problems import assert_problem
from tests.harness.server import lockstep
from tests.harness.shop import Shop

PATHS = [("GET", "/ops/invariants"), ("POST", "/ops/reconcile"), ("GET", "/ops/sandbox/charges")]


def test_the_invariants_count_every_law(shop: Shop) -> None:
    answer = shop.staff.get("/ops/invariants")

    report = answer.json()
    assert answer.status_code == 200 and report["ok"] is True
    assert {law["law"] for law in report["laws"]} >= {f"L{number}" for number in range(1, 13)}
    assert all(law["ok"] is True and not law["violations"] for law in report["laws"])


def test_with_nothing_pending_there_is_nothing_to_reconcile(shop: Shop) -> None:
    assert eventually(lambda: shop.staff.reconcile()["still_pending"] == 0, within=30)

    answer = shop.staff.post("/ops/reconcile")

    assert answer.status_code == 200
    assert {"resolved": 0, "still_pending": 0}.items() <= answer.json().items()


def test_the_sandbox_tells_its_charges_oldest_first(shop: Shop) -> None:
    ada, before = shop.shopper(), shop.staff.charges()

    ada.deposit(ada.account, eur(1000)).raise_for_status()
    ada.deposit(ada.account, eur(2000)).raise_for_status()

    answer = shop.staff.get("/ops/sandbox/charges")
    charges = answer.json()["data"]
    keys = [charge["key"] for charge in charges]
    assert answer.status_code == 200 and keys[: len(before)] == [charge["key"] for charge in before]
    assert [charge["amount"] for charge in charges[len(before) :]] in ([1000, 2000], [eur(1000), eur(2000)])
    assert all({"key", "amount", "currency", "status"} <= set(charge) for charge in charges)
    assert len(set(keys)) == len(keys)
    assert all(charge["status"] in {"authorized", "captured", "voided", "refunded", "declined"} for charge in charges)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_ops_are_for_the_staff(shop: Shop, regular: Shopper, method: str, path: str) -> None:

    assert_problem(shop.visitor().request(method, path), 401, "unauthenticated")
    assert_problem(regular.request(method, path), 403, "forbidden")


@pytest.mark.parametrize("authorization", ["Bearer wrong", "Bearer", "Bearer None", "Basic b3BzOm9wcw==", "wrong"])
def test_a_wrong_token_is_nobody(shop: Shop, authorization: str) -> None:
    answer = shop.visitor().get("/ops/invariants", headers={"Authorization": authorization})

    assert_problem(answer, 401, "unauthenticated")


def test_a_user_who_was_granted_the_role_is_staff(shop: Shop) -> None:
    ada = shop.shopper()
    assert_problem(ada.get("/ops/invariants"), 403, "forbidden")

    granted = lockstep("users", "grant-staff", ada.email, data_dir=shop.server.data_dir)

    assert granted.returncode == 0, granted.stderr
    device = shop.people.enter_context(ada.elsewhere())
    assert device.session()["roles"] == ["staff"]
    assert device.get("/ops/invariants").status_code == 200
    product = {"sku": unique("cup"), "name": "Cup", "price": eur(300), "on_hand": 1}
    assert device.post("/products/", json=product).status_code == 201


def test_the_command_line_sees_the_same_laws(shop: Shop) -> None:
    shop.shopper(funds=1000)

    for command in ("invariants", "reconcile"):
        seen = lockstep(command, data_dir=shop.server.data_dir)
        assert seen.returncode == 0, seen.stderr
    assert shop.staff.violations() == []
