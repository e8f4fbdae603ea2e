"""A gateway that does not answer, and everybody waiting for it."""
