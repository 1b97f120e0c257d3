"""Have how far each receiver was told of editions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "16"
down_revision = "15"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "receivers",
        sa.Column("name", STRING, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("told", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("told_at", sa.Float),
        sa.Column("failing_since", sa.Float),
        sa.Column("fault", STRING, nullable=False, server_default=""),
    )
