"""Units that ride one database transaction: each undone alone if it refuses, all decided together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import LawBroken
from domain.identifiers import UserId
from service_layer.handoff import Handoff
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from service_layer.ports.store import Store, StoreTransaction
from service_layer.repositories import Needs, Repositories
from service_layer.session_participant import SessionKeeping, SessionParticipant
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Job:
    """A unit to be run: the handler, who asks, what it will need, and until when (of `time.monotonic`)."""

    work: Callable[[UnitOfWork], Any]
    visitor: Visitor
    deadline: float
    needs: Callable[[UserId | None], Needs] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a unit returned, or the error it ended in."""

    result: Any = None
    error: BaseException | None = None


class Seat:
    """The store's part of one unit in a group: it can undo itself, and votes by saying how it will finish."""

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories
        self.finish: Callable[[], None] | None = None

    def begin(self) -> Repositories:
        self._repositories.journal.begin()
        return self._repositories

    def prepare(self) -> None:
        self._repositories.journal.seal()

    def undo(self) -> None:
        self._repositories.journal.undo()

    rollback = undo

    def decide(self, finish: Callable[[], None]) -> None:
        self.finish = finish


class Group:
    """Runs jobs in one transaction of the store, one after another, in memory."""

    def __init__(self, store: Store, keeping: SessionKeeping, *, write: bool, handoff: Handoff | None = None) -> None:
        """`handoff` where a relay runs in this process."""
        self._store = store
        self._keeping = keeping
        self._handoff = handoff
        self.writes = write

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        """The outcome of each job, durable. Raises where the transaction as a whole came to nothing."""
        transaction = self._store.begin(write=self.writes, deadline=max(job.deadline for job in jobs))
        try:
            repositories = Repositories(transaction)
            sessions = [SessionParticipant(job.visitor, self._keeping) for job in jobs]
            seats = [Seat(repositories) for _ in jobs]
            self._prefetch(repositories, jobs, sessions)
            outcomes = list(map(self._one, jobs, seats, sessions))
            voted = any(seat.finish for seat in seats)
            if voted:
                self._write(repositories, transaction)
        except BaseException:
            transaction.rollback()
            raise
        if not voted:
            transaction.rollback()
        return list(map(_finished, seats, outcomes))

    def _one(self, job: Job, seat: Seat, session: SessionParticipant) -> Outcome:
        try:
            return Outcome(job.work(UnitOfWork(seat, session, self._keeping.ids)))
        except (Conflict, Unavailable, OutcomeUnknown):
            raise  # the transaction is of no more use to anybody in it
        except Exception as error:  # a refusal or a crash: this unit's own affair, and undone
            return Outcome(error=error)

    def _write(self, repositories: Repositories, transaction: StoreTransaction) -> None:
        messages = self._handoff.claim(repositories.messages.fresh()) if self._handoff else ()
        repositories.flush()
        _decide(transaction)
        if self._handoff:
            self._handoff.hand_over(messages)

    def _prefetch(
        self, repositories: Repositories, jobs: Sequence[Job], sessions: Sequence[SessionParticipant]
    ) -> None:
        """Two rounds: the sessions, and then what each command needs, which may depend on who asks."""
        keys = [session.key for session in sessions]
        repositories.prefetch({("sessions", "key"): [key for key in keys if key]})
        needs: dict[tuple[str, str], set[str]] = {}
        for job, session in zip(jobs, sessions, strict=True):
            if job.needs is not None:
                _merge(needs, job.needs(session.peek(repositories)))
        repositories.prefetch(needs)


def _merge(into: dict[tuple[str, str], set[str]], needs: Needs) -> None:
    for where, values in needs.items():
        into.setdefault(where, set()).update(values)


def _decide(transaction: StoreTransaction) -> None:
    """Whatever else goes wrong meanwhile, nobody can say whether it has happened: nothing may run again."""
    try:
        transaction.commit()
    except (Conflict, Unavailable, OutcomeUnknown, LawBroken):
        raise
    except Exception as error:
        raise OutcomeUnknown from error


def _finished(seat: Seat, outcome: Outcome) -> Outcome:
    """What is decided stands, so whatever goes wrong now is this unit's crash, and no reason to run anything again."""
    try:
        if seat.finish is not None:
            seat.finish()
    except Exception as error:
        return Outcome(error=error)
    return outcome


def outcomes_of(jobs: Iterable[Job], error: BaseException) -> list[Outcome]:
    """The same error for all."""
    return [Outcome(error=error) for _ in jobs]
