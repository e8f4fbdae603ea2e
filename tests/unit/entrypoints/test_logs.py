"""The log: one line for each event, and no secret in any."""

import contextvars
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from entrypoints import logs

PASSWORD = "a-password-in-a-local-variable"  # noqa: S105


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is global: what a test sets up is gone after it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:], root.level = handlers, level


def crash() -> None:
    password = PASSWORD
    raise RuntimeError(f"{len(password)} characters")


def written(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_production_writes_json_with_the_request_on_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(readable=False)
    structlog.contextvars.bind_contextvars(request_id="r-1")

    structlog.get_logger().info("order placed", order_id="o-1")
    logging.getLogger("somebody.else").warning("careful: %s", "it is hot")
    structlog.get_logger().debug("nobody hears this")
    logging.getLogger("uvicorn.error").info("nor this")

    first, second = written(capsys)
    assert (first["event"], first["order_id"], first["level"]) == ("order placed", "o-1", "info")
    assert (second["event"], second["level"]) == ("careful: it is hot", "warning")
    assert {first["request_id"], second["request_id"]} == {"r-1"} and first["at"].endswith("Z")


def test_a_line_of_a_request_says_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(readable=False)

    def answer() -> None:
        logs.request.set(lambda: {"request_id": "r-1", "path": "/orders/"})
        structlog.get_logger().info("order placed")

    contextvars.copy_context().run(answer)
    structlog.get_logger().info("of nobody")

    first, second = written(capsys)
    assert (first["request_id"], first["path"]) == ("r-1", "/orders/") and "request_id" not in second


def test_a_traceback_shows_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    for readable in (False, True):
        logs.set_up(readable=readable)
        try:
            crash()
        except RuntimeError:
            structlog.get_logger().exception("crash")
            logging.getLogger("somebody.else").exception("crash")

        text = capsys.readouterr().err
        assert text.count("30 characters") >= 2 and PASSWORD not in text
        assert len(text.splitlines()) == 2 or readable


@pytest.mark.parametrize("readable", [False, True])
def test_what_is_secret_is_hidden_whoever_logs_it(capsys: pytest.CaptureFixture[str], readable: bool) -> None:
    logs.set_up(readable=readable)

    structlog.get_logger().info("log-in", password=PASSWORD, cookie=PASSWORD, token=PASSWORD, user_id="ada")

    text = capsys.readouterr().err
    assert PASSWORD not in text and "ada" in text and text.count("(hidden)") == 3


def test_any_text_can_be_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(readable=False)

    structlog.get_logger().info("odd", text="line\nline \ud800 \x00 ü")

    assert written(capsys)[0]["text"] == "line\nline \ud800 \x00 ü"
