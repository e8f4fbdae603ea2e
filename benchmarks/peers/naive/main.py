"""The application: sync endpoints, a session dependency, and the visitor from the signed cookie.

`get_current_user` is a coroutine as in FastAPI's tutorial on security, and asks the session of the tutorial on
databases. That is what stops this service for good: the pool has 15 connections, whoever needs the next one waits for
it on the event loop, and the teardown that gives one back needs that loop to be called.
"""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.middleware.sessions import SessionMiddleware

from benchmarks.peers.naive.database import SessionDep
from benchmarks.peers.schemas import OrderIn, OrderOut, ProductPage
from benchmarks.peers.with_sqlalchemy import ordering
from benchmarks.peers.with_sqlalchemy.models import Order, User

SECRET_KEY = "benchmark-only-secret-of-32-bytes"

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=SECRET_KEY)


@app.exception_handler(ordering.Refused)
def refused(_request: Request, reason: ordering.Refused) -> JSONResponse:
    return JSONResponse({"detail": reason.code}, status_code=reason.status)


async def get_current_user(request: Request, session: SessionDep) -> User:
    user = session.get(User, request.session.get("user_id", 0))
    if user is None:
        raise HTTPException(401, "unauthenticated")
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


@app.post("/orders/", status_code=201, response_model=OrderOut)
def place_order(
    body: OrderIn,
    request: Request,
    response: Response,
    session: SessionDep,
    user: CurrentUser,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    items = [(item.sku, item.quantity) for item in body.items]
    order = ordering.place_once(session, user, items, idempotency_key)
    request.session["last_order_id"] = str(order.id)
    response.headers["Location"] = f"/orders/{order.id}"
    return ordering.describe(order)


@app.get("/orders/{order_id}", response_model=OrderOut)
def read_order(order_id: int, session: SessionDep, user: CurrentUser) -> dict[str, Any]:
    order = session.get(Order, order_id)
    if order is None or order.user_id != user.id:
        raise HTTPException(404, "not-found")
    return ordering.describe(order)


@app.get("/products/", response_model=ProductPage)
def list_products(session: SessionDep, limit: int = 20, starting_after: str = "") -> dict[str, Any]:
    return ordering.list_products(session, limit, starting_after)
