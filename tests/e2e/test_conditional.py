"""Validators: what has not changed is not sent again, what has changed is not overwritten (RFC 9110, section 13)."""

import pytest

from tests.harness.client import Shopper, eur
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop


@pytest.mark.parametrize("path", ["/products/{sku}", "/products/"])
def test_an_unchanged_product_is_not_sent_again(shop: Shop, path: str) -> None:
    visitor, url = shop.visitor(), path.format(sku=shop.mug())
    etag = visitor.get(url).headers["etag"]

    for condition in (etag, f'"other", {etag}', "*", f"W/{etag.removeprefix('W/')}"):
        answer = visitor.get(url, headers={"If-None-Match": condition})
        assert answer.status_code == 304 and answer.content == b""
        assert answer.headers["etag"] == etag
    assert visitor.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/products/{sku}", "/products/"])
def test_a_changed_product_is_sent_again(shop: Shop, path: str) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug()
    url = path.format(sku=sku) + "?limit=100"
    etag = ada.get(url).headers["etag"]

    shop.staff.patch(f"/products/{sku}", json={"price": eur(1300)}).raise_for_status()
    repriced = ada.get(url, headers={"If-None-Match": etag})
    ada.order(sku).raise_for_status()
    sold = ada.get(url, headers={"If-None-Match": repriced.headers["etag"]})

    assert (repriced.status_code, sold.status_code) == (200, 200)
    assert len({etag, repriced.headers["etag"], sold.headers["etag"]}) == 3


def test_the_etag_of_an_order_changes_with_its_status(shop: Shop) -> None:
    ada = shop.shopper()
    path = f"/orders/{ada.order(shop.mug()).json()['id']}"
    etag = ada.get(path).headers["etag"]

    shop.staff.fulfill(path.rpartition("/")[2]).raise_for_status()

    assert ada.get(path).headers["etag"] != etag


def test_of_two_writers_the_slower_is_told(shop: Shop) -> None:
    ada = shop.shopper()
    phone = shop.people.enter_context(ada.elsewhere())
    etag = ada.get("/users/me").headers["etag"]
    assert not etag.startswith("W/")  # If-Match compares strongly

    first = ada.patch("/users/me", json={"name": "Augusta"}, headers={"If-Match": etag})
    second = phone.patch("/users/me", json={"name": "Countess"}, headers={"If-Match": etag})

    assert first.status_code == 200
    assert_problem(second, 412, "stale")
    assert ada.get("/users/me").json()["name"] == "Augusta"


@pytest.mark.parametrize("condition", ["*", '"other", {etag}'])
def test_any_of_several_validators_will_do(shop: Shop, condition: str) -> None:
    ada = shop.shopper()
    etag = ada.get("/users/me").headers["etag"]

    answer = ada.patch("/users/me", json={"name": "Augusta"}, headers={"If-Match": condition.format(etag=etag)})

    assert answer.status_code == 200 and answer.json()["name"] == "Augusta"


@pytest.mark.parametrize("condition", ['"other"', "garbage", "", "W/{etag}"])
def test_none_of_them_will_not(shop: Shop, regular: Shopper, condition: str) -> None:
    before, etag = shop.footprint(regular), regular.get("/users/me").headers["etag"]

    answer = regular.patch("/users/me", json={"name": "Eve"}, headers={"If-Match": condition.format(etag=etag)})

    assert_problem(answer, answer.status_code, answer.json()["code"])
    assert answer.json()["code"] in {"stale", "precondition-required", "validation-failed"}
    assert shop.footprint(regular) == before
