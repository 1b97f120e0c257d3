"""Write OPML 2.0: every feed in one file that a reader imports.

It is no feed, so it is no entry of the registry: it has no entries, and there is one of it.

source: https://opml.org/spec2.opml
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from feedsvc.model.errors import RenderError
from feedsvc.model.feed import FeedListing

OPML_MEDIA_TYPE = "text/x-opml; charset=utf-8"
FORMAT = "rss"  # one format of each feed: a reader that imports the file would subscribe to each of several
VERSION = "RSS"  # the word of OPML 2.0 for RSS 2.0


def render_opml(
    listings: Sequence[FeedListing],
    *,
    title: str,
    base_url: str,
    home: Callable[[FeedListing], str],
    modified: datetime,
) -> bytes:
    """Return the RSS feeds of *listings* as OPML, in their order.

    A feed in one language that holds nothing yet is left out.

    base_url: without a slash at its end; the path of a feed follows it.
    home:     says the absolute address of a feed's page.
    modified: aware; when the list last changed.
    raises:   RenderError.
    """
    offered = [
        listing for listing in listings if listing.format == FORMAT and (listing.entries or listing.language is None)
    ]
    root = etree.Element("opml", version="2.0")
    try:
        head = etree.SubElement(root, "head")
        etree.SubElement(head, "title").text = title
        etree.SubElement(head, "dateModified").text = format_datetime(modified)
        etree.SubElement(head, "docs").text = "https://opml.org/spec2.opml"
        body = etree.SubElement(root, "body")
        for listing in offered:
            outline = etree.SubElement(body, "outline", type="rss", text=listing.title, title=listing.title)
            outline.set("xmlUrl", base_url + listing.path)
            outline.set("htmlUrl", home(listing))
            if listing.language:
                outline.set("language", listing.language)
            outline.set("version", VERSION)
    except ValueError as error:
        raise RenderError(f"OPML: cannot be written as XML: {error}") from error
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
