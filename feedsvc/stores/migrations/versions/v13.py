"""Add the words in pictures, and their smaller forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "13"
down_revision = "12"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("media") as table:
        table.add_column(sa.Column("words", STRING, nullable=True))
        table.add_column(sa.Column("forms", sa.Integer, nullable=True))
        table.add_column(sa.Column("fault", STRING, nullable=False, server_default=""))
        table.create_index("media_unformed", ["forms"])
    op.create_table(
        "media_forms",
        sa.Column("original", STRING, primary_key=True),
        sa.Column("width", sa.Integer, primary_key=True),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("digest", STRING, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    op.create_index("media_forms_digest", "media_forms", ["digest"])
