"""Failed attempts, counted in units of their own: whatever becomes of the request, they are durable and shared."""

from __future__ import annotations

from datetime import datetime

from service_layer.attempts import TooManyAttempts, Window, keep
from service_layer.commands import CountAttempt, ForgiveAttempt
from service_layer.ports.clock import Clock
from service_layer.records import AttemptRecord
from service_layer.unit_of_work import UnitOfWork


def count_attempt(command: CountAttempt, uow: UnitOfWork, clock: Clock) -> None:
    """Counts for the account and for the address, or for neither. Raises `TooManyAttempts`."""
    with uow:
        window = Window(command.limit, clock.now())
        failures = {key: window.failures(uow.attempts.find(key)) for _, key in command.counters()}
        standings = [window.standing(name, failures[key]) for name, key in command.counters()]
        if any(standing.wait for standing in standings):
            raise TooManyAttempts(*standings)
        for key, its in failures.items():
            window.add(uow.attempts.find(key) or _begun(uow, key, window.now), its)
        uow.commit()


def forgive_attempt(command: ForgiveAttempt, uow: UnitOfWork) -> None:
    """The last failure of each counts no longer; one that is forgotten already need not be forgiven."""
    with uow:
        for _, key in command.counters():
            record = uow.attempts.find(key)
            if record is not None:
                keep(record, [int(at) for at in record.failures.split()][:-1])
                if not record.failures:
                    uow.attempts.remove(record)
        uow.commit()


def _begun(uow: UnitOfWork, key: str, now: datetime) -> AttemptRecord:
    record = AttemptRecord(key=key, failures="", expires_at=now)
    uow.attempts.add(record)
    return record
