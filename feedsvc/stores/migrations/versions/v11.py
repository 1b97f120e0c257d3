"""Give corrections rows and positions of their own, so that feeds of corrections have archives."""

from __future__ import annotations

from alembic import op

revision = "11"
down_revision = "10"


def upgrade() -> None:
    op.execute(
        "INSERT INTO placements "
        "(category, language, article, sequence, published, gone_at, reason, place, corrected_at) "
        "SELECT category, '+corrections', article, sequence, published, gone_at, reason, "
        "ROW_NUMBER() OVER (PARTITION BY category ORDER BY corrected_at, sequence, article), corrected_at "
        "FROM placements WHERE language = '' AND corrected_at IS NOT NULL"
    )
    op.execute("UPDATE placements SET corrected_at = NULL WHERE language = '' AND corrected_at IS NOT NULL")
    op.execute(
        "INSERT INTO archives (category, language, number, given, changed) "
        "SELECT category, language, (place - 1) / 100 + 1, COUNT(*), MAX(corrected_at) "
        "FROM placements WHERE language = '+corrections' GROUP BY category, language, (place - 1) / 100 + 1"
    )
