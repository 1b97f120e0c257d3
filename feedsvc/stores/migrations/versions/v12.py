"""Add the tables of files that articles show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "12"
down_revision = "11"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("digest", STRING, primary_key=True),
        sa.Column("name", STRING, nullable=False),
        sa.Column("type", STRING, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer, nullable=True),
        sa.Column("height", sa.Integer, nullable=True),
    )
    op.create_table(
        "media_uses",
        sa.Column("digest", STRING, primary_key=True),
        sa.Column("name", STRING, primary_key=True),
        sa.Column("article", STRING, primary_key=True),
        sa.Column("live", sa.Boolean, nullable=False),
    )
    op.create_index("media_uses_article", "media_uses", ["article"])
    op.create_table(
        "media_places",
        sa.Column("source", STRING, primary_key=True),
        sa.Column("path", STRING, primary_key=True),
        sa.Column("article", STRING, primary_key=True),
        sa.Column("fingerprint", STRING, nullable=False),
        sa.Column("digest", STRING, nullable=True),
        sa.Column("document", STRING, nullable=False),
    )
    op.create_index("media_places_article", "media_places", ["article"])
