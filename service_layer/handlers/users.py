"""Users: signed up with their account, renamed, given a role."""

from __future__ import annotations

from domain.accounts import Account
from domain.errors import EmailTaken, NotFound, Stale
from domain.events import PasswordChanged, UserDisabled, UserEnabled, UserRegistered
from domain.identifiers import AccountId, UserId
from domain.money import Currency
from domain.text import one_line
from domain.users import LONGEST_NAME, Email, Role, User
from service_layer.commands import (
    ChangePassword,
    DisableUser,
    EnableUser,
    FindUser,
    GrantStaff,
    Rename,
    SeeMe,
    SignUp,
)
from service_layer.ports.clock import Clock
from service_layer.ports.ids import Ids
from service_layer.unit_of_work import UnitOfWork
from service_layer.views import Credentials, UserView


def sign_up(command: SignUp, uow: UnitOfWork, clock: Clock, ids: Ids, currency: Currency) -> UserView:
    """A user and their one default account (L11). Raises `EmailTaken`."""
    with uow:
        if uow.users.by_email(command.email) is not None:
            raise EmailTaken
        now = clock.now()
        user = User(
            id=UserId(ids.new()),
            name=one_line(command.name, what="name", longest=LONGEST_NAME),
            email=command.email,
            password_hash=command.password_hash,
            registered_at=now,
        )
        account = Account.open(AccountId(ids.new()), user.id, currency, now)
        uow.users.add(user)
        uow.accounts.add(account)
        uow.publish(UserRegistered(user_id=user.id, at=now))
        uow.commit()
    return UserView.of(user, [account])


def see_me(query: SeeMe, uow: UnitOfWork) -> UserView:
    """The caller. Raises `Unauthenticated`, and `NotFound` for anybody else's id."""
    with uow:
        user_id = uow.session.require_user()
        if query.user_id not in (None, user_id):
            raise NotFound("user")
        return UserView.of(uow.users.get(user_id), uow.accounts.of(user_id))


def rename(command: Rename, uow: UnitOfWork) -> UserView:
    """The caller under a new name. Raises `Unauthenticated`, and `Stale` where somebody was faster."""
    with uow:
        user = uow.users.get(uow.session.require_user())
        accounts = uow.accounts.of(user.id)
        if "*" not in command.tags and UserView.of(user, accounts).tag not in command.tags:
            raise Stale
        if command.name is not None:
            user.rename(command.name)
        uow.commit()
        return UserView.of(user, accounts)


def change_password(command: ChangePassword, uow: UnitOfWork, clock: Clock) -> None:
    """A new password; every other session of the user ends, this one gets a new id.

    Raises `Unauthenticated`, and `Stale` where the password was changed since it was checked.
    """
    with uow:
        user = uow.users.get(uow.session.require_user())
        if user.password_hash != command.checked_hash:
            raise Stale
        user.change_password(command.password_hash)
        uow.end_sessions_of(user.id, but_own=True)
        uow.session.renew_id()
        uow.publish(PasswordChanged(user_id=user.id, at=clock.now()))
        uow.commit()


def grant_staff(command: GrantStaff, uow: UnitOfWork) -> UserId:
    """The role `staff`, from the next log-in on: whatever session there is ends. Raises `NotFound`."""
    with uow:
        user = _known(uow.users.by_email(command.email))
        if Role.STAFF not in user.roles:
            user.grant(Role.STAFF)
            uow.end_sessions_of(user.id)
        uow.commit()
        return user.id


def disable_user(command: DisableUser, uow: UnitOfWork, clock: Clock) -> UserId:
    """Nobody logs in as this user from now on, and every session ends; repeating changes nothing.

    Raises `Unauthenticated`, `Forbidden`, `NotFound`.
    """
    with uow:
        uow.session.require_staff()
        user, now = _known(_whom(command, uow)), clock.now()
        uow.end_sessions_of(user.id)
        if user.disabled_at is None:
            user.disable(now)
            uow.publish(UserDisabled(user_id=user.id, at=now))
        uow.commit()
        return user.id


def enable_user(command: EnableUser, uow: UnitOfWork, clock: Clock) -> UserId:
    """The user may log in again; repeating changes nothing. Raises `Unauthenticated`, `Forbidden`, `NotFound`."""
    with uow:
        uow.session.require_staff()
        user = _known(_whom(command, uow))
        if user.disabled_at is not None:
            user.enable()
            uow.publish(UserEnabled(user_id=user.id, at=clock.now()))
        uow.commit()
        return user.id


def find_credentials(query: FindUser, uow: UnitOfWork) -> Credentials:
    """What to check a password against; for an unknown or disabled user, nothing that could ever match."""
    with uow:
        user = uow.users.by_email(query.email)
        if user is None or user.disabled_at is not None:
            return Credentials(None, "", query.email.address, None)
        return Credentials(user.id, user.name, user.email.address, user.password_hash)


def my_credentials(query: SeeMe, uow: UnitOfWork) -> Credentials:
    """The caller's own. Raises `Unauthenticated`."""
    with uow:
        user = uow.users.get(uow.session.require_user())
        return Credentials(user.id, user.name, user.email.address, user.password_hash)


def _whom(command: DisableUser | EnableUser, uow: UnitOfWork) -> User | None:
    whom = command.whom
    return uow.users.by_email(whom) if isinstance(whom, Email) else uow.users.find(whom)


def _known(user: User | None) -> User:
    if user is None:
        raise NotFound("user")
    return user
