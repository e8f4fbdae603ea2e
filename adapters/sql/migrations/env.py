"""What Alembic runs: the missing steps, in the transaction that `schema.migrate` has begun."""

from alembic import context

from adapters.sql.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
