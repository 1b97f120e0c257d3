"""Elements that partners ask for beside those of our formats."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime

from feedsvc.feeds.partners.profile import Copy
from feedsvc.model.feed import Element, Feed, Item

DCTERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"
MICROSOFT = "http://schemas.ingestion.microsoft.com/common/"
NEWSBREAK = "https://www.newsbreak.com/"
SMARTNEWS = "http://www.smartnews.be/snf"


def plainly_updated(copy: Copy) -> Element | None:
    """Return an element without a namespace, which RSS does not have."""
    item = copy.item
    return None if item.updated == item.published else Element(tag="updated", text=format_datetime(item.updated))


def thumbnail(copy: Copy) -> Element | None:
    if copy.picture is None:
        return None
    size = {"width": copy.picture.width, "height": copy.picture.height}
    return Element(
        tag=f"{{{MEDIA}}}thumbnail",
        attributes=(
            ("url", copy.picture.url),
            *((name, str(pixels)) for name, pixels in size.items() if pixels is not None),
        ),
    )


def keywords(copy: Copy) -> Element | None:
    tags = [term.label for term in copy.item.terms if term.scheme is None]
    return Element(tag=f"{{{MEDIA}}}keywords", text=", ".join(tags)) if tags else None


def active(_copy: Copy) -> Element:
    return Element(tag=f"{{{MEDIA}}}status", attributes=(("state", "active"),))


def deleted(_item: Item) -> Element:
    return Element(tag=f"{{{MEDIA}}}status", attributes=(("state", "deleted"),))


def expired(item: Item) -> Element:
    """Return when *item* was withdrawn, which is when it was last updated."""
    return Element(tag=f"{{{MICROSOFT}}}expirationDate", text=_instant(item))


def no_longer_valid(item: Item) -> Element:
    """source: DCMI Period Encoding Scheme, as W3C-DTF."""
    return Element(tag=f"{{{DCTERMS}}}valid", text=f"end={_instant(item)}; scheme=W3C-DTF")


def logo(feed: Feed) -> Element | None:
    if feed.face.logo is None:
        return None
    return Element(tag=f"{{{SMARTNEWS}}}logo", children=(Element(tag="url", text=feed.face.logo),))


def _instant(item: Item) -> str:
    return item.updated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
