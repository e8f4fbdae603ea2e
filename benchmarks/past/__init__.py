"""Orders of the past, written by the database itself."""
