-- schema.sql as SQLite would have it: strict tables, keys of 16 time-ordered bytes, times in microseconds.
CREATE TABLE users (id BLOB PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
  id BLOB PRIMARY KEY,
  user_id BLOB NOT NULL UNIQUE REFERENCES users,
  currency TEXT NOT NULL,
  balance INTEGER NOT NULL CHECK (balance >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE products (
  sku TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  price INTEGER NOT NULL,
  currency TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  token_hash BLOB PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES users,
  last_order_id BLOB,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE orders (
  id BLOB PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES users,
  status TEXT NOT NULL,
  total INTEGER NOT NULL,
  currency TEXT NOT NULL,
  payment_method TEXT NOT NULL,
  payment_status TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_newest_first ON orders (user_id, id DESC);
CREATE TABLE order_lines (
  order_id BLOB NOT NULL REFERENCES orders,
  sku TEXT NOT NULL REFERENCES products,
  name TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price INTEGER NOT NULL,
  PRIMARY KEY (order_id, sku)
) STRICT, WITHOUT ROWID;
CREATE TABLE entries (
  id BLOB PRIMARY KEY,
  transfer_id BLOB NOT NULL,
  account_id BLOB REFERENCES accounts,
  amount INTEGER NOT NULL,
  balance_after INTEGER,
  kind TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_of_an_account ON entries (account_id, id);
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE idempotency_keys (
  user_id BLOB NOT NULL REFERENCES users,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
