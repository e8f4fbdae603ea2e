"""A database that goes away under load, and comes back."""
