"""What an order costs here, beside what it costs elsewhere and what the database itself allows."""
