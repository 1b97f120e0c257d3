"""Know when what is held may be used, and until when a withdrawal is announced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Add both."""
    for table, column, index, columns in (
        ("documents", "due", "documents_due", ["due"]),
        ("placements", "notice_until", "placements_notice", ["category", "language", "notice_until"]),
    ):
        few = sa.text(f"{column} IS NOT NULL")
        op.add_column(table, sa.Column(column, sa.Float(), nullable=True))
        op.create_index(index, table, columns, sqlite_where=few, postgresql_where=few)
