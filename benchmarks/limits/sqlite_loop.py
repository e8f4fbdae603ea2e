"""A bare `sqlite3` loop: the statements of an order and one durable commit each, with nothing in between."""

import json
import secrets
import sqlite3
import sys
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter, time_ns

from benchmarks import shop

SCHEMA = Path(__file__).with_name("schema_sqlite.sql")


@dataclass(frozen=True)
class Times:
    """Seconds of one order: all of it, and its COMMIT alone."""

    orders: list[float]
    commits: list[float]


def new_id() -> bytes:
    """Time-ordered, as the service's keys are."""
    return (time_ns() // 1_000_000).to_bytes(6, "big") + secrets.token_bytes(10)


def token(number: int) -> str:
    return f"visitor-{number}"


def connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON")
    return database


def seed(path: Path) -> None:
    database = connect(path)
    database.executescript(SCHEMA.read_text())
    database.execute("BEGIN")
    for number in range(shop.BUYERS):
        user = new_id()
        database.execute("INSERT INTO users VALUES (?, ?, ?)", (user, f"Buyer {number}", shop.email(number)))
        database.execute("INSERT INTO accounts VALUES (?, ?, ?, ?)", (new_id(), user, shop.CURRENCY, shop.BALANCE))
        database.execute(
            "INSERT INTO sessions VALUES (?, ?, NULL, ?)", (sha256(token(number).encode()).digest(), user, 2**40)
        )
    goods = [(shop.sku(n), f"Thing {n}", shop.price(n), shop.CURRENCY, shop.STOCK) for n in range(shop.PRODUCTS)]
    database.executemany("INSERT INTO products VALUES (?, ?, ?, ?, ?)", goods)
    for number in range(shop.HISTORY):
        order(database, number % shop.BUYERS, number % shop.PRODUCTS, f"history-{number}")
    database.execute("COMMIT")
    database.execute("ANALYZE")
    database.close()


def order(database: sqlite3.Connection, buyer: int, product: int, key: str) -> None:
    """Every statement of an order, inside the transaction that is open."""
    one = database.execute
    now, session = time_ns() // 1000, sha256(token(buyer).encode()).digest()
    whose = "SELECT s.user_id, a.id FROM sessions s JOIN accounts a USING (user_id)"
    found = one(f"{whose} WHERE s.token_hash = ? AND s.expires_at > ?", (session, now // 1_000_000))
    user, account = found.fetchone()
    if one("SELECT answer FROM idempotency_keys WHERE user_id = ? AND key = ?", (user, key)).fetchone():
        raise ValueError(f"{key} was used before")
    taken = one(
        "UPDATE products SET on_hand = on_hand - 1 WHERE sku = ? AND on_hand >= 1 RETURNING sku, price",
        (shop.sku(product),),
    )
    sku, price = taken.fetchone()
    paid = one(
        "UPDATE accounts SET balance = balance - ? WHERE id = ? AND balance >= ? RETURNING balance",
        (price, account, price),
    )
    (balance,) = paid.fetchone()
    made = new_id()
    answer = json.dumps({"order_id": made.hex(), "status": "confirmed", "total": price})
    one("INSERT INTO orders VALUES (?, ?, 'confirmed', ?, 'EUR', 'balance', 'captured', ?)", (made, user, price, now))
    one("INSERT INTO order_lines VALUES (?, ?, 'Thing', 1, ?)", (made, sku, price))
    one(
        "INSERT INTO entries VALUES (?, ?, ?, ?, ?, 'order', ?), (?, ?, NULL, ?, NULL, 'order', ?)",
        (new_id(), made, account, -price, balance, now, new_id(), made, price, now),
    )
    one("INSERT INTO outbox (kind, payload, created_at) VALUES ('OrderConfirmed', ?, ?)", (answer, now))
    one("INSERT INTO idempotency_keys VALUES (?, ?, ?, ?, ?)", (user, key, "0" * 64, answer, now))
    one("UPDATE sessions SET last_order_id = ? WHERE token_hash = ?", (made, session))


def loop(path: Path, seconds: float, *, hot: bool = False) -> Times:
    database, times = connect(path), Times([], [])
    pick = Random(1)  # noqa: S311 (no secret)
    end = perf_counter() + seconds
    while (begin := perf_counter()) < end:
        database.execute("BEGIN IMMEDIATE")
        order(database, pick.randrange(shop.BUYERS), 0 if hot else pick.randrange(shop.PRODUCTS), secrets.token_hex(16))
        written = perf_counter()
        database.execute("COMMIT")
        done = perf_counter()
        times.orders.append(done - begin)
        times.commits.append(done - written)
    database.close()
    return times


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["seed", path]:
            seed(Path(path))
        case ["loop", path, seconds]:
            print(json.dumps(asdict(loop(Path(path), float(seconds)))))
        case _:
            sys.exit("usage: sqlite_loop seed PATH | loop PATH SECONDS")
