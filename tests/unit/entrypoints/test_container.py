"""The container: everything once, adapters as the settings choose them, closed in the end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from dependency_injector import providers

from adapters.memory.store import MemoryStore
from adapters.payments.memory import MemoryGateway
from adapters.sessions.cookie import CookieSessions
from adapters.sessions.memory import MemorySessions
from adapters.sessions.stored import StoredSessions
from adapters.system.fixed import FixedClock
from entrypoints import builtin
from entrypoints.container import Container, built, services
from entrypoints.settings import Settings
from entrypoints.trouble import CannotStart
from service_layer.gateway import OutsideUnits
from service_layer.ports.cookies import Opened

SECRET = "the-first-secret-of-32-bytes-or-more"  # noqa: S105


@pytest.fixture
def configured(tmp_path: Path) -> Callable[..., Settings]:
    def configured(**settings: object) -> Settings:
        chosen = {"env": "development", "data_dir": tmp_path, "database_url": "memory://", **settings}
        return Settings.model_validate(chosen)

    return configured


def test_everything_is_built_once_and_two_containers_share_nothing(configured: Callable[..., Settings]) -> None:
    one, other = Container(settings=configured()), Container(settings=configured())

    assert one.store() is one.store() and one.runner() is one.runner()
    assert one.store() is not other.store()


@pytest.mark.parametrize(
    ("name", "kind"), [("sql", StoredSessions), ("cookie", CookieSessions), ("memory", MemorySessions)]
)
def test_sessions_are_kept_where_the_settings_say(configured: Callable[..., Settings], name: str, kind: type) -> None:
    container = Container(settings=configured(session_store=name))

    assert isinstance(container.sessions(), kind)


def test_a_cookie_of_one_kind_of_session_is_nothing_to_another(configured: Callable[..., Settings]) -> None:
    by_id, by_content = (
        Container(settings=configured(session_store=name, session_secrets=(SECRET,))).seal()
        for name in ("sql", "cookie")
    )

    assert by_id.open(by_id.seal("content")) and by_content.open(by_id.seal("content")) is None


def test_while_a_shop_switches_what_was_signed_and_what_is_encrypted_can_both_be_read(
    configured: Callable[..., Settings],
) -> None:
    signed, encrypted = (
        Container(settings=configured(session_store=name, session_secrets=(SECRET,))).seal()
        for name in ("cookie", "cookie+encrypted")
    )

    assert (
        encrypted.open(signed.seal("content"))
        == signed.open(encrypted.seal("content"))
        == Opened("content", renew=True)
    )
    assert encrypted.open(encrypted.seal("content")) == Opened("content", renew=False)
    assert "content" in signed.seal("content") and "content" not in encrypted.seal("content")


@pytest.mark.parametrize("name", ["cookie+sealed", "cookie+encrypted+twice"])
def test_there_is_no_third_way_to_keep_a_session_in_a_cookie(configured: Callable[..., Settings], name: str) -> None:
    with pytest.raises(CannotStart, match="LOCKSTEP_SESSION_STORE"):
        Container(settings=configured(session_store=name)).sessions()


def test_a_test_puts_its_own_clock_in(configured: Callable[..., Settings]) -> None:
    clock = FixedClock()

    container = Container(settings=configured(), clock=providers.Object(clock))

    assert container.keeping().clock is clock and container.payments().clock is clock


def test_the_services_end_with_what_they_opened(
    configured: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    monkeypatch.setattr(MemoryStore, "close", lambda _: closed.append("store"))

    with built(configured()) as container:
        found = services(container)
        assert found.charges is container.bare_gateway() and found.ready() is None
        found.close()
        assert closed == ["store"]

    assert closed == ["store"]


def test_a_gateway_without_books_shows_none(configured: Callable[..., Settings]) -> None:
    gateway = OutsideUnits(MemoryGateway(FixedClock()))
    with built(configured()) as container:
        container.override_providers(bare_gateway=providers.Object(gateway))

        assert services(container).charges is None


def test_an_adapter_whose_package_is_missing_says_which(
    configured: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_driver(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")

    monkeypatch.setattr(builtin, "memory_store", without_driver)

    with pytest.raises(CannotStart, match=r"LOCKSTEP_DATABASE_URL .*psycopg"):
        Container(settings=configured()).store()


def test_an_adapter_whose_library_is_missing_says_so_in_one_line(
    configured: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_library(*_: object) -> None:
        raise ImportError("no pq wrapper available.\nAttempts made:\n- libpq library not found")

    monkeypatch.setattr(builtin, "memory_store", without_library)

    with pytest.raises(CannotStart) as caught:
        Container(settings=configured()).store()

    assert caught.value.lines == ("LOCKSTEP_DATABASE_URL cannot be used: no pq wrapper available.",)


def test_an_adapter_that_cannot_be_opened_is_named(configured: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "sandbox.db").mkdir()

    with pytest.raises(CannotStart, match=r"LOCKSTEP_PAYMENT_GATEWAY .*sandbox\.db"):
        Container(settings=configured()).bare_gateway()


def test_what_needs_no_file_makes_no_directory(configured: Callable[..., Settings], tmp_path: Path) -> None:
    container = Container(settings=configured(data_dir=tmp_path / "data", session_secrets=(SECRET,)))

    container.runner()

    assert not (tmp_path / "data").exists()
