"""Sessions that are read from Redis: copies there follow what the database has committed, and never go before it."""
