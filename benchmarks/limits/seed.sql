-- The shop of shop.py: its numbers come in as psql variables.
INSERT INTO users (name, email) SELECT 'Buyer ' || n, 'buyer-' || n || '@example.com' FROM generate_series(1, :buyers) n;
INSERT INTO accounts (user_id, currency, balance) SELECT id, 'EUR', :balance FROM users;
INSERT INTO products SELECT 'sku-' || lpad(n::text, 4, '0'), 'Thing ' || n, 100 + n, 'EUR', :stock FROM generate_series(0, :products - 1) n;
INSERT INTO sessions SELECT sha256(convert_to('visitor-' || row_number() OVER (ORDER BY id), 'UTF8')), id, NULL, now() + interval '8 hours' FROM users;
INSERT INTO orders (user_id, status, total, currency, payment_method, payment_status)
  SELECT u.id, 'confirmed', 100, 'EUR', 'balance', 'captured' FROM users u, generate_series(1, :history / :buyers);
INSERT INTO order_lines SELECT id, 'sku-0000', 'Thing 0', 1, 100 FROM orders;
INSERT INTO entries (transfer_id, account_id, amount, balance_after, kind)
  SELECT o.id, a.id, -100, a.balance, 'order' FROM orders o JOIN accounts a USING (user_id);
INSERT INTO entries (transfer_id, amount, kind) SELECT id, 100, 'order' FROM orders;
INSERT INTO outbox (kind, payload) SELECT 'OrderConfirmed', json_build_object('order_id', id, 'total', total)::text FROM orders;
INSERT INTO idempotency_keys (user_id, key, fingerprint, answer) SELECT user_id, 'history-' || id, repeat('0', 64), '{}' FROM orders;
VACUUM ANALYZE;
