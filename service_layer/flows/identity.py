"""Signing up, logging in, changing a password: the slow hashing first, then one unit."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from domain.errors import DomainError, InvalidCredentials, WeakPassword
from domain.users import Email
from service_layer.commands import ChangePassword, FindUser, LogIn, SeeMe, SignUp
from service_layer.handlers.sessions import log_in
from service_layer.handlers.users import change_password, find_credentials, my_credentials, sign_up
from service_layer.passwords import Passwords
from service_layer.ports.attempts import Attempts
from service_layer.ports.passwords import PasswordPolicy
from service_layer.runner import Run
from service_layer.views import SessionView, UserView


class TooManyAttempts(DomainError):
    code = "too-many-attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__("There were too many failed attempts.")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Identity:
    """What it takes to know who somebody is."""

    passwords: Passwords
    policy: PasswordPolicy
    attempts: Attempts

    async def sign_up(self, run: Run, name: str, email: Email, password: str) -> UserView:
        """Raises `WeakPassword`, `EmailTaken`."""
        self._refuse_weak(password, name, email.address)
        password_hash = await self.passwords.hash(password)
        return await run(sign_up, SignUp(name=name, email=email, password_hash=password_hash))

    async def log_in(self, run: Run, email: Email, password: str, address: str) -> SessionView:
        """Raises `InvalidCredentials`, alike and after the same work for a wrong password and an unknown e-mail.

        Failed attempts count per account and per address, whether there is such an account or not; past the
        limit it raises `TooManyAttempts`.
        """
        with self._attempt(email, address):
            known = await run(find_credentials, FindUser(email=email))
            right = await self.passwords.verify(password, known.password_hash)
            if not right or known.user_id is None or known.password_hash is None:
                raise InvalidCredentials
        rehashed = await self.passwords.hash(password) if self.passwords.outdated(known.password_hash) else None
        command = LogIn(user_id=known.user_id, password_hash=known.password_hash, rehashed=rehashed)
        return await run(log_in, command)

    async def change_password(self, run: Run, current: str, new: str, address: str) -> None:
        """Raises `Unauthenticated`, `InvalidCredentials`, `TooManyAttempts`, `WeakPassword`."""
        known = await run(my_credentials, SeeMe())
        with self._attempt(Email(known.email), address):
            if not await self.passwords.verify(current, known.password_hash):
                raise InvalidCredentials
        self._refuse_weak(new, known.name, known.email)
        password_hash = await self.passwords.hash(new)
        await run(change_password, ChangePassword(checked_hash=known.password_hash or "", password_hash=password_hash))

    @contextmanager
    def _attempt(self, email: Email, address: str) -> Generator[None]:
        """Counted before the password is checked, or any number of guesses sent at once would pass as one.

        It counts no longer once it proves right, or an outage keeps us from knowing.
        """
        keys = (f"account {email.key}", f"address {address}")
        if wait := max(self.attempts.wait(key) for key in keys):
            raise TooManyAttempts(wait)
        for key in keys:
            self.attempts.failed(key)
        try:
            yield
        except InvalidCredentials:
            raise
        except BaseException:
            self._forgive(*keys)
            raise
        self._forgive(*keys)

    def _forgive(self, *keys: str) -> None:
        for key in keys:
            self.attempts.forgive(key)

    def _refuse_weak(self, password: str, *personal: str) -> None:
        if reason := self.policy.weak(password, *personal):
            raise WeakPassword(reason)
