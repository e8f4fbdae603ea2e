"""PostgreSQL, through psycopg: several processes and hosts at once, each row locked as it is loaded."""
