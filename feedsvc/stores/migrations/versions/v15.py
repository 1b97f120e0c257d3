"""Keep the last change of each article, for machines that mirror the site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "15"
down_revision = "14"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("article", STRING, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("kind", STRING, nullable=False),
    )
    op.create_index("changes_number", "changes", ["number"], unique=True)
    op.execute(
        "INSERT INTO changes (article, number, edition, made_at, kind) "
        "SELECT id, ROW_NUMBER() OVER (ORDER BY edition, id), edition, COALESCE(made_at, gone_at, 0), "
        "CASE state WHEN 'live' THEN 'created' ELSE state END FROM articles"
    )
