"""Make the tables of the first release.

Its number is 9, because stores made before the first release have these tables under that number.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "9"
down_revision = None

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables with their indexes, and the kind of index of words that the database has."""
    op.create_table(
        "archives",
        sa.Column("category", STRING, nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("category", "language", "number"),
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
        sa.Column("made_at", sa.Float(), nullable=True),
        sa.Column("making", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_index("articles_state", "articles", ["state", "id"])
    op.create_table(
        "bodies",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("gzip", sa.LargeBinary(), nullable=True),
        sa.Column("brotli", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "contents",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
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
        sa.Column("due", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("source", "path"),
    )
    op.create_index("documents_digest", "documents", ["digest"])
    _index_few("documents_due", "documents", ["due"], "due IS NOT NULL")
    op.create_index("documents_serial", "documents", ["serial"])
    op.create_index("ix_documents_article", "documents", ["article"])
    op.create_table(
        "editions",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
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
        sa.Column("archives", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("path"),
    )
    op.create_table(
        "meta",
        sa.Column("key", STRING, nullable=False),
        sa.Column("value", STRING, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "names",
        sa.Column("name", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("ix_names_article", "names", ["article"])
    op.create_table(
        "placements",
        sa.Column("category", STRING, nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("published", sa.Float(), nullable=False),
        sa.Column("gone_at", sa.Float(), nullable=True),
        sa.Column("reason", STRING, nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("notice_until", sa.Float(), nullable=True),
        sa.Column("corrected_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("category", "language", "article"),
    )
    op.create_index("placements_article", "placements", ["article"])
    _index_few(
        "placements_corrected", "placements", ["category", "corrected_at", "sequence"], "corrected_at IS NOT NULL"
    )
    _index_few(
        "placements_corrected_gone",
        "placements",
        ["category", "gone_at", "sequence"],
        "corrected_at IS NOT NULL AND gone_at IS NOT NULL",
    )
    _index_few("placements_fresh", "placements", ["category", "language", "sequence", "article"], "place IS NULL")
    _index_few("placements_gone", "placements", ["category", "language", "gone_at", "sequence"], "gone_at IS NOT NULL")
    _index_few("placements_notice", "placements", ["category", "language", "notice_until"], "notice_until IS NOT NULL")
    op.create_index("placements_order", "placements", ["category", "language", "sequence"])
    op.create_index("placements_place", "placements", ["category", "language", "place"])
    _index_few("placements_young", "placements", ["category", "language", "published"], "gone_at IS NULL")
    op.create_table(
        "problems",
        sa.Column("source", STRING, nullable=False),
        sa.Column("path", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "path", "position"),
    )
    op.create_table(
        "revisions",
        sa.Column("article", STRING, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=True),
        sa.Column("making", sa.LargeBinary(), nullable=True),
        sa.Column("superseded_at", sa.Float(), nullable=True),
        sa.Column("pruned_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("article", "serial"),
    )
    op.create_table(
        "searchable",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("article", STRING, nullable=False),
        sa.Column("words", STRING, nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("article"),
    )
    op.create_table(
        "superseded",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "titles",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "article"),
    )
    op.create_index("titles_article", "titles", ["article"])
    op.create_index("titles_standing", "titles", ["digest", "state", "sequence"])
    op.create_table(
        "wants",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.PrimaryKeyConstraint("digest", "article"),
    )
    op.create_index("wants_article", "wants", ["article"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX searchable_words ON searchable USING gin (string_to_array(words, ' '))")
    else:
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, content='', columnsize=0, tokenize='ascii')")


def _index_few(name: str, table: str, columns: Sequence[str], condition: str) -> None:
    """Make an index of the rows of *table* that meet *condition*."""
    few = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=few, postgresql_where=few)
