"""The textbook FastAPI service: an ORM session per request, a signed-cookie session, plain `def` endpoints."""
