"""Settings: what they are without being set, what they take, and what is said of what they do not take."""

import os
from pathlib import Path

import pytest

from domain.money import Currency
from entrypoints.settings import Settings, load_settings
from entrypoints.trouble import CannotStart

ONE = "the-first-secret-of-32-bytes-or-more"
OTHER = "another-secret-of-32-bytes-or-more"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LOCKSTEP_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def development(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Where nothing has to be set."""
    monkeypatch.setenv("LOCKSTEP_ENV", "development")
    return monkeypatch


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """With what production does not guess."""
    monkeypatch.setenv("LOCKSTEP_SESSION_SECRETS", ONE)
    monkeypatch.setenv("LOCKSTEP_PAYMENT_GATEWAY", "sandbox")
    return monkeypatch


def lines() -> list[str]:
    """Why these settings are refused."""
    with pytest.raises(CannotStart) as refusal:
        load_settings()
    return list(refusal.value.lines)


def test_development_needs_none(development: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    assert settings.development and not settings.secure and settings.cookie_name == "session"
    assert settings.data_dir == Path(".lockstep")
    assert settings.database_url == "sqlite:///.lockstep/lockstep.db"
    assert (settings.session_store, settings.payment_gateway, settings.publisher) == ("sql", "sandbox", "log")
    assert (settings.session_idle_seconds, settings.session_absolute_seconds) == (1800, 28_800)
    assert settings.login_attempts == "10/3 minutes" and settings.group_commit == 64
    assert settings.request_deadline_seconds == 15 and settings.currency == Currency("EUR")
    assert settings.ops_token is None and settings.trusted_origins == () and settings.session_secrets == ()


def test_production_is_what_one_gets_without_saying_so(production: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    assert settings.env == "production" and settings.secure and settings.cookie_name == "__Host-session"


def test_the_embedded_database_lives_in_the_data_directory(development: pytest.MonkeyPatch) -> None:
    development.setenv("LOCKSTEP_DATA_DIR", "/srv/shop")

    assert load_settings().database_url == "sqlite:////srv/shop/lockstep.db"


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("database_url", "memory://", "memory://"),
        ("database_url", "postgresql://shop@db/shop", "postgresql://shop@db/shop"),
        ("database_url", "postgresql+psycopg://shop@db/shop", "postgresql+psycopg://shop@db/shop"),
        ("session_store", "cookie", "cookie"),
        ("session_secrets", f"{ONE}, {OTHER}", (ONE, OTHER)),
        ("trusted_origins", "https://a.example, http://localhost:3000", ("https://a.example", "http://localhost:3000")),
        ("trusted_origins", "http://[::1]:8080", ("http://[::1]:8080",)),
        ("trusted_proxies", "10.0.0.0/8, 192.0.2.1,::1", ("10.0.0.0/8", "192.0.2.1/32", "::1/128")),
        ("login_attempts", "1000/minute", "1000/minute"),
        ("session_idle_seconds", "1", 1),
        ("sessions_per_user", "3", 3),
        ("request_deadline_seconds", "2.5", 2.5),
        ("group_commit", "1", 1),
        ("currency", "JPY", Currency("JPY")),
        ("ops_token", "a-token", "a-token"),
        ("ops_token", "", None),
        ("session_store", "", "sql"),
    ],
)
def test_a_right_value_is_taken(development: pytest.MonkeyPatch, name: str, value: str, taken: object) -> None:
    development.setenv(f"LOCKSTEP_{name.upper()}", value)

    assert getattr(load_settings(), name) == taken


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("env", "staging"),
        ("database_url", "a database"),
        ("database_url", "gopher://shop"),
        ("database_url", "sqlite"),
        ("session_store", "shoebox"),
        ("payment_gateway", "nowhere"),
        ("publisher", "town-crier"),
        ("session_idle_seconds", "0"),
        ("sessions_per_user", "0"),
        ("session_idle_seconds", "soon"),
        ("session_absolute_seconds", "1" + "0" * 30),
        ("login_attempts", "often"),
        ("login_attempts", "0/minute"),
        ("login_attempts", "5/second;10/minute"),
        ("trusted_proxies", "*"),
        ("trusted_proxies", "proxy.example"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("trusted_proxies", "10.0.0.1,"),
        ("group_commit", "0"),
        ("group_commit", "1.5"),
        ("request_deadline_seconds", "0"),
        ("request_deadline_seconds", "nan"),
        ("request_deadline_seconds", "inf"),
        ("currency", "XXX"),
        ("currency", "eur"),
        ("ops_token", "two words"),
        ("ops_token", "clé"),
        ("session_secrets", "too-short"),
        ("session_secrets", f"{ONE},too-short"),
        ("session_secrets", f"{ONE},"),
        ("session_secrets", f"{ONE},,{OTHER}"),
        ("session_secrets", f"{ONE},{OTHER},{ONE}"),
        *(
            ("trusted_origins", origin)
            for origin in (
                "shop.example", "https://shop.example/", "https://shop.example:443", "https://*.shop.example", "*",
                "null", "https://Shop.example", "ftp://shop.example", "https://ada@shop.example", "https://shop.example:port",
                "https://", "https://shop.example,", "https://münchen.example", "https://shop.example?x", "http://[::1",
            )
        ),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_and_not_repeated(development: pytest.MonkeyPatch, name: str, value: str) -> None:
    development.setenv(f"LOCKSTEP_{name.upper()}", value)

    (line,) = lines()

    variable, verb, *_ = line.split()
    assert variable == f"LOCKSTEP_{name.upper()}" and verb == "takes" and "None" not in line
    assert not any(secret in line for secret in (ONE, OTHER, "too-short", "two words", "gopher"))


def test_every_wrong_variable_gets_its_line(development: pytest.MonkeyPatch) -> None:
    development.setenv("LOCKSTEP_GROUP_COMMIT", "many")
    development.setenv("LOCKSTEP_SESSION_SECRETS", "a,b,c")
    development.setenv("LOCKSTEP_PAYMENT_GATEWY", "sandbox")

    assert [line.split()[0] for line in lines()] == [
        "LOCKSTEP_PAYMENT_GATEWY",
        "LOCKSTEP_SESSION_SECRETS",
        "LOCKSTEP_GROUP_COMMIT",
    ]


def test_production_guesses_neither_secrets_nor_gateway() -> None:
    secrets, gateway = lines()

    assert secrets.startswith("LOCKSTEP_SESSION_SECRETS is missing") and "lockstep secrets generate" in secrets
    assert gateway.startswith("LOCKSTEP_PAYMENT_GATEWAY is missing")


@pytest.mark.parametrize("name", ["LOCKSTEP_GROUP_COMIT", "lockstep_group_comit"])
def test_a_misspelt_variable_is_refused(development: pytest.MonkeyPatch, name: str) -> None:
    development.setenv(name, "64")

    assert lines() == ["LOCKSTEP_GROUP_COMIT is no setting; did you mean LOCKSTEP_GROUP_COMMIT?"]


def test_what_the_tests_are_told_is_none_of_the_services_business(development: pytest.MonkeyPatch) -> None:
    development.setenv("LOCKSTEP_TEST_POSTGRES_URL", "postgresql://somewhere/")

    assert load_settings().development


def test_nobody_sees_a_secret_by_printing_the_settings(development: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("SESSION_SECRETS", ONE), ("OPS_TOKEN", "ops-token"), ("DATABASE_URL", "postgresql://ada:db-password@db/shop"),
    ):  # fmt: skip
        development.setenv(f"LOCKSTEP_{name}", value)

    shown = f"{load_settings()!r} {load_settings()}"

    assert not any(secret in shown for secret in (ONE, "ops-token", "db-password"))


def test_settings_do_not_change(development: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    with pytest.raises(ValueError, match="frozen"):
        settings.group_commit = 1  # type: ignore[misc]


def test_every_setting_says_what_it_takes() -> None:
    assert all(field.description for field in Settings.model_fields.values())
