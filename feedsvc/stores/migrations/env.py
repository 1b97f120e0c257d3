"""Run revisions inside the transaction of the caller, all or none."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
# SQLite can alter few things of a table; in batch mode Alembic copies the table instead.
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
