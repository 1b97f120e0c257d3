"""Let a test be a feedsvc whose tables have changed once more since the store was made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from feedsvc.stores import schema

NOW = schema.SCHEMA_VERSION
NEXT = '''"""Give editions a name."""

import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{now}"


def upgrade():
    with op.batch_alter_table("editions") as table:
        table.add_column(sa.Column("name", sa.String(), nullable=False, server_default="plain"))
    {last}
'''


def change_schema(folder: Path, monkeypatch: pytest.MonkeyPatch, *, last: str = "pass") -> None:
    """Add a migration that gives editions a name; *last* is the statement that it ends with."""
    migrations = folder / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    revision = migrations / "versions" / f"v{NOW + 1}.py"
    revision.write_text(NEXT.format(last=last, now=NOW, next=NOW + 1), encoding="utf-8")
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", NOW + 1)
