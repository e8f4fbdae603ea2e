-- One row for each order from number :first to number :last, with all that its own rows are made of.
-- Nobody is connected: there is no need of a journal, and every reference is taken from its own table.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -1000000;
PRAGMA temp_store = MEMORY;
BEGIN;
CREATE TEMPORARY TABLE past AS
WITH RECURSIVE numbers (n) AS (
  VALUES (:first) UNION ALL SELECT n + 1 FROM numbers WHERE n < :last
), buyers AS MATERIALIZED (
  SELECT row_number() OVER (ORDER BY id) - 1 AS buyer, owner_id, id AS account_id, currency, balance FROM accounts
), goods AS MATERIALIZED (
  SELECT row_number() OVER (ORDER BY sku) - 1 AS good, sku, name, price FROM products
), placed AS (
  SELECT n, CASE WHEN n % :busy = 0 THEN 0 ELSE n % (SELECT count(*) FROM buyers) END AS buyer,
    (n * 7 + n / 1000) % (SELECT count(*) FROM goods) AS good,
    (SELECT min(opened_at) FROM accounts) - 30 * 86400000000 + n * 100000 AS at
  FROM numbers
), labelled AS (
  SELECT *, printf('%012x', at / 1000) AS moment, '-8000-' || printf('%012x', n) AS own FROM placed
)
SELECT n, at, strftime('%Y-%m-%dT%H:%M:%f', at / 1000000.0, 'unixepoch') || '000+00:00' AS said_at,
  substr(moment, 1, 8) || '-' || substr(moment, 9) || '-7001' || own AS order_id,
  substr(moment, 1, 8) || '-' || substr(moment, 9) || '-7002' || own AS transfer_id,
  substr(moment, 1, 8) || '-' || substr(moment, 9) || '-7003' || own AS payment_id,
  owner_id, account_id, sku, name, price, currency,
  balance - sum(price) OVER (PARTITION BY account_id ORDER BY n) AS balance_after
FROM labelled JOIN buyers USING (buyer) JOIN goods USING (good) ORDER BY n;
