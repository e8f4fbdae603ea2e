-- What the service leaves of an order of one line that was paid by balance, once its message is published.
INSERT INTO orders (id, owner_id, status, total, currency, placed_at, confirmed_at, version)
  SELECT order_id, owner_id, 'confirmed', price, currency, at, at, 1 FROM past ORDER BY n;
INSERT INTO order_lines (order_id, sku, position, name, quantity, unit_price, currency)
  SELECT order_id, sku, 0, name, 1, price, currency FROM past ORDER BY n;
INSERT INTO payments (id, owner_id, method, amount, currency, created_at, order_id, status, attempts, announced, version)
  SELECT payment_id, owner_id, 'balance', price, currency, at, order_id, 'captured', 0, FALSE, 1 FROM past ORDER BY n;
INSERT INTO entries (id, transfer_id, account_id, amount, currency, balance_after, kind, order_id, created_at)
  SELECT transfer_id || '-1', transfer_id, account_id, -price, currency, balance_after, 'order', order_id, at
  FROM past ORDER BY n;
INSERT INTO entries (id, transfer_id, system_account, amount, currency, kind, order_id, created_at)
  SELECT transfer_id || '-2', transfer_id, 'revenue', price, currency, 'order', order_id, at FROM past ORDER BY n;
INSERT INTO idempotency_keys (id, fingerprint, expires_at, answer, version)
  SELECT owner_id || ' POST /orders/ past-' || n, '0000000000000000000000000000000000000000000000000000000000000000',
    at + 86400000000, '{"order":{"id":"' || order_id || '","owner_id":"' || owner_id || '","status":"confirmed","total":['
    || price || ',"' || currency || '"],"lines":[["' || sku || '","' || name || '",1,' || price || ']],"method":"balance",'
    || '"payment_status":"captured","created_at":"' || said_at || '","tag":"1-1"}}', 1
  FROM past ORDER BY n;
UPDATE products SET on_hand = on_hand - sold, version = version + 1
  FROM (SELECT sku AS what, count(*) AS sold FROM past GROUP BY sku) AS sales WHERE what = sku;
UPDATE accounts SET balance = balance - spent, version = version + 1
  FROM (SELECT account_id AS whose, sum(price) AS spent FROM past GROUP BY account_id) AS bills WHERE whose = id;
DROP TABLE past;
