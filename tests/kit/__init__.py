"""The shared test kit: a whole shop over real in-memory adapters, and adapters that fail where they are told to."""
