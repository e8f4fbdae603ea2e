"""Fills the database with the shop and prints the cookie of each buyer."""

import json
import secrets

from flask.sessions import SessionInterface

from benchmarks import shop
from benchmarks.peers.flask_shop.app import app, db
from benchmarks.peers.with_sqlalchemy.stock_up import stock_up


def log_in(sessions: SessionInterface, user_id: int) -> dict[str, str]:
    """A session saved through Flask-Session's own interface."""
    with app.test_request_context():
        session = sessions.session_class({"user_id": user_id}, sid=secrets.token_urlsafe(32))
        session.modified = True
        sessions.save_session(app, session, app.response_class())
    return {"Cookie": f"session={session.sid}"}


if __name__ == "__main__":
    with app.app_context():
        stock_up(db.engine)
    print(json.dumps([log_in(app.session_interface, number) for number in range(1, shop.BUYERS + 1)]))
