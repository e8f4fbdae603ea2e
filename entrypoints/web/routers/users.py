"""Users: signing up, reading and changing oneself."""

from __future__ import annotations

from domain.errors import (
    EmailTaken,
    Forbidden,
    InvalidCredentials,
    NotFound,
    Stale,
    Unauthenticated,
    WeakPassword,
)
from domain.identifiers import UserId
from entrypoints.web.audit import about, note
from entrypoints.web.conditions import IfMatch, IfNoneMatch
from entrypoints.web.declared import NOT_MODIFIED, problems
from entrypoints.web.given import Run, Service, Who
from entrypoints.web.models.users import PasswordIn, SignedUpOut, SignUpIn, UserOut, UserPatchIn
from entrypoints.web.problems import pointing
from entrypoints.web.reply import Reply, etag
from entrypoints.web.route import router as new_router
from service_layer.commands import DisableUser, EnableUser, SeeMe
from service_layer.flows.identity import TooManyAttempts
from service_layer.handlers import users

router = new_router("users")


@router.post("/users/", status_code=201, responses=problems(EmailTaken))
async def sign_up(body: SignUpIn, run: Run, services: Service, who: Who) -> Reply[SignedUpOut]:
    """A new user, with an empty account in the shop's currency."""
    about(body.email)
    with pointing("/password", WeakPassword):
        view = await services.identity.sign_up(run, body.name, body.email, body.password)
    note("signed up", who, as_user=view.id)
    return Reply(SignedUpOut.of(view), {"Location": f"/users/{view.id}", **etag(view.tag)})


@router.get("/users/me", responses=NOT_MODIFIED | problems(Unauthenticated, NotFound))
async def see_me(run: Run, known: IfNoneMatch) -> Reply[UserOut]:
    """Oneself, and one's accounts."""
    view = await run(users.see_me, SeeMe())
    return known.reply(UserOut.of(view), view.tag)


@router.get("/users/{user_id}", responses=NOT_MODIFIED | problems(Unauthenticated, NotFound))
async def see_user(user_id: str, run: Run, known: IfNoneMatch) -> Reply[UserOut]:
    """Oneself, by id; anybody else is as if not there."""
    view = await run(users.see_me, SeeMe(user_id=user_id))
    return known.reply(UserOut.of(view), view.tag)


@router.patch("/users/me", responses=problems(Unauthenticated, NotFound))
async def change_me(body: UserPatchIn, run: Run, tags: IfMatch) -> Reply[UserOut]:
    """A new name, provided nothing has changed since it was read."""
    view = await run(users.rename, body.command(tags))
    return Reply(UserOut.of(view), etag(view.tag))


@router.post(
    "/users/me/password",
    status_code=204,
    responses=problems(Unauthenticated, InvalidCredentials, NotFound, Stale, TooManyAttempts),
)
async def change_password(body: PasswordIn, run: Run, services: Service, who: Who) -> None:
    """A new password; all other sessions of the user end, this one gets a new id."""
    with pointing("/new_password", WeakPassword):
        await services.identity.change_password(run, body.current_password, body.new_password, who.ip)
    note("password changed", who)
    note("other sessions ended", who, reason="password changed")


@router.post("/users/{user_id}/disable", status_code=204, responses=problems(Unauthenticated, Forbidden, NotFound))
async def disable_user(user_id: str, run: Run, who: Who) -> None:
    """Every session of the user ends here and now, and nobody logs in as them; repeating changes nothing."""
    whom = await run(users.disable_user, DisableUser(whom=UserId(user_id)))
    note("user disabled", who, whom=whom)
    note("all sessions ended", who, whom=whom, reason="user disabled")


@router.post("/users/{user_id}/enable", status_code=204, responses=problems(Unauthenticated, Forbidden, NotFound))
async def enable_user(user_id: str, run: Run, who: Who) -> None:
    """The user may log in again; repeating changes nothing."""
    note("user enabled", who, whom=await run(users.enable_user, EnableUser(whom=UserId(user_id))))
