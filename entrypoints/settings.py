"""The settings, from the environment, checked before anything starts."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.money import Currency
from entrypoints import plugins
from entrypoints.trouble import CannotStart

PREFIX: Final = "LOCKSTEP_"
FOR_TESTS: Final = "LOCKSTEP_TEST_"  # what the test suite is told, not the service
A_YEAR: Final = 31_536_000  # seconds
SHORTEST_SECRET: Final = 32  # bytes

OWN_PORTS: Final = {"http": 80, "https": 443}
A_DATABASE: Final = "a URL, such as sqlite:///shop.db or postgresql://user:password@host/name"
SENDABLE: Final = "printable ASCII characters without spaces, as an Authorization header does"
PROXIES: Final = "IP addresses or networks, such as 10.0.0.0/8, separated by commas"
ORIGINS: Final = "exact origins, such as https://shop.example, separated by commas"


class Wrong(ValueError):
    """A value that cannot be; says so without repeating it, in words that go on from the variable's name."""


def takes(what: str, *, from_: int | None = None, to: int | None = None, secret: bool = False) -> Any:  # noqa: ANN401
    """What a setting takes, in words that go on from "takes"; `repr` leaves out what is secret."""
    return Field(description=what, ge=from_, le=to, repr=not secret)


class Settings(BaseSettings):
    """One process's settings. A field's `description` goes on from "takes"; what `repr` leaves out is secret."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        hide_input_in_errors=True,
        env_ignore_empty=True,
        enable_decoding=False,
        validate_default=True,
        extra="forbid",
    )

    env: Annotated[Literal["production", "development"], takes("production or development")] = "production"
    data_dir: Annotated[Path, takes("the path of a directory")] = Path(".lockstep")
    database_url: Annotated[str, takes(A_DATABASE, secret=True)] = ""
    session_secrets: Annotated[tuple[str, ...], takes("secrets, separated by commas", secret=True)] = ()
    session_store: Annotated[str, takes("a name or a URL", secret=True)] = "sql"
    session_idle_seconds: Annotated[int, takes("a number of seconds", from_=1, to=A_YEAR)] = 1800
    session_absolute_seconds: Annotated[int, takes("a number of seconds", from_=1, to=A_YEAR)] = 28_800
    sessions_per_user: Annotated[int, takes("a number of sessions", from_=1, to=1000)] = 20
    login_attempts: Annotated[str, takes("a number and a time, such as 10/3 minutes")] = "10/3 minutes"
    payment_gateway: Annotated[str, takes("a name or a URL", secret=True)] = ""
    publisher: Annotated[str, takes("a name or a URL", secret=True)] = "log"
    ops_token: Annotated[str | None, takes(SENDABLE, secret=True)] = None
    trusted_origins: Annotated[tuple[str, ...], takes(ORIGINS)] = ()
    trusted_proxies: Annotated[tuple[str, ...], takes(PROXIES)] = ()
    group_commit: Annotated[int, takes("a number of units", from_=1, to=1024)] = 64
    request_deadline_seconds: Annotated[float, takes("a number of seconds", from_=1, to=600)] = 15.0
    currency: Annotated[Currency, PlainValidator(Currency), takes("an active ISO 4217 code")] = Currency("EUR")

    @property
    def development(self) -> bool:
        return self.env == "development"

    @property
    def secure(self) -> bool:
        """Whether the cookie is for HTTPS only."""
        return not self.development

    @property
    def cookie_name(self) -> str:
        """The prefix binds it to the host that set it, over HTTPS (RFC 6265bis, section 4.1.3.2)."""
        return "__Host-session" if self.secure else "session"

    @field_validator("session_secrets", "trusted_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:  # noqa: ANN401  # text from the environment, or a tuple
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_store(cls, url: str, info: ValidationInfo) -> str:
        if not url:
            return f"sqlite:///{info.data.get('data_dir', '')}/lockstep.db"
        if "://" not in url:
            raise Wrong(f"takes {A_DATABASE}")
        plugins.find(plugins.STORES, url)
        return url

    @field_validator("session_store", "publisher", "payment_gateway")
    @classmethod
    def _known_adapter(cls, url: str, info: ValidationInfo) -> str:
        groups = {"session_store": plugins.SESSIONS, "publisher": plugins.PUBLISHERS}
        if info.field_name == "payment_gateway" and not url:
            if info.data.get("env") == "production":
                raise Wrong("is missing: production does not guess who moves the money; `sandbox` moves none")
            return "sandbox"
        plugins.find(groups.get(info.field_name or "", plugins.PAYMENTS), url)
        return url

    @field_validator("session_secrets")
    @classmethod
    def _strong(cls, secrets: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not secrets and info.data.get("env") == "production":
            raise Wrong("is missing: make one with `lockstep secrets generate`")
        if any(len(secret.encode()) < SHORTEST_SECRET for secret in secrets):
            raise Wrong(f"takes {SHORTEST_SECRET} bytes at least for each secret, separated by commas")
        if len(set(secrets)) < len(secrets):
            raise Wrong("takes every secret once: newest first, separated by commas")
        return secrets

    @field_validator("login_attempts")
    @classmethod
    def _limit(cls, notation: str) -> str:
        from adapters.attempts.limited import Limit  # here, since what it is built on takes time to load

        Limit.parse(notation)
        return notation

    @field_validator("ops_token")
    @classmethod
    def _sendable(cls, token: str | None) -> str | None:
        if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
            raise Wrong(f"takes {SENDABLE}")
        return token

    @field_validator("trusted_origins")
    @classmethod
    def _exact(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_is_origin(origin) for origin in origins):
            raise Wrong(f"takes {ORIGINS}")
        return origins

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(proxy)) for proxy in proxies)


def load_settings() -> Settings:
    """From the environment. Raises `CannotStart`, with a line for each variable that is wrong."""
    wrong = _misspelt(os.environ)
    try:
        settings = Settings()
    except ValidationError as error:
        raise CannotStart(*wrong, *_lines(error)) from None
    if wrong:
        raise CannotStart(*wrong)
    return settings


def _lines(error: ValidationError) -> Iterable[str]:
    """One for each variable. The words of pydantic are for programmers, and may repeat what was typed."""
    lines: dict[str, str] = {}
    for found in error.errors(include_url=False, include_input=False):
        name = str(found["loc"][0])
        cause = found.get("ctx", {}).get("error")
        said = str(cause) if isinstance(cause, (Wrong, plugins.UnknownPlugin)) else _taken(name)
        lines.setdefault(name, f"{PREFIX}{name.upper()} {said}")
    return lines.values()


def _taken(name: str) -> str:
    field = Settings.model_fields[name]
    ends = [str(getattr(limit, end)) for limit in field.metadata for end in ("ge", "le") if hasattr(limit, end)]
    return f"takes {field.description}" + (f" from {' to '.join(ends)}" if ends else "")


def _misspelt(environment: Iterable[str]) -> list[str]:
    """A setting that nobody reads is a mistake somebody made."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = {name.upper() for name in environment if name.upper().startswith(PREFIX)}
    return [_suggest(name, known) for name in sorted(ours - known) if not name.startswith(FOR_TESTS)]


def _suggest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    return f"{name} is no setting" + (f"; did you mean {close[0]}?" if close else "")


def _is_origin(text: str) -> bool:
    """As a browser writes it: scheme, host, and the port unless it is the scheme's own (RFC 6454, section 6.1)."""
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return False
    bracketed = f"[{host}]" if ":" in host else host
    exact = f"{scheme}://{bracketed}" + (f":{port}" if port not in (None, OWN_PORTS.get(scheme)) else "")
    return scheme in OWN_PORTS and text == exact and text.isascii() and bool(host) and "*" not in host
