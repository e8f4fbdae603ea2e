"""The machine's own clock and randomness, and ones that tests can predict."""
