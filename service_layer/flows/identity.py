"""Signing up, logging in, changing a password: the slow hashing first, then one unit."""

from __future__ import annotations

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
        keys = (f"account {email.key}", f"address {address}")
        if wait := max(self.attempts.wait(key) for key in keys):
            raise TooManyAttempts(wait)
        known = await run(find_credentials, FindUser(email=email))
        right = await self.passwords.verify(password, known.password_hash)
        if not right or known.user_id is None or known.password_hash is None:
            for key in keys:
                self.attempts.failed(key)
            raise InvalidCredentials
        rehashed = await self.passwords.hash(password) if self.passwords.outdated(known.password_hash) else None
        command = LogIn(user_id=known.user_id, password_hash=known.password_hash, rehashed=rehashed)
        return await run(log_in, command)

    async def change_password(self, run: Run, current: str, new: str, address: str) -> None:
        """Raises `Unauthenticated`, `InvalidCredentials`, `TooManyAttempts`, `WeakPassword`."""
        known = await run(my_credentials, SeeMe())
        keys = (f"account {known.email.casefold()}", f"address {address}")
        if wait := max(self.attempts.wait(key) for key in keys):
            raise TooManyAttempts(wait)
        if not await self.passwords.verify(current, known.password_hash):
            for key in keys:
                self.attempts.failed(key)
            raise InvalidCredentials
        self._refuse_weak(new, known.name, known.email)
        password_hash = await self.passwords.hash(new)
        await run(change_password, ChangePassword(checked_hash=known.password_hash or "", password_hash=password_hash))

    def _refuse_weak(self, password: str, *personal: str) -> None:
        if reason := self.policy.weak(password, *personal):
            raise WeakPassword(reason)
