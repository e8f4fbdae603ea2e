-- One order, one statement. `hot` is 1 where everybody buys the same product.
\set buyer 1 + :client_id + :connections * random(0, :buyers / :connections - 1)
\set product CASE WHEN :hot = 1 THEN 0 ELSE random(0, :products - 1) END
\set number random(1, 9000000000000000000)
SELECT place_order('visitor-' || :buyer, 'sku-' || lpad(:product, 4, '0'), 'key-' || :number);
