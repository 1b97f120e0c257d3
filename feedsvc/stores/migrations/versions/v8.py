"""Bound the names that are made of a document's own words: a digest stands for what is longer than an index takes."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = "7"

LONGEST = 500  # bytes
SHORT = 125  # characters, of which none has more than four bytes


def upgrade() -> None:
    """Put the digests in."""
    connection = op.get_bind()
    names = sa.table("names", sa.column("name"))
    for name in connection.scalars(sa.select(names.c.name).where(sa.func.length(names.c.name) > SHORT)).all():
        data = name.encode()
        if len(data) > LONGEST:
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            connection.execute(sa.update(names).where(names.c.name == name).values(name=digest))
