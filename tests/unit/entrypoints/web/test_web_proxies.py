"""Proxies: whom they speak for is believed from configured addresses only."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from entrypoints.web.middleware.proxies import Proxies, address_in

OURS = ("10.0.0.0/8", "2001:db8:1::/48")
PEER, CLIENT, SPOOFED = "10.0.0.1", "192.0.2.7", "203.0.113.9"
Seen = tuple[str, str, str]


def seen(*headers: tuple[str, str], peer: str | None = PEER, trusted: tuple[str, ...] = OURS) -> Seen:
    """The client's address, the scheme and the host that the service is told."""
    raw = [(b"host", b"inner:8000"), *((name.encode(), value.encode("latin-1")) for name, value in headers)]
    scope: Scope = {"type": "http", "scheme": "http", "client": (peer, 1234) if peer else None, "headers": raw}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert [name for name, _ in scope["headers"]].count(b"host") == 1

    asyncio.run(Proxies(app, trusted)(scope, None, None))  # type: ignore[arg-type]
    client = scope["client"][0] if scope["client"] else ""
    return client, scope["scheme"], dict(scope["headers"])[b"host"].decode()


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ([("x-forwarded-for", CLIENT)], (CLIENT, "http", "inner:8000")),
        ([("x-forwarded-for", f"{CLIENT}:4711")], (CLIENT, "http", "inner:8000")),
        ([("x-forwarded-for", f"{SPOOFED}, {CLIENT}")], (CLIENT, "http", "inner:8000")),
        ([("x-forwarded-for", f"{SPOOFED}, {CLIENT}, 10.0.0.2")], (CLIENT, "http", "inner:8000")),
        ([("x-forwarded-for", SPOOFED), ("x-forwarded-for", f"{CLIENT}, 10.9.9.9")], (CLIENT, "http", "inner:8000")),
        ([("x-forwarded-for", "10.0.0.3, 10.0.0.2")], ("10.0.0.3", "http", "inner:8000")),
        ([("x-forwarded-for", f"{CLIENT}, unknown")], (PEER, "http", "inner:8000")),
        ([("x-forwarded-for", "")], (PEER, "http", "inner:8000")),
        ([("x-forwarded-proto", "https")], (PEER, "https", "inner:8000")),
        ([("x-forwarded-proto", "gopher")], (PEER, "http", "inner:8000")),
        ([("x-forwarded-host", "shop.example")], (PEER, "http", "shop.example")),
        ([("x-forwarded-host", "shop.example/evil")], (PEER, "http", "inner:8000")),
        (
            [("x-forwarded-for", CLIENT), ("x-forwarded-proto", "HTTPS"), ("x-forwarded-host", "shop.example:8443")],
            (CLIENT, "https", "shop.example:8443"),
        ),
        (
            [
                ("x-forwarded-for", f"{SPOOFED}, {CLIENT}, 10.0.0.2"),
                ("x-forwarded-proto", "http, https, http"),
                ("x-forwarded-host", "evil.example, shop.example, inner"),
            ],
            (CLIENT, "https", "shop.example"),
        ),
        ([("forwarded", f"for={CLIENT};proto=https;host=shop.example")], (CLIENT, "https", "shop.example")),
        ([("forwarded", f'For="{CLIENT}:4711"; Proto=https')], (CLIENT, "https", "inner:8000")),
        ([("forwarded", 'for="[2001:db8:2::7]:4711"')], ("2001:db8:2::7", "http", "inner:8000")),
        ([("forwarded", f'for="a\\"b,c", for={CLIENT}')], (CLIENT, "http", "inner:8000")),
        (
            [
                (
                    "forwarded",
                    f"for={SPOOFED};host=evil.example, for={CLIENT};proto=https;host=shop.example, for=10.1.1.1",
                )
            ],
            (CLIENT, "https", "shop.example"),
        ),
        ([("forwarded", "for=_hidden;proto=https")], (PEER, "https", "inner:8000")),
        ([("forwarded", "=;;,,=")], (PEER, "http", "inner:8000")),
        ([("forwarded", f"for={CLIENT}"), ("x-forwarded-for", CLIENT)], (CLIENT, "http", "inner:8000")),
        ([], (PEER, "http", "inner:8000")),
    ],
)
def test_the_rightmost_address_that_is_not_ours_is_the_client(headers: list[tuple[str, str]], told: Seen) -> None:
    assert seen(*headers) == told


def test_a_header_that_the_proxy_does_not_write_cannot_be_slipped_past_it() -> None:
    """The proxy writes the one, the client has made up the other: neither is believed."""
    made_up = ("forwarded", f"for={SPOOFED};host=evil.example;proto=https")

    assert seen(made_up, ("x-forwarded-for", CLIENT)) == (PEER, "http", "inner:8000")


@pytest.mark.parametrize("proxy_says", [[], [("x-forwarded-host", "shop.example"), ("x-forwarded-proto", "http")]])
def test_not_even_with_the_clients_true_address_in_it(proxy_says: list[tuple[str, str]]) -> None:
    made_up = ("forwarded", f"for={CLIENT};host=evil.example;proto=https")

    assert seen(made_up, ("x-forwarded-for", CLIENT), *proxy_says) == (CLIENT, "http", "inner:8000")


@pytest.mark.parametrize("peer", [SPOOFED, "11.0.0.1", "unix:", None])
def test_nobody_else_is_believed(peer: str | None) -> None:
    everything = [
        ("x-forwarded-for", CLIENT),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", f"for={CLIENT};proto=https;host=evil.example"),
    ]

    assert seen(*everything, peer=peer) == (peer or "", "http", "inner:8000")
    assert seen(*everything, trusted=()) == (PEER, "http", "inner:8000")


def test_an_address_is_one_however_it_is_written() -> None:
    assert address_in("::ffff:10.0.0.1") == address_in("10.0.0.1") == address_in("10.0.0.1:80")
    assert address_in("[2001:db8::1]:80") == address_in("2001:db8::1") == address_in("[2001:db8::1]")
    assert address_in("shop.example") is address_in("unknown") is address_in("[") is address_in("") is None
    assert seen(("x-forwarded-for", CLIENT), peer="::ffff:10.0.0.1")[0] == CLIENT
