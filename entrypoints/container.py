"""Everything one process needs, built once, on first use; tests put other providers in."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, cast

from dependency_injector import containers, providers

from adapters.attempts.limited import Limit
from adapters.passwords.argon2 import Argon2Passwords
from adapters.passwords.common import CommonPasswords
from adapters.system.clock import SystemClock
from adapters.system.ids import Uuid7Ids
from entrypoints import plugins
from entrypoints.plugins import Surroundings
from entrypoints.readiness import Readiness
from entrypoints.seals import seal_of
from entrypoints.services import Charges, Services
from entrypoints.settings import Settings
from entrypoints.trouble import CannotStart
from service_layer.flows.identity import Identity
from service_layer.flows.payments import Payments
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.group import Group
from service_layer.handoff import Handoff
from service_layer.lane import Lane
from service_layer.passwords import Passwords
from service_layer.ports.attempts import AttemptLimit
from service_layer.ports.clock import Clock
from service_layer.ports.cookies import CookieSeal
from service_layer.ports.gateway import PaymentGateway
from service_layer.ports.ids import Ids
from service_layer.ports.passwords import PasswordHasher, PasswordPolicy
from service_layer.ports.publisher import Publisher
from service_layer.ports.sessions import FollowingSessions, SessionStore
from service_layer.ports.store import Store
from service_layer.runner import Runner
from service_layer.session import Lifetime
from service_layer.session_participant import SessionKeeping

Single = providers.ThreadSafeSingleton


def _open(variable: str, group: str, url: str, surroundings: Surroundings, opened: ExitStack) -> Any:  # noqa: ANN401
    """What its port says. Raises `CannotStart`, in the name of the variable that chose the adapter."""
    try:
        adapter = plugins.open_adapter(group, url, surroundings)
    except ModuleNotFoundError as error:
        extra = plugins.scheme_of(url)
        raise CannotStart(
            f"{variable} needs the package {error.name}: see the extras of Lockstep for {extra}"
        ) from None
    except (ValueError, OSError, ImportError) as error:
        reason, *_ = str(error).splitlines() or [type(error).__name__]
        raise CannotStart(f"{variable} cannot be used: {reason}") from None
    if callable(end := getattr(adapter, "close", None)):
        opened.callback(end)
    return adapter


def _passwords(hasher: PasswordHasher, opened: ExitStack) -> Passwords:
    passwords = Passwords(hasher)
    opened.callback(passwords.close)
    return passwords


def _lifetime(settings: Settings) -> Lifetime:
    return Lifetime(
        timedelta(seconds=settings.session_idle_seconds), timedelta(seconds=settings.session_absolute_seconds)
    )


def _attempts(settings: Settings) -> AttemptLimit:
    return Limit.parse(settings.login_attempts)


def _followed(store: Store, sessions: SessionStore) -> Store:
    return sessions.beside(store) if isinstance(sessions, FollowingSessions) else store


def _relay(gateway: PaymentGateway, publisher: Publisher, sessions: SessionStore, handoff: Handoff) -> Relay:
    return Relay(gateway, publisher, sessions if isinstance(sessions, FollowingSessions) else None, handoff)


def _lane(store: Store, keeping: SessionKeeping, write: bool, most: int, handoff: Handoff | None = None) -> Lane:
    return Lane(Group(store, keeping, write=write, handoff=handoff), most=most)


def _runner(writing: Lane, reading: Lane, clock: Clock, ids: Ids, settings: Settings) -> Runner:
    return Runner(writing, reading, {"clock": clock, "ids": ids, "currency": settings.currency})


class Container(containers.DeclarativeContainer):
    """`Container(settings=…)`; nothing is wired, and two containers share nothing."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    clock: providers.Provider[Clock] = Single(SystemClock)
    ids: providers.Provider[Ids] = Single(Uuid7Ids)
    surroundings: providers.Provider[Surroundings] = Single(Surroundings, settings.provided.data_dir, clock, ids)

    opened: providers.Provider[ExitStack] = Single(ExitStack)
    """Closes what holds threads and files, the last to be opened first."""

    store: providers.Provider[Store] = Single(
        _open, "LOCKSTEP_DATABASE_URL", plugins.STORES, settings.provided.database_url, surroundings, opened
    )
    sessions: providers.Provider[SessionStore] = Single(
        _open, "LOCKSTEP_SESSION_STORE", plugins.SESSIONS, settings.provided.session_store, surroundings, opened
    )
    followed: providers.Provider[Store] = Single(_followed, store, sessions)
    """The store as units use it: its sessions may be followed elsewhere."""

    bare_gateway: providers.Provider[PaymentGateway] = Single(
        _open, "LOCKSTEP_PAYMENT_GATEWAY", plugins.PAYMENTS, settings.provided.payment_gateway, surroundings, opened
    )
    publisher: providers.Provider[Publisher] = Single(
        _open, "LOCKSTEP_PUBLISHER", plugins.PUBLISHERS, settings.provided.publisher, surroundings, opened
    )

    seal: providers.Provider[CookieSeal] = Single(seal_of, settings)
    lifetime: providers.Provider[Lifetime] = Single(_lifetime, settings)
    keeping: providers.Provider[SessionKeeping] = Single(
        SessionKeeping,
        store=sessions,
        seal=seal,
        lifetime=lifetime,
        clock=clock,
        ids=ids,
        per_user=settings.provided.sessions_per_user,
    )

    hasher: providers.Provider[PasswordHasher] = Single(Argon2Passwords)
    policy: providers.Provider[PasswordPolicy] = Single(CommonPasswords)
    attempts: providers.Provider[AttemptLimit] = Single(_attempts, settings)
    passwords: providers.Provider[Passwords] = Single(_passwords, hasher, opened)
    identity: providers.Provider[Identity] = Single(Identity, passwords=passwords, policy=policy, attempts=attempts)

    gateway: providers.Provider[PaymentGateway] = Single(OutsideUnits, bare_gateway)
    payments: providers.Provider[Payments] = Single(Payments, gateway=gateway, clock=clock)
    handoff: providers.Provider[Handoff] = Single(Handoff, clock)
    relay: providers.Provider[Relay] = Single(_relay, gateway, publisher, sessions, handoff)

    writing: providers.Provider[Lane] = Single(
        _lane, followed, keeping, write=True, most=settings.provided.group_commit, handoff=handoff
    )
    reading: providers.Provider[Lane] = Single(
        _lane, followed, keeping, write=False, most=settings.provided.group_commit
    )
    runner: providers.Provider[Runner] = Single(_runner, writing, reading, clock, ids, settings)
    readiness: providers.Provider[Readiness] = Single(Readiness, settings, store)


@contextmanager
def built(settings: Settings) -> Generator[Container]:
    """A container whose adapters are closed in the end."""
    container = Container(settings=settings)
    try:
        yield container
    finally:
        container.opened().close()


def services(container: Container) -> Services:
    """What the web is given. Opens every adapter; raises `CannotStart`."""
    gateway = container.bare_gateway()
    return Services(
        settings=container.settings(),
        runner=container.runner(),
        identity=container.identity(),
        payments=container.payments(),
        relay=container.relay(),
        ids=container.ids(),
        sessions=container.sessions().capabilities,
        charges=cast("Charges", gateway) if hasattr(gateway, "charges") else None,
        ready=container.readiness().why_not,
        close=container.opened().close,
    )
