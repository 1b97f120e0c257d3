"""Have live entries in the order of their dates, for pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "14"
down_revision = "13"


def upgrade() -> None:
    live = sa.text("gone_at IS NULL")
    op.drop_index("placements_young", "placements")
    op.create_index(
        "placements_dated",
        "placements",
        ["category", "language", "published", "sequence"],
        sqlite_where=live,
        postgresql_where=live,
    )
