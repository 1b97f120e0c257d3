"""Make the tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "1"
down_revision = None

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "meta",
        sa.Column("key", STRING, nullable=False),
        sa.Column("value", STRING, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "documents",
        sa.Column("source", STRING, nullable=False),
        sa.Column("path", STRING, nullable=False),
        sa.Column("fingerprint", STRING, nullable=False),
        sa.Column("digest", STRING, nullable=False),
        sa.Column("arrival", sa.Float(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("article", STRING, nullable=True),
        sa.Column("gist", STRING, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "path"),
    )
    op.create_table(
        "contents",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "articles",
        sa.Column("id", STRING, nullable=False),
        sa.Column("slug", STRING, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.Column("gone_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "names",
        sa.Column("name", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "titles",
        sa.Column("folded", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.PrimaryKeyConstraint("folded", "article"),
    )
    op.create_table(
        "wants",
        sa.Column("folded", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.PrimaryKeyConstraint("folded", "article"),
    )
    op.create_table(
        "placements",
        sa.Column("category", STRING, nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("published", sa.Float(), nullable=False),
        sa.Column("gone_at", sa.Float(), nullable=True),
        sa.Column("reason", STRING, nullable=True),
        sa.PrimaryKeyConstraint("category", "language", "article"),
    )
    op.create_table(
        "revisions",
        sa.Column("article", STRING, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("article", "serial"),
    )
    op.create_table(
        "feeds",
        sa.Column("path", STRING, nullable=False),
        sa.Column("category", STRING, nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("format", STRING, nullable=False),
        sa.Column("media_type", STRING, nullable=False),
        sa.Column("title", STRING, nullable=False),
        sa.Column("digest", STRING, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("last_modified", sa.Float(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("path"),
    )
    op.create_table(
        "bodies",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("gzip", sa.LargeBinary(), nullable=True),
        sa.Column("brotli", sa.LargeBinary(), nullable=True),
        sa.Column("superseded_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "editions",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "problems",
        sa.Column("source", STRING, nullable=False),
        sa.Column("path", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "path", "position"),
    )
    op.create_index("documents_digest", "documents", ["digest"])
    op.create_index("documents_serial", "documents", ["serial"])
    op.create_index("ix_documents_article", "documents", ["article"])
    op.create_index("ix_articles_state", "articles", ["state"])
    op.create_index("ix_names_article", "names", ["article"])
    op.create_index("titles_article", "titles", ["article"])
    op.create_index("wants_article", "wants", ["article"])
    op.create_index("placements_article", "placements", ["article"])
    op.create_index("placements_order", "placements", ["category", "language", "sequence"])
    for name, column, condition in (
        ("placements_gone", "gone_at", "gone_at IS NOT NULL"),
        ("placements_young", "published", "gone_at IS NULL"),
    ):
        few = sa.text(condition)
        op.create_index(name, "placements", ["category", "language", column], sqlite_where=few, postgresql_where=few)
