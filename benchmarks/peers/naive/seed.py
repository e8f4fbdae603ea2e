"""Fills the database with the shop and prints the cookie of each buyer."""

import json
from base64 import b64encode

from itsdangerous import TimestampSigner

from benchmarks import shop
from benchmarks.peers.naive.database import engine
from benchmarks.peers.naive.main import SECRET_KEY
from benchmarks.peers.with_sqlalchemy.stock_up import stock_up


def cookie(user_id: int) -> str:
    """As Starlette's `SessionMiddleware` signs it."""
    return TimestampSigner(SECRET_KEY).sign(b64encode(json.dumps({"user_id": user_id}).encode())).decode()


if __name__ == "__main__":
    stock_up(engine)
    print(json.dumps([{"Cookie": f"session={cookie(number)}"} for number in range(1, shop.BUYERS + 1)]))
