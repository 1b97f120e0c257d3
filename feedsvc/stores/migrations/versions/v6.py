"""Keep beside the bodies of feeds, and no longer in their rows, which of them no feed has any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "6"
down_revision = "5"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    """Move the marks."""
    op.create_table(
        "superseded",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    marked = "SELECT digest, superseded_at FROM bodies WHERE superseded_at IS NOT NULL"
    op.execute(f"INSERT INTO superseded (digest, since) {marked}")
    with op.batch_alter_table("bodies") as table:
        table.drop_column("superseded_at")
