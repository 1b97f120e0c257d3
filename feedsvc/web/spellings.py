"""Find the one spelling of an address that was asked for in another: case, and slashes at the end."""

from __future__ import annotations

from feedsvc.feeds import ALL, home_path
from feedsvc.settings import Settings
from feedsvc.web.holdings import Holdings

STATUS = "/status"


def right_spelling(path: str, *, settings: Settings, holdings: Holdings) -> str | None:
    """Return the path that *path* should have been, None when there is none or it is right already.

    path: without the part where the site is mounted.
    """
    asked = path.rstrip("/")
    folder, _, name = asked.lower().rpartition("/")
    if folder == "/categories":
        known = name == ALL or settings.category(name) is not None
        right = home_path(name) if known else None
    elif folder == "/articles":
        slug = name.removesuffix(".json")
        known = holdings.published.entry(slug) is not None or holdings.published.tombstone(slug) is not None
        right = f"{folder}/{name}" if known else None
    elif folder == "/feeds":
        paths = {listing.path.lower(): listing.path for listing in holdings.listings()}
        right = paths.get(asked.lower())
    elif asked.lower() == STATUS:
        right = STATUS
    else:
        right = asked.lower() if holdings.ready(asked.lower()) is not None else None
    return None if right == path else right
