"""The catalog: anyone reads it, the staff keeps it."""

import pytest

from tests.harness.client import Json, eur, unique
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop


def product(**changes: object) -> Json:
    return {"sku": unique("mug"), "name": "Mug", "price": eur(1200), "on_hand": 10} | changes


def test_anyone_reads_a_product_that_the_staff_added(shop: Shop) -> None:
    sku = unique("mug")

    added = shop.staff.post("/products/", json=product(sku=sku))

    read = shop.visitor().get(f"/products/{sku}")
    assert added.status_code == 201 and read.status_code == 200 and read.headers["etag"]
    assert {"sku": sku, "name": "Mug", "price": eur(1200), "available": 10}.items() <= read.json().items()


def test_the_list_has_the_product_too(shop: Shop) -> None:
    sku, visitor = shop.mug(), shop.visitor()

    answer = visitor.get("/products/", params={"limit": 100})

    seen = answer.json()["data"]
    while answer.json()["has_more"]:
        answer = visitor.get(answer.links["next"]["url"])
        seen += answer.json()["data"]
    assert visitor.get(f"/products/{sku}").json() in seen


def test_an_unknown_product_is_not_found(shop: Shop) -> None:
    assert_problem(shop.visitor().get("/products/no-such-mug"), 404, "not-found")


def test_name_and_price_change_and_the_etag_with_them(shop: Shop) -> None:
    sku = shop.mug()
    etag = shop.visitor().get(f"/products/{sku}").headers["etag"]

    dearer = shop.staff.patch(f"/products/{sku}", json={"price": eur(1500)})
    renamed = shop.staff.patch(f"/products/{sku}", json={"name": "Big mug"})

    assert dearer.status_code == renamed.status_code == 200
    read = shop.visitor().get(f"/products/{sku}")
    assert {"name": "Big mug", "price": eur(1500), "available": 10}.items() <= read.json().items()
    assert read.headers["etag"] != etag


def test_a_stock_adjustment_goes_up_and_down(shop: Shop) -> None:
    sku = shop.mug(on_hand=10)

    for delta in (5, -12):
        body = {"delta": delta, "reason": "count"}
        assert shop.staff.post(f"/products/{sku}/stock-adjustments", json=body).status_code == 201

    assert shop.staff.available(sku) == 3
    assert shop.staff.violations() == []


def test_stock_never_falls_below_what_is_there(shop: Shop) -> None:
    sku, visitor = shop.mug(on_hand=3), shop.visitor()
    before = shop.footprint(visitor, sku)

    answer = shop.staff.post(f"/products/{sku}/stock-adjustments", json={"delta": -4, "reason": "theft"})

    problem = assert_problem(answer, 409, "insufficient-stock")
    assert (problem["sku"], problem["available"]) == (sku, 3)
    assert shop.footprint(visitor, sku) == before


def test_a_sku_is_taken_once(shop: Shop) -> None:
    sku, visitor = shop.mug(), shop.visitor()
    before = shop.footprint(visitor, sku)

    assert_problem(shop.staff.post("/products/", json=product(sku=sku, name="Other")), 409, "sku-taken")

    assert shop.footprint(visitor, sku) == before


def keepers_work(sku: str) -> list[tuple[str, str, Json]]:
    return [
        ("POST", "/products/", product()),
        ("PATCH", f"/products/{sku}", {"name": "Mine"}),
        ("POST", f"/products/{sku}/stock-adjustments", {"delta": 1, "reason": "gift"}),
    ]


def test_only_the_staff_keeps_the_catalog(shop: Shop) -> None:
    sku, visitor, ada = shop.mug(), shop.visitor(), shop.shopper()
    before = shop.footprint(ada, sku)

    for method, path, body in keepers_work(sku):
        assert_problem(visitor.request(method, path, json=body), 401, "unauthenticated")
        assert_problem(ada.request(method, path, json=body), 403, "forbidden")
        if "sku" in body:
            assert_problem(visitor.get(f"/products/{body['sku']}"), 404, "not-found")

    assert shop.footprint(ada, sku) == before


@pytest.mark.parametrize(
    ("path", "body"), [("", {"name": "Ghost"}), ("/stock-adjustments", {"delta": 1, "reason": "?"})]
)
def test_an_unknown_product_cannot_be_kept(shop: Shop, path: str, body: Json) -> None:
    method = "POST" if path else "PATCH"

    assert_problem(shop.staff.request(method, f"/products/{unique('ghost')}{path}", json=body), 404, "not-found")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"price": {"amount": -1, "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": 12.5, "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": 1200, "currency": "XXQ"}}, "/price/currency"),
        ({"price": 1200}, "/price"),
        ({"on_hand": -1}, "/on_hand"),
        ({"on_hand": True}, "/on_hand"),
        ({"on_hand": 10**30}, "/on_hand"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 10_000}, "/name"),
        ({"sku": "white space"}, "/sku"),
        ({"sku": "x" * 1000}, "/sku"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_product_that_is_none_is_refused_where_it_is_wrong(shop: Shop, changes: Json, pointer: str) -> None:
    body = product(**changes)

    assert_invalid(shop.staff.post("/products/", json=body), pointer)

    assert_problem(shop.visitor().get(f"/products/{body['sku']}"), 404, "not-found")


@pytest.mark.parametrize("delta", [0.5, True, "1", 10**30, None])
def test_a_delta_that_is_none_moves_no_stock(shop: Shop, delta: object) -> None:
    sku, visitor = shop.mug(), shop.visitor()
    before = shop.footprint(visitor, sku)

    answer = shop.staff.post(f"/products/{sku}/stock-adjustments", json={"delta": delta, "reason": "count"})

    assert_invalid(answer, "/delta")
    assert shop.footprint(visitor, sku) == before
