"""Lists come in pages that one link after the other leads through."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.harness.client import Client, Json, Shopper, eur
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop


def pages(client: Client, path: str, limit: int) -> list[list[Json]]:
    """Every page, as a client that only follows links sees them."""
    answer = client.get(path, params={"limit": limit})
    found = [answer.json()["data"]]
    while "next" in answer.links:
        assert answer.json()["has_more"] is True and len(found[-1]) == limit
        assert parse_qs(urlsplit(answer.links["next"]["url"]).query)["limit"] == [str(limit)]
        answer = client.get(answer.links["next"]["url"])
        found.append(answer.json()["data"])
    assert answer.json()["has_more"] is False
    return found


def with_five_orders(shop: Shop) -> tuple[Shopper, list[str]]:
    ada, sku = shop.shopper(), shop.mug()
    return ada, [ada.order(sku).json()["id"] for _ in range(5)]


def test_links_lead_through_all_orders_once(shop: Shop) -> None:
    ada, placed = with_five_orders(shop)

    seen = pages(ada, "/orders/", 2)

    assert [len(page) for page in seen] == [2, 2, 1]
    assert [order["id"] for page in seen for order in page] == placed[::-1]


def test_a_page_that_ends_exactly_has_no_next(shop: Shop) -> None:
    ada, _ = with_five_orders(shop)

    answer = ada.get("/orders/", params={"limit": 5})

    assert len(answer.json()["data"]) == 5 and answer.json()["has_more"] is False and "link" not in answer.headers


def test_a_page_starts_after_any_order(shop: Shop) -> None:
    ada, placed = with_five_orders(shop)

    answer = ada.get("/orders/", params={"starting_after": placed[3], "limit": 2})

    assert [order["id"] for order in answer.json()["data"]] == [placed[2], placed[1]]
    assert answer.json()["has_more"] is True


def test_what_comes_in_while_paging_moves_nothing(shop: Shop) -> None:
    ada, placed = with_five_orders(shop)
    first = ada.get("/orders/", params={"limit": 2})

    ada.order(shop.mug()).raise_for_status()

    second = ada.get(first.links["next"]["url"])
    assert [order["id"] for order in second.json()["data"]] == [placed[2], placed[1]]


def test_twenty_make_a_page_unless_asked_otherwise(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=100), shop.shopper("Bob")
    for _ in range(21):
        ada.transfer(ada.account, bob.account, eur(1)).raise_for_status()

    answer = bob.get(f"/accounts/{bob.account}/entries")

    assert len(answer.json()["data"]) == 20 and answer.json()["has_more"] is True
    assert [len(page) for page in pages(bob, f"/accounts/{bob.account}/entries", 20)] == [20, 1]
    entries = [entry["id"] for page in pages(bob, f"/accounts/{bob.account}/entries", 8) for entry in page]
    assert len(entries) == len(set(entries)) == 21


def test_links_lead_through_all_products_once(shop: Shop) -> None:
    skus = {shop.mug() for _ in range(5)}

    seen = [product["sku"] for page in pages(shop.visitor(), "/products/", 3) for product in page]

    assert skus <= set(seen) and len(seen) == len(set(seen))


@pytest.mark.parametrize("path", ["/orders/", "/products/"])
@pytest.mark.parametrize("limit", ["0", "-1", "101", "1.5", "many", "", "9" * 40])
def test_a_limit_that_is_none_is_refused(regular: Shopper, path: str, limit: str) -> None:
    problem = assert_problem(regular.get(path, params={"limit": limit}), 422, "validation-failed")

    assert "limit" in str(problem["errors"])


@pytest.mark.parametrize("path", ["/orders/", "/products/"])
@pytest.mark.parametrize("after", ["nowhere", "\0", "\ufffd", "x" * 3000, "' OR 1=1 --"])
def test_a_start_that_is_none_is_no_error_of_ours(regular: Shopper, path: str, after: str) -> None:
    answer = regular.get(path, params={"starting_after": after})

    assert answer.status_code in {200, 404, 422}
    if answer.status_code != 200:
        assert_problem(answer, answer.status_code, answer.json()["code"])


def test_nobody_pages_through_somebody_elses_orders(shop: Shop) -> None:
    ada, placed = with_five_orders(shop)
    eve = shop.shopper("Eve")

    answer = eve.get("/orders/", params={"starting_after": placed[3]})

    assert not answer.is_success or answer.json()["data"] == []
    assert len(ada.orders()) == 5
