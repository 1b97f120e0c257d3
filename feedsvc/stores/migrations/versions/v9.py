"""Order indexes as what is asked of them is wanted: live articles by id, tombstones and corrections by time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9"
down_revision = "8"

GONE = "gone_at IS NOT NULL"
OF_PLACEMENTS = {  # by name: columns, and of which rows
    "placements_gone": (["category", "language", "gone_at", "sequence"], GONE),
    "placements_fresh": (["category", "language", "sequence", "article"], "place IS NULL"),
    "placements_corrected": (["category", "corrected_at", "sequence"], "corrected_at IS NOT NULL"),
    "placements_corrected_gone": (["category", "gone_at", "sequence"], f"corrected_at IS NOT NULL AND {GONE}"),
}


def upgrade() -> None:
    """Draw them anew."""
    for name in ("ix_articles_state", "articles_state"):
        op.drop_index(name, "articles", if_exists=True)
    op.create_index("articles_state", "articles", ["state", "id"])
    for name, (columns, rows) in OF_PLACEMENTS.items():
        few = sa.text(rows)
        op.drop_index(name, "placements", if_exists=True)
        op.create_index(name, "placements", columns, sqlite_where=few, postgresql_where=few)
