"""The wire to PostgreSQL, cut at the worst moments."""
