"""Keep the fingerprints of rejected files beside their problems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "10"
down_revision = "9"

STRING = sa.String().with_variant(VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("problems") as table:
        table.add_column(sa.Column("fingerprint", STRING, nullable=True))
