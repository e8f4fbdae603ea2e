"""Many who want the same at once, from two processes on one database."""
