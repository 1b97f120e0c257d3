"""Keep titles, and what asks for them, as digests; and how an article stands under its titles."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "7"
down_revision = "6"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")
AT_ONCE = 500
ADDRESS = re.compile(r"/articles/([a-z0-9-]{1,200})(?![a-z0-9-])")


def upgrade() -> None:
    """Make both tables anew, of the articles and their revisions."""
    op.drop_table("titles")
    op.drop_table("wants")
    titles = op.create_table(
        "titles",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "article"),
    )
    op.create_index("titles_standing", "titles", ["digest", "state", "sequence"])
    op.create_index("titles_article", "titles", ["article"])
    wants = op.create_table(
        "wants",
        sa.Column("digest", STRING, nullable=False),
        sa.Column("article", STRING, nullable=False),
        sa.PrimaryKeyConstraint("digest", "article"),
    )
    op.create_index("wants_article", "wants", ["article"])
    connection = op.get_bind()
    asked: set[tuple[str, str]] = set()
    for identity, slug, state, data in _rows("SELECT id, slug, state, data FROM articles WHERE state != 'killed'"):
        article = json.loads(data)
        asked |= {(digest, identity) for digest in _wanted(article)}
        first = min((each.get("sequence", 0) for each in article["versions"]), default=0)
        stands = {"state": "live", "sequence": first} if state == "live" else {"state": "withheld", "sequence": 0}
        digests = {f"/{slug}", *(_folded(title) for _, title in article["title"]["items"])} - {""}
        connection.execute(
            titles.insert(), [{"digest": _digest(each), "article": identity, **stands} for each in sorted(digests)]
        )
    for identity, data in _rows("SELECT article, data FROM revisions"):
        asked |= {(digest, identity) for digest in _wanted(json.loads(data))}
    if asked:
        connection.execute(wants.insert(), [{"digest": digest, "article": each} for digest, each in sorted(asked)])


def _rows(query: str) -> Iterator[Any]:
    result = op.get_bind().execute(sa.text(query), execution_options={"yield_per": AT_ONCE})
    for rows in result.partitions():
        yield from rows


def _wanted(article: dict[str, Any]) -> Iterator[str]:
    for wanted in article.get("wanted", ()):
        if folded := _folded(wanted["title"]):
            yield _digest(folded)
        if found := ADDRESS.search(wanted["url"] or ""):
            yield _digest(f"/{found[1]}")


def _folded(title: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", title).casefold()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
