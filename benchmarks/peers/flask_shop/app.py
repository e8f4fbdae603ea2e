"""The application: Flask-SQLAlchemy's session per request, and Flask-Session's interface over the same database."""

import os
from typing import Any

from flask import Flask, Response, abort, jsonify, request, session
from flask_session import Session
from flask_sqlalchemy import SQLAlchemy

from benchmarks.peers.with_sqlalchemy import ordering
from benchmarks.peers.with_sqlalchemy.models import Base, Order, User

app = Flask(__name__)
app.config["SECRET_KEY"] = "benchmark-only-secret-of-32-bytes"
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app, model_class=Base)
app.config["SESSION_TYPE"] = "sqlalchemy"
app.config["SESSION_SQLALCHEMY"] = db
Session(app)


@app.errorhandler(ordering.Refused)
def refused(reason: ordering.Refused) -> tuple[Response, int]:
    return jsonify(detail=reason.code), reason.status


def current_user() -> User:
    user = db.session.get(User, session.get("user_id", 0))
    if user is None:
        abort(401)
    return user


def wanted(body: Any) -> list[tuple[str, int]]:
    """The items of the body; 422 for anything else."""
    match body:
        case {"items": [_, *_] as items, "payment": {"method": "balance"}}:
            return [wanted_item(item) for item in items]
    return abort(422)


def wanted_item(item: Any) -> tuple[str, int]:
    match item:
        case {"sku": str(sku), "quantity": int(quantity)} if 1 <= quantity <= 999:
            return sku, quantity
    return abort(422)


@app.post("/orders/")
def place_order() -> tuple[Response, int, dict[str, str]]:
    key = request.headers.get("Idempotency-Key")
    order = ordering.place_once(db.session(), current_user(), wanted(request.get_json()), key)
    session["last_order_id"] = str(order.id)
    return jsonify(ordering.describe(order)), 201, {"Location": f"/orders/{order.id}"}


@app.get("/orders/<int:order_id>")
def read_order(order_id: int) -> Response:
    order = db.session.get(Order, order_id)
    if order is None or order.user_id != current_user().id:
        abort(404)
    return jsonify(ordering.describe(order))


@app.get("/products/")
def list_products() -> Response:
    limit = request.args.get("limit", 20, type=int)
    return jsonify(ordering.list_products(db.session(), limit, request.args.get("starting_after", "")))
