"""Headers that steer: idempotency keys, validators, links to the next page."""

import pytest
from starlette.requests import Request

from domain.errors import CardDeclined
from entrypoints.web.conditions import known_of, required_tags
from entrypoints.web.keys import optional_key, required_key, told
from entrypoints.web.lists import Part, part_of
from entrypoints.web.problems import Problem
from service_layer.idempotency import Answer
from service_layer.receipts import OrderReceipt


def request(*headers: tuple[str, str], query: str = "") -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in [("host", "shop.example"), *headers]]
    return Request(
        {
            "type": "http",
            "scheme": "https",
            "server": None,
            "path": "/orders/",
            "query_string": query.encode(),
            "headers": raw,
        }
    )


def keyed(*values: str) -> Request:
    return request(*(("idempotency-key", value) for value in values))


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ("  abc ", "abc"),
        ('"a b"', "a b"),
        (r'"a\"b\\c"', r'a"b\c'),
        ("k" * 255, "k" * 255),
        (f'"{"k" * 255}"', "k" * 255),
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
    ],
)
def test_a_key_is_the_same_in_both_forms(sent: str, key: str) -> None:
    assert optional_key(keyed(sent)) == required_key(keyed(sent)) == key


NO_KEYS = ["", '""', '"', 'a"b', '"a"b"', '"a";x=1', "a b", '"a\\b"', "sch\xf6n", '"\x7f"', "k" * 256, f'"{"k" * 256}"']


@pytest.mark.parametrize("sent", NO_KEYS)
def test_a_key_that_is_none_is_refused(sent: str) -> None:
    with pytest.raises(Problem) as problem:
        optional_key(keyed(sent))
    assert problem.value.code == "idempotency-key-invalid"


def test_two_keys_are_none_and_none_may_be_missing() -> None:
    with pytest.raises(Problem, match="idempotency-key-invalid"):
        optional_key(keyed("a", "a"))
    with pytest.raises(Problem, match="idempotency-key-missing"):
        required_key(keyed())
    assert optional_key(keyed()) is None


def test_a_refusal_that_is_told_again_says_so() -> None:
    with pytest.raises(Problem) as first:
        told(Answer(CardDeclined("do_not_honor")), OrderReceipt)
    with pytest.raises(Problem) as again:
        told(Answer(CardDeclined("do_not_honor"), replayed=True), OrderReceipt)

    assert "Idempotent-Replayed" not in first.value.headers
    assert again.value.headers["Idempotent-Replayed"] == "true"
    assert again.value.members == first.value.members == {"decline_code": "do_not_honor"}


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ('"3"', True),
        ('W/"3"', True),
        ('"1", W/"2" ,"3"', True),
        ("*", True),
        ('"4"', False),
        ("3", False),
        ("", False),
        ('"33"', False),
        ('"*"', False),
    ],
)
def test_what_the_client_has_is_not_sent_again(sent: str, known: bool) -> None:
    reply = known_of(request(("if-none-match", sent))).reply(None, "3")  # type: ignore[type-var]

    assert (reply.status == 304) is known and reply.headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("sent", "tags"),
    [
        ('"3"', {"3"}),
        ('"1","2"', {"1", "2"}),
        ("*", {"*"}),
        ('W/"3"', set[str]()),
        ('"*"', set[str]()),
        ("garbage", set[str]()),
    ],
)
def test_only_strong_tags_allow_to_overwrite(sent: str, tags: set[str]) -> None:
    assert required_tags(request(("if-match", sent))) == tags


def test_a_change_without_a_condition_is_refused() -> None:
    with pytest.raises(Problem, match="precondition-required"):
        required_tags(request())


def test_a_part_of_a_list_is_what_was_asked_for() -> None:
    assert part_of(request()) == Part("https://shop.example/orders/", 20, None)
    assert part_of(request(query="limit=100&starting_after=a-1&x=y")).limit == 100


@pytest.mark.parametrize("limit", ["0", "101", "", "1.5", "%C2%B2", "-1", "9999"])
def test_a_limit_that_is_none_is_refused(limit: str) -> None:
    with pytest.raises(Problem, match="validation-failed") as problem:
        part_of(request(query=f"limit={limit}"))
    assert "limit" in problem.value.errors[0].detail


@pytest.mark.parametrize("query", ["starting_after=", "starting_after=%00", "starting_after=" + "x" * 256])
def test_a_start_that_is_none_is_refused(query: str) -> None:
    with pytest.raises(Problem, match="validation-failed"):
        part_of(request(query=query))


def test_the_link_leads_behind_the_last_one() -> None:
    part = Part("https://shop.example/orders/", 2)

    assert part.link("a&b") == {"Link": '<https://shop.example/orders/?limit=2&starting_after=a%26b>; rel="next"'}
    assert part.link(None) == {}
