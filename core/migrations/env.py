"""Alembic's entry: runs the migrations on the database of the settings."""

from alembic import context

from core.database import engine
from core.tables import metadata

if context.is_offline_mode():
    raise SystemExit("Migrations run against a live database: nutmeg db upgrade")

with engine().connect().execution_options(writes=True) as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
