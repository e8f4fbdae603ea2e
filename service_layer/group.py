"""Units that ride one database transaction: each undone alone if it refuses, all decided together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.identifiers import UserId
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from service_layer.ports.store import Store
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
    """The store's part of one unit in a group: it can undo itself, and its vote is counted."""

    def __init__(self, repositories: Repositories, votes: list[Callable[[], None]]) -> None:
        self._repositories = repositories
        self._votes = votes

    def begin(self) -> Repositories:
        self._repositories.journal.begin()
        return self._repositories

    def prepare(self) -> None:
        self._repositories.journal.seal()

    def undo(self) -> None:
        self._repositories.journal.undo()

    rollback = undo

    def decide(self, finish: Callable[[], None]) -> None:
        self._votes.append(finish)


class Group:
    """Runs jobs in one transaction of the store, one after another, in memory."""

    def __init__(self, store: Store, keeping: SessionKeeping, *, write: bool) -> None:
        self._store = store
        self._keeping = keeping
        self._write = write

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        """The outcome of each job, durable. Raises where the transaction as a whole came to nothing."""
        transaction = self._store.begin(write=self._write, deadline=max(job.deadline for job in jobs))
        votes: list[Callable[[], None]] = []
        try:
            repositories = Repositories(transaction)
            sessions = [SessionParticipant(job.visitor, self._keeping) for job in jobs]
            self._prefetch(repositories, jobs, sessions)
            outcomes = [
                self._one(job, repositories, session, votes) for job, session in zip(jobs, sessions, strict=True)
            ]
            if votes:
                repositories.flush()
                transaction.commit()
        except BaseException:
            transaction.rollback()
            raise
        if not votes:
            transaction.rollback()
        for finish in votes:
            finish()
        return outcomes

    def _one(
        self, job: Job, repositories: Repositories, session: SessionParticipant, votes: list[Callable[[], None]]
    ) -> Outcome:
        try:
            return Outcome(job.work(UnitOfWork(Seat(repositories, votes), session, self._keeping.ids)))
        except (Conflict, Unavailable, OutcomeUnknown):
            raise  # the transaction is of no more use to anybody in it
        except Exception as error:  # a refusal or a crash: this unit's own affair, and undone
            return Outcome(error=error)

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


def outcomes_of(jobs: Iterable[Job], error: BaseException) -> list[Outcome]:
    """The same error for all."""
    return [Outcome(error=error) for _ in jobs]
