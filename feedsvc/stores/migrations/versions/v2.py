"""Give entries a place in each feed, and feeds an archive; the next pass gives the places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "2"
down_revision = "1"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    """Add them."""
    op.add_column("placements", sa.Column("place", sa.Integer(), nullable=True))
    op.create_index("placements_place", "placements", ["category", "language", "place"])
    few = sa.text("place IS NULL")
    columns = ["category", "language", "sequence"]
    op.create_index("placements_fresh", "placements", columns, sqlite_where=few, postgresql_where=few)
    op.create_table(
        "archives",
        sa.Column("category", STRING, nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("category", "language", "number"),
    )
    op.add_column("feeds", sa.Column("archives", sa.Integer(), nullable=False, server_default="0"))
