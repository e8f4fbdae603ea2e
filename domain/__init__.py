"""The business: users, accounts, catalog, orders and payments, in the standard library only."""
