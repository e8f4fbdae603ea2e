"""Adapters are found by name or URL scheme, whoever brings them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.system.fixed import CountingIds, FixedClock
from entrypoints import plugins
from entrypoints.plugins import SESSIONS, STORES, Surroundings, UnknownPlugin

BUILT_IN = {
    "lockstep.stores": ["memory", "postgresql", "sqlite"],
    "lockstep.sessions": ["cookie", "memory", "redis", "rediss", "sql"],
    "lockstep.payments": ["sandbox"],
    "lockstep.publishers": ["log"],
}


@pytest.mark.parametrize(("group", "names"), BUILT_IN.items())
def test_the_built_in_ones_are_registered_as_a_third_partys_would_be(group: str, names: list[str]) -> None:
    found = [one for one in plugins.registered(group) if one.dist and one.dist.name == "lockstep"]

    assert [one.name for one in found] == names
    assert all(callable(one.load()) for one in found)


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("sql", "sql"),
        ("sqlite:///shop.db", "sqlite"),
        ("postgresql+psycopg://ada:secret@db/shop", "postgresql"),
        ("MEMORY://", "memory"),
    ],
)
def test_the_scheme_is_what_stands_before_the_colon(url: str, scheme: str) -> None:
    assert plugins.scheme_of(url) == scheme


@pytest.mark.parametrize("url", ["gopher://ada:secret@host", "", "sql ite"])
def test_an_unknown_scheme_is_told_the_known_ones_and_nothing_else(url: str) -> None:
    with pytest.raises(UnknownPlugin) as refusal:
        plugins.find(STORES, url)

    assert "memory, postgresql, sqlite" in str(refusal.value) and "secret" not in str(refusal.value)


def test_two_who_claim_one_name_are_refused(install: Callable[..., None]) -> None:
    install("lockstep_paper", entry_points="[lockstep.stores]\nsqlite = lockstep_paper:open\n")

    with pytest.raises(UnknownPlugin, match="lockstep, lockstep_paper"):
        plugins.find(STORES, "sqlite:///shop.db")


def test_without_any_adapter_it_says_what_is_missing() -> None:
    with pytest.raises(UnknownPlugin, match="install Lockstep first"):
        plugins.find("lockstep.nothing", "sql")


def test_a_third_partys_adapter_is_opened_with_its_url(tmp_path: Path, install: Callable[..., None]) -> None:
    code = "def open_paper(url, surroundings): return url, surroundings"
    install("lockstep_paper", code, entry_points="[lockstep.stores]\npaper = lockstep_paper:open_paper\n")
    surroundings = Surroundings(tmp_path, FixedClock(), CountingIds())

    assert plugins.open_adapter(STORES, "paper://drawer", surroundings) == ("paper://drawer", surroundings)
    assert plugins.open_adapter(SESSIONS, "cookie", surroundings).capabilities.revocable is False


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:secret@db/shop?password=secret", "postgresql://db/shop"),
        ("postgresql://ada:sec@ret@db/shop", "postgresql://db/shop"),
        ("postgresql://ada:sec/ret@db/shop", "postgresql://db/shop"),
        ("sqlite:////srv/ada@home/shop.db", "sqlite:////srv/ada@home/shop.db"),
        ("sqlite:////srv/shop.db", "sqlite:////srv/shop.db"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert plugins.without_secrets(url) == shown
