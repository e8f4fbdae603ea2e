-- One order, one round trip for each statement. `hot` is 1 where everybody buys the same product.
\set buyer 1 + :client_id + :connections * random(0, :buyers / :connections - 1)
\set product CASE WHEN :hot = 1 THEN 0 ELSE random(0, :products - 1) END
\set number random(1, 9000000000000000000)
BEGIN;
SELECT s.user_id, a.id AS account_id FROM sessions s JOIN accounts a USING (user_id)
  WHERE s.token_hash = sha256(convert_to('visitor-' || :buyer, 'UTF8')) AND s.expires_at > now() \gset
SELECT answer FROM idempotency_keys WHERE user_id = :user_id AND key = 'key-' || :number;
UPDATE products SET on_hand = on_hand - 1 WHERE sku = 'sku-' || lpad(:product, 4, '0') AND on_hand >= 1
  RETURNING sku, price \gset
UPDATE accounts SET balance = balance - :price WHERE id = :account_id AND balance >= :price RETURNING balance \gset
INSERT INTO orders (user_id, status, total, currency, payment_method, payment_status)
  VALUES (:user_id, 'confirmed', :price, 'EUR', 'balance', 'captured') RETURNING id AS order_id \gset
INSERT INTO order_lines VALUES (:order_id, :sku, 'Thing', 1, :price);
INSERT INTO entries (transfer_id, account_id, amount, balance_after, kind)
  VALUES (:order_id, :account_id, -:price::bigint, :balance, 'order'), (:order_id, NULL, :price, NULL, 'order');
INSERT INTO outbox (kind, payload)
  VALUES ('OrderConfirmed', json_build_object('order_id', :order_id::text, 'total', :price::bigint)::text);
INSERT INTO idempotency_keys (user_id, key, fingerprint, answer)
  VALUES (:user_id, 'key-' || :number, repeat('0', 64),
    json_build_object('order_id', :order_id::text, 'status', 'confirmed', 'total', :price::bigint)::text);
UPDATE sessions SET last_order_id = :order_id WHERE token_hash = sha256(convert_to('visitor-' || :buyer, 'UTF8'));
COMMIT;
