-- The least an order can be written to while every promise is kept: the same rows as the service, no more indexes than it needs.
-- Time-ordered identifiers (RFC 9562, version 7), so that indexes grow at their right end, on every PostgreSQL since 14.
CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

CREATE TABLE users (id uuid PRIMARY KEY DEFAULT new_id(), name text NOT NULL, email text NOT NULL UNIQUE);
CREATE TABLE accounts (
  id uuid PRIMARY KEY DEFAULT new_id(),
  user_id uuid NOT NULL UNIQUE REFERENCES users,
  currency char(3) NOT NULL,
  balance bigint NOT NULL CHECK (balance >= 0)
);
CREATE TABLE products (
  sku text PRIMARY KEY,
  name text NOT NULL,
  price bigint NOT NULL,
  currency char(3) NOT NULL,
  on_hand bigint NOT NULL CHECK (on_hand >= 0)
);
CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  last_order_id uuid,
  expires_at timestamptz NOT NULL
);
CREATE TABLE orders (
  id uuid PRIMARY KEY DEFAULT new_id(),
  user_id uuid NOT NULL REFERENCES users,
  status text NOT NULL,
  total bigint NOT NULL,
  currency char(3) NOT NULL,
  payment_method text NOT NULL,
  payment_status text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_newest_first ON orders (user_id, id DESC);
CREATE TABLE order_lines (
  order_id uuid NOT NULL REFERENCES orders,
  sku text NOT NULL REFERENCES products,
  name text NOT NULL,
  quantity integer NOT NULL,
  unit_price bigint NOT NULL,
  PRIMARY KEY (order_id, sku)
);
CREATE TABLE entries (
  id uuid PRIMARY KEY DEFAULT new_id(),
  transfer_id uuid NOT NULL,
  account_id uuid REFERENCES accounts,
  amount bigint NOT NULL,
  balance_after bigint,
  kind text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX entries_of_an_account ON entries (account_id, id);
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  payload text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE idempotency_keys (
  user_id uuid NOT NULL REFERENCES users,
  key text NOT NULL,
  fingerprint text NOT NULL,
  answer text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);
