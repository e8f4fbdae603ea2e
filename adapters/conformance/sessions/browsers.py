"""People and their browsers, round a session store and the store it lives beside."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from domain.accounts import Account
from domain.identifiers import AccountId, UserId
from domain.money import Currency
from domain.users import Email, Role, User
from service_layer.alone import Alone
from service_layer.ports.cookies import CookieSeal, Opened
from service_layer.ports.sessions import FollowingSessions, SessionStore
from service_layer.ports.store import Store
from service_layer.records import SessionRecord
from service_layer.session import Lifetime
from service_layer.session_participant import SessionKeeping, SessionParticipant
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor

NOON: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=8)


class OpenSeal:
    """Signs nothing: believes whatever comes."""

    def seal(self, content: str) -> str:
        return content

    def open(self, value: str) -> Opened:
        return Opened(value, renew=False)


class Failing(Alone):
    """Decides against: everything was prepared, and nothing becomes real."""

    def decide(self, finish: Callable[[], None]) -> None:
        raise OSError("the disk is full")


class World:
    """The time, ids, people and browsers round a session store that lives beside a store."""

    def __init__(self, store: Store, sessions: SessionStore, seal: CookieSeal) -> None:
        self.store = sessions.beside(store) if isinstance(sessions, FollowingSessions) else store
        self.sessions = sessions
        self.time = NOON
        self._numbers = count(1)
        self.keeping = SessionKeeping(sessions, seal, Lifetime(IDLE, ABSOLUTE), clock=self, ids=self)

    def now(self) -> datetime:
        return self.time

    def new(self) -> str:
        return f"00000000-0000-7000-8000-{next(self._numbers):012x}"

    def secret(self) -> str:
        return f"secret-number-{next(self._numbers)}".ljust(43, "-")

    def unit(self, visitor: Visitor, decider: type[Alone] = Alone) -> UnitOfWork:
        return UnitOfWork(decider(self.store), SessionParticipant(visitor, self.keeping), self)

    def person(self, name: str = "Ada", *roles: Role) -> User:
        """Signed up, with the account that everybody has."""
        user = User(
            id=UserId(self.new()),
            name=name,
            email=Email(f"{name}-{self.new()}@example.com"),
            password_hash="-",  # noqa: S106 (matches nothing)
            registered_at=self.time,
            roles=frozenset(roles),
        )
        with self.unit(Visitor()) as uow:
            uow.users.add(user)
            uow.accounts.add(Account.open(AccountId(self.new()), user.id, Currency("EUR"), self.time))
            uow.commit()
        return user

    def log_in(self, user: User, visitor: Visitor | None = None) -> Visitor:
        """The user's browser, with its cookie."""
        visitor = visitor or Visitor(ip="192.0.2.1", user_agent="Browser/1.0")
        with self.unit(visitor) as uow:
            uow.session.log_in(user, self.time)
            uow.commit()
        return visitor

    def prefer(self, visitor: Visitor, **preferences: Any) -> None:
        with self.unit(visitor) as uow:
            uow.session.preferences.update(preferences)
            uow.commit()

    def log_out(self, visitor: Visitor) -> None:
        with self.unit(visitor) as uow:
            uow.session.log_out()
            uow.commit()

    def who(self, visitor: Visitor | str | None) -> str | None:
        """Whom this browser, or this cookie, stands for."""
        with self.unit(visitor if isinstance(visitor, Visitor) else Visitor(cookie=visitor)) as uow:
            return uow.session.user_id

    def preferences(self, visitor: Visitor) -> Any:
        with self.unit(visitor) as uow:
            return uow.session.preferences

    def record(self, visitor: Visitor) -> SessionRecord:
        """What is kept of this browser's session, which there must be."""
        with self.unit(visitor) as uow:
            assert uow.session.record is not None
            return uow.session.record


def copy_of(visitor: Visitor) -> Visitor:
    """Another window: the same cookie, and nothing that happened since."""
    return Visitor(cookie=visitor.cookie)
