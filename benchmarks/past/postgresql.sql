-- One row for each order from number :first to number :last, with all that its own rows are made of.
-- Nobody is connected and every reference is taken from its own table, so foreign keys are not looked up one by one.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '512MB';
SET temp_buffers = '512MB';
CREATE TEMPORARY TABLE past AS
WITH buyers AS (
  SELECT row_number() OVER (ORDER BY id) - 1 AS buyer, owner_id, id AS account_id, currency, balance FROM accounts
), goods AS (
  SELECT row_number() OVER (ORDER BY sku) - 1 AS good, sku, name, price FROM products
), placed AS (
  SELECT n, CASE WHEN n % :busy = 0 THEN 0 ELSE n % (SELECT count(*) FROM buyers) END AS buyer,
    (n * 7 + n / 1000) % (SELECT count(*) FROM goods) AS good,
    (SELECT min(opened_at) FROM accounts) - 30 * 86400000000 + n * 100000 AS at
  FROM generate_series(:first::bigint, :last) AS n
), labelled AS (
  SELECT *, lpad(to_hex(at / 1000), 12, '0') AS moment, '-8000-' || lpad(to_hex(n), 12, '0') AS own FROM placed
)
SELECT n, at, to_char(to_timestamp(at / 1000000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00' AS said_at,
  substr(moment, 1, 8) || '-' || substr(moment, 9) || '-7001' || own AS order_id,
  substr(moment, 1, 8) || '-' || substr(moment, 9) || '-7002' || own AS transfer_id,
  substr(moment, 1, 8) || '-' || substr(moment, 9) || '-7003' || own AS payment_id,
  owner_id, account_id, sku, name, price, currency,
  balance - sum(price) OVER (PARTITION BY account_id ORDER BY n) AS balance_after
FROM labelled JOIN buyers USING (buyer) JOIN goods USING (good) ORDER BY n;
