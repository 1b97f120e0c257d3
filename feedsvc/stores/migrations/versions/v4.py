"""Stand in for the revision that another branch makes."""

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Do nothing."""
