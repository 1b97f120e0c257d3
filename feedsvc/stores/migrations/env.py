"""Run revisions inside the transaction of whoever asked for them: all of them happen, or none."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
# SQLite changes few things of a table in place; with batches Alembic makes it anew.
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
