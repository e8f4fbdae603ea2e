"""The middleware by itself: what it makes of messages that no ordinary server or endpoint sends."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.web.middleware.body_limit import BodyLimit
from entrypoints.web.middleware.cookies import BAD, SessionCookie
from entrypoints.web.middleware.head import Head
from entrypoints.web.middleware.sessions import Sessions
from entrypoints.web.problems import Problem

COOKIE = SessionCookie("session", secure=False)
SECURE = SessionCookie("__Host-session", secure=True)


def scope_of(method: str = "GET", *headers: tuple[bytes, bytes]) -> Scope:
    return {
        "type": "http",
        "method": method,
        "path": "/",
        "scheme": "http",
        "server": ("shop.example", 80),
        "client": None,
        "headers": list(headers),
        "state": {"request_id": "1"},
    }


def told(app: ASGIApp, scope: Scope, *body: bytes) -> list[Message]:
    """What `app` sends when the body comes in these pieces."""
    sent: list[Message] = []
    pieces = [{"type": "http.request", "body": piece, "more_body": True} for piece in body]

    async def receive() -> Message:
        return pieces.pop(0) if pieces else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def tell() -> list[Message]:
        await app(scope, receive, send)
        return sent

    return asyncio.run(tell())


def raising(error: BaseException, *first: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in first:
            await send(message)
        raise error

    return app


@pytest.mark.parametrize(("method", "code"), [("GET", b"unavailable"), ("POST", b"outcome-unknown")])
def test_a_request_that_the_end_of_the_server_cuts_off_is_told_what_is_known(
    app: Any, method: str, code: bytes
) -> None:
    start, body = told(Sessions(raising(asyncio.CancelledError()), app.state.services), scope_of(method))

    assert start["status"] == 503 and code in body["body"]


def test_nobody_is_answered_who_has_gone(app: Any) -> None:
    assert told(Sessions(raising(ClientDisconnect()), app.state.services), scope_of()) == []


def test_an_answer_that_has_begun_is_not_begun_again(app: Any, browsing: Any) -> None:
    start = {"type": "http.response.start", "status": 200, "headers": []}

    sent = told(Sessions(raising(RuntimeError(), start), app.state.services), scope_of())

    assert [message["type"] for message in sent] == ["http.response.start"]


def test_a_body_in_pieces_is_cut_off_where_it_exceeds_the_limit() -> None:
    async def read(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "http.request":
            pass

    assert told(BodyLimit(read), scope_of("POST"), b"x" * 65_536) == []
    with pytest.raises(Problem) as problem:
        told(BodyLimit(read), scope_of("POST"), b"x" * 65_536, b"x")
    assert problem.value.code == "body-too-large"


def test_head_is_get_without_the_body() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["method"].encode()})

    assert [message.get("body") for message in told(Head(echo), scope_of("HEAD"))] == [None, b""]
    assert told(Head(echo), scope_of("GET"))[1]["body"] == b"GET"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (b"", None),
        (b"theme=dark", None),
        (b"session", None),
        (b"sessions=x; xsession=y", None),
        (b"session=abc", "abc"),
        (b"theme=dark; session=abc ;x", "abc"),
        (b"session=a=b", "a=b"),
        (b"session=", BAD),
        (b"session=a; session=a", BAD),
        (b"session=\xff\xfe", BAD),
    ],
)
def test_a_cookie_is_read_or_is_bad_or_is_not_there(header: bytes, value: str | None) -> None:
    assert COOKIE.read([(b"accept", b"*/*"), (b"cookie", header)]) == value


def test_cookies_of_several_headers_count_as_one_list() -> None:
    assert COOKIE.read([(b"cookie", b"a=1"), (b"cookie", b"session=abc")]) == "abc"
    assert COOKIE.read([(b"cookie", b"session=a"), (b"cookie", b"session=b")]) == BAD


def test_the_cookie_of_production_is_bound_to_its_host() -> None:
    assert SECURE.set("abc") == b"__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax"
    assert SECURE.delete().startswith(b"__Host-session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; ")
    assert b"; Secure" in SECURE.delete()
    assert b"Secure" not in COOKIE.set("abc")


@pytest.mark.parametrize(
    ("name", "secure"),
    [("__Host-session", False), ("session", True), ("", False), ("a b", False), ("__Host-a;b", True)],
)
def test_a_cookie_by_other_rules_starts_no_service(app: Any, name: str, secure: bool) -> None:
    """Neither the cookie nor the service that would set it can be made."""
    services = app.state.services
    settings = SimpleNamespace(cookie_name=name, secure=secure, ops_token=None)

    with pytest.raises(ValueError, match="a cookie"):
        SessionCookie(name, secure=secure)
    with pytest.raises(ValueError, match="a cookie"):
        Sessions(app, replace(services, settings=settings))
