"""The session's part in a unit of work: nothing of it is real, and no cookie exists, before the commit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from domain.identifiers import UserId
from service_layer.ports.clock import Clock
from service_layer.ports.cookies import CookieSeal
from service_layer.ports.ids import Ids
from service_layer.ports.sessions import Change, SessionStore
from service_layer.records import SessionRecord
from service_layer.repositories import Repositories, Sessions
from service_layer.session import NOTHING_KEPT, Kept, Lifetime, Session
from service_layer.visitor import Visitor


def key_of_secret(secret: str) -> str:
    """What is stored of a session id: enough to know it again, too little to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SessionKeeping:
    """How sessions are kept here: store, seal, lifetime, how many a user may have, the clock and ids they need."""

    store: SessionStore
    seal: CookieSeal
    lifetime: Lifetime
    clock: Clock
    ids: Ids
    per_user: int = 20


class EverySession:
    """All sessions, as seen by one unit: those that it ends have ended once it is durable."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self.ended: list[SessionRecord] = []

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        return self._store.expired(until, limit, sessions)

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        if record not in self.ended:
            self.ended.append(record)


class SessionParticipant:
    """One visitor's session in one unit: loaded, staged, then handed over or forgotten."""

    session: Session

    def __init__(self, visitor: Visitor, keeping: SessionKeeping) -> None:
        self.visitor = visitor
        self.keeping = keeping
        self.every = EverySession(keeping.store)
        opened = keeping.seal.open(visitor.cookie) if visitor.cookie else None
        self._content = opened.content if opened else None
        self._renew = opened is not None and opened.renew
        self._change: Change | None = None
        self._value: str | None = None

    @property
    def key(self) -> str | None:
        """Which record to prefetch, if any."""
        return self.keeping.store.key_of(self._content) if self._content else None

    def peek(self, repositories: Repositories) -> UserId | None:
        """Whose session it seems to be, to prefetch by; nobody relies on it."""
        record = self.keeping.store.load(self._content, repositories.sessions) if self._content else None
        return UserId(record.user_id) if record and record.user_id else None

    def begin(self, repositories: Repositories) -> None:
        """Loads the session. A cookie that stands for none makes the visitor anonymous, and is to be deleted."""
        self._sessions = repositories.sessions
        self._now = self.keeping.clock.now()
        self.every.ended.clear()
        found = self.keeping.store.load(self._content, self._sessions) if self._content else None
        record = self._live(found)
        self._expired = found if record is None else None
        self.session = Session(record, operator=self.visitor.operator, lifetime=self.keeping.lifetime)
        self._change = self._value = None
        self._touch_due = record is not None and self.keeping.lifetime.touch_due(record, self._now)
        self.visitor.saw(
            user_id=self.session.user_id,
            staff=self.session.is_staff,
            dead=record is None and self.visitor.cookie is not None,
            touch_due=self._touch_due or (self._renew and record is not None),
        )

    def prepare(self) -> None:
        """Serialises, stages and signs. Raises `SessionNotSerializable`, `SessionTooLarge`, `Conflict`."""
        if self._expired is not None and (self.session.ended or self.session.fresh_id):
            self.every.end(self._expired, self._sessions)  # or it would live on by a clock that is behind ours
        if self.session.logged_in and self.session.user_id and not self.session.ended:
            self._make_room(self.session.user_id)
        for record in self.every.ended:
            self.keeping.store.end(record, self._sessions)
        change = self._changed()
        if change is None and not self._renew:
            return
        content = self.keeping.store.stage(change, self._sessions) if change else self._content
        if content is not None and (content != self._content or self._renew):
            self._value = self.keeping.seal.seal(content)
        if change:
            self.session.record = change.after
        self._change = change

    def finish(self) -> None:
        """Hands over what is decided; cannot fail."""
        for record in self.every.ended:
            self.keeping.store.finish(Change(record, None, None, None))
        if self._change is not None:
            self.keeping.store.finish(self._change)
            if self._change.after is None:
                self.visitor.forget_cookie()
        if self._value is not None:
            self.visitor.take_cookie(self._value)

    def rollback(self) -> None:
        """What was staged is forgotten, the visitor stays who they were."""
        self.every.ended.clear()
        self._change = self._value = None

    def of(self, user_id: UserId) -> list[SessionRecord]:
        """Every live session of the user, as far as the store can list them."""
        return [r for r in self.keeping.store.of(user_id, self._sessions) if self._live(r)]

    def end(self, record: SessionRecord) -> None:
        """Once this is committed its cookie is worth nothing; where it is the visitor's own, they are logged out."""
        if self._is_own(record):
            self.session.log_out()
        else:
            self.every.end(record, self._sessions)

    def end_all(self, user_id: UserId, *, but_own: bool = False) -> None:
        """All that the store can list, and the visitor's own if it is that user's, unless `but_own`."""
        for record in self.keeping.store.of(user_id, self._sessions):
            if not self._is_own(record):
                self.end(record)
        if self.session.user_id == user_id and not but_own:
            self.session.log_out()

    def _is_own(self, record: SessionRecord) -> bool:
        return self.session.record is not None and self.session.record.key == record.key

    def _make_room(self, user_id: UserId) -> None:
        """For the session that has just logged in; the oldest go, and its own record is replaced anyway."""
        others = [r for r in self.of(user_id) if not self._is_own(r) and r not in self.every.ended]
        others.sort(key=lambda record: (record.created_at, record.handle), reverse=True)
        self.every.ended += others[self.keeping.per_user - 1 :]

    def _live(self, record: SessionRecord | None) -> SessionRecord | None:
        return record if record and record.expires_at > self._now else None

    def _changed(self) -> Change | None:
        """What the unit has made of the session; None where it is as it was."""
        session, before = self.session, self.session.record
        kept = session.kept()
        if session.ended or (before is None and kept == NOTHING_KEPT):
            return Change(before, None, self._content, None) if before else None
        if before is None or session.fresh_id:
            secret = self.keeping.ids.secret()
            return Change(before, self._begun(kept, secret), self._content, secret)
        after = {**vars(before), **kept}
        if self._touch_due:  # seldom: when a session expires is indexed
            after["last_seen_at"] = self._now
            after["expires_at"] = self.keeping.lifetime.end(before.created_at, self._now)
        if after == vars(before):
            return None
        return Change(before, SessionRecord(**after), self._content, None)

    def _begun(self, kept: Kept, secret: str) -> SessionRecord:
        before, now = self.session.record, self._now
        created_at = now if before is None or self.session.logged_in else before.created_at
        return SessionRecord(
            key=key_of_secret(secret),
            handle=self.keeping.ids.new(),
            created_at=created_at,
            last_seen_at=now,
            expires_at=self.keeping.lifetime.end(created_at, now),
            user_agent=self.visitor.user_agent,
            ip=self.visitor.ip,
            **kept,
        )
