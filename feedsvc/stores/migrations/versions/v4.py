"""Know of every version when it was made, how, and of which documents; and when articles were corrected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"

# Of a version the next one's time is the time when it was superseded.
MADE = "(SELECT made_at FROM editions WHERE editions.number = {table}.edition)"
SUPERSEDED = """COALESCE(
    (SELECT editions.made_at FROM editions JOIN revisions AS later ON later.edition = editions.number
     WHERE later.article = revisions.article AND later.serial = revisions.serial + 1),
    (SELECT editions.made_at FROM editions JOIN articles ON articles.edition = editions.number
     WHERE articles.id = revisions.article))"""


def upgrade() -> None:
    """Add them; of the versions that are there only the times are known."""
    for table in ("articles", "revisions"):
        op.add_column(table, sa.Column("made_at", sa.Float(), nullable=True))
        op.add_column(table, sa.Column("making", sa.LargeBinary(), nullable=True))
    for column in ("superseded_at", "pruned_at"):
        op.add_column("revisions", sa.Column(column, sa.Float(), nullable=True))
    for table in ("articles", "revisions"):
        op.execute(f"UPDATE {table} SET made_at = {MADE.format(table=table)}")  # noqa: S608  our own words
    op.execute(f"UPDATE revisions SET superseded_at = {SUPERSEDED}")  # noqa: S608  our own words
    few = sa.text("corrected_at IS NOT NULL")
    op.add_column("placements", sa.Column("corrected_at", sa.Float(), nullable=True))
    columns = ["category", "corrected_at"]
    op.create_index("placements_corrected", "placements", columns, sqlite_where=few, postgresql_where=few)
