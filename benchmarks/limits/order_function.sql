-- The same statements in the database itself: one round trip in all.
CREATE FUNCTION place_order(token text, wanted text, request_key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  hash bytea := sha256(convert_to(token, 'UTF8'));
  buyer uuid; account uuid; cost bigint; remaining bigint; order_id uuid; answer text;
BEGIN
  SELECT s.user_id, a.id INTO STRICT buyer, account FROM sessions s JOIN accounts a USING (user_id)
    WHERE s.token_hash = hash AND s.expires_at > now();
  SELECT k.answer INTO answer FROM idempotency_keys k WHERE k.user_id = buyer AND k.key = request_key;
  IF FOUND THEN RETURN answer; END IF;
  UPDATE products SET on_hand = on_hand - 1 WHERE sku = wanted AND on_hand >= 1 RETURNING price INTO STRICT cost;
  UPDATE accounts SET balance = balance - cost WHERE id = account AND balance >= cost RETURNING balance INTO STRICT remaining;
  INSERT INTO orders (user_id, status, total, currency, payment_method, payment_status)
    VALUES (buyer, 'confirmed', cost, 'EUR', 'balance', 'captured') RETURNING id INTO order_id;
  INSERT INTO order_lines VALUES (order_id, wanted, 'Thing', 1, cost);
  INSERT INTO entries (transfer_id, account_id, amount, balance_after, kind)
    VALUES (order_id, account, -cost, remaining, 'order'), (order_id, NULL, cost, NULL, 'order');
  INSERT INTO outbox (kind, payload) VALUES ('OrderConfirmed', json_build_object('order_id', order_id, 'total', cost)::text);
  answer := json_build_object('order_id', order_id, 'status', 'confirmed', 'total', cost)::text;
  INSERT INTO idempotency_keys (user_id, key, fingerprint, answer) VALUES (buyer, request_key, repeat('0', 64), answer);
  UPDATE sessions SET last_order_id = order_id WHERE token_hash = hash;
  RETURN answer;
END $$;
