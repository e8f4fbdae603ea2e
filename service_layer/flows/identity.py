"""Signing up, logging in, changing a password: the slow hashing first, then one unit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from domain.errors import InvalidCredentials, WeakPassword
from domain.identifiers import UserId
from domain.users import Email
from service_layer.attempts import TooManyAttempts as TooManyAttempts  # what a flow may refuse with
from service_layer.checking import Checking
from service_layer.commands import ChangePassword, CountAttempt, FindUser, ForgiveAttempt, LogIn, SeeMe, SignUp
from service_layer.handlers.attempts import count_attempt, forgive_attempt
from service_layer.handlers.sessions import log_in
from service_layer.handlers.users import change_password, find_credentials, my_credentials, sign_up
from service_layer.passwords import Passwords
from service_layer.ports.attempts import AttemptLimit
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.ports.passwords import PasswordPolicy
from service_layer.runner import Run
from service_layer.views import SessionView, UserView

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Identity:
    """What it takes to know who somebody is."""

    passwords: Passwords
    policy: PasswordPolicy
    attempts: AttemptLimit
    checking: Checking = field(default_factory=Checking)

    async def sign_up(self, run: Run, name: str, email: Email, password: str) -> UserView:
        """Raises `WeakPassword`, `EmailTaken`, `Unavailable` where too many passwords wait."""
        self._refuse_weak(password, name, email.address)
        with self.passwords.place():
            password_hash = await self.passwords.hash(password)
        return await run(sign_up, SignUp(name=name, email=email, password_hash=password_hash))

    async def log_in(self, run: Run, email: Email, password: str, address: str) -> SessionView:
        """Raises `InvalidCredentials`, alike and after the same work for a wrong password and an unknown e-mail.

        Failed attempts count per account and per address, whether there is such an account or not; past the
        limit it raises `TooManyAttempts`; where too many passwords wait, `Unavailable`.
        """
        with self.passwords.place():
            user_id, hashed = await self._attempt(run, email, address, lambda: self._known(run, email, password))
            rehashed = await self.passwords.hash(password) if self.passwords.outdated(hashed) else None
        return await run(log_in, LogIn(user_id=user_id, password_hash=hashed, rehashed=rehashed))

    async def change_password(self, run: Run, current: str, new: str, address: str) -> None:
        """Raises `Unauthenticated`, `InvalidCredentials`, `TooManyAttempts`, `WeakPassword`, `Unavailable`."""
        known = await run(my_credentials, SeeMe())
        with self.passwords.place():
            await self._attempt(run, Email(known.email), address, lambda: self._check(current, known.password_hash))
            self._refuse_weak(new, known.name, known.email)
            password_hash = await self.passwords.hash(new)
        await run(change_password, ChangePassword(checked_hash=known.password_hash or "", password_hash=password_hash))

    async def _known(self, run: Run, email: Email, password: str) -> tuple[UserId, str]:
        """Whose password it is, and the hash that it fits. Raises `InvalidCredentials`."""
        known = await run(find_credentials, FindUser(email=email))
        right = await self.passwords.verify(password, known.password_hash)
        if not right or known.user_id is None or known.password_hash is None:
            raise InvalidCredentials
        return known.user_id, known.password_hash

    async def _check(self, password: str, hashed: str | None) -> None:
        if not await self.passwords.verify(password, hashed):
            raise InvalidCredentials

    async def _attempt(self, run: Run, account: Email, address: str, check: Callable[[], Awaitable[R]]) -> R:
        """Counted before the password is checked, or any number of guesses sent at once would pass as one.

        It counts no longer once it proves right, or an outage keeps us from knowing.
        """
        attempt = CountAttempt(account=account, address=address, limit=self.attempts)
        await self._count(run, attempt)
        forgive = ForgiveAttempt(account=account, address=address)
        with self.checking.of(attempt.keys()):
            try:
                found = await check()
            except Unavailable:
                with suppress(Unavailable, OutcomeUnknown):
                    await run(forgive_attempt, forgive)
                raise
            await run(forgive_attempt, forgive)
        return found

    async def _count(self, run: Run, attempt: CountAttempt) -> None:
        """Refused only once none of those counted before is still being checked: it may prove right, and leave room."""
        while True:
            try:
                return await run(count_attempt, attempt)
            except TooManyAttempts:
                if not await self.checking.ended(attempt.keys(), run.seconds_left()):
                    raise

    def _refuse_weak(self, password: str, *personal: str) -> None:
        if reason := self.policy.weak(password, *personal):
            raise WeakPassword(reason)
