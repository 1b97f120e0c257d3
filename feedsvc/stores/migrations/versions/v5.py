"""Make articles searchable; the next pass gives the words of all that there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "5"
down_revision = "4"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, and each kind of store's own index of words."""
    op.create_table(
        "searchable",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("article", STRING, nullable=False),
        sa.Column("words", STRING, nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("article"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX searchable_words ON searchable USING gin (string_to_array(words, ' '))")
    else:
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, content='', columnsize=0, tokenize='ascii')")
