"""How Alembic reaches the database that `opening.migrate` hands it; runs nothing by itself."""

from alembic import context

from kiosk.desk.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
