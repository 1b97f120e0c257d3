"""Say where a feed breaks the rules of its format: keys and their types, elements that must be there, dates.

source: https://www.jsonfeed.org/version/1.1/, https://www.rssboard.org/rss-specification, RFC 4287
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
Check = Callable[[object], Iterator[str]]


def faults_of(form: str, body: bytes) -> list[str]:
    """Return what is wrong with a feed in the format *form*: nothing, if it is sound."""
    if form == "json":
        return list(FEED(json.loads(body)))
    try:
        root = etree.fromstring(body)
    except etree.XMLSyntaxError as error:
        return [str(error)]
    found = feedparser.parse(body)
    bozo = [str(found.get("bozo_exception"))] if found.bozo else []
    return [*bozo, *(_rss(root) if form == "rss" else _atom(root))]


def _string(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"{value!r} is no text"


def _url(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not urlsplit(value).scheme:
        yield f"{value!r} is no address"


def _date(value: object) -> Iterator[str]:
    try:
        is_date = "T" in str(value) and datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        is_date = False
    if not is_date:
        yield f"{value!r} is no date of RFC 3339"


def _number(value: object) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        yield f"{value!r} is no number"


def _boolean(value: object) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{value!r} is neither true nor false"


def _list(check: Check) -> Check:
    def checked(value: object) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{value!r} is no list"
            return
        for number, each in enumerate(value):
            yield from (f"{number}: {fault}" for fault in check(each))

    return checked


def _object(keys: Mapping[str, Check], *, needed: tuple[str, ...] = (), one_of: tuple[str, ...] = ()) -> Check:
    """Return a check of an object, which may have *keys* and extensions, whose names begin with a low line."""

    def checked(value: object) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{value!r} is no object"
            return
        yield from (f"{key} is missing" for key in needed if key not in value)
        if one_of and not value.keys() & set(one_of):
            yield f"none of {', '.join(one_of)} is there"
        for key, each in value.items():
            if key in keys:
                yield from (f"{key}: {fault}" for fault in keys[key](each))
            elif not key.startswith("_") or "." in key or not isinstance(each, dict):
                yield f"{key} is neither a key of JSON Feed nor an extension"

    return checked


_AUTHORS = _list(_object({"name": _string, "url": _url, "avatar": _url}, one_of=("name", "url", "avatar")))
_ATTACHMENT = _object(
    {"url": _url, "mime_type": _string, "title": _string, "size_in_bytes": _number, "duration_in_seconds": _number},
    needed=("url", "mime_type"),
)
_ITEM = _object(
    {
        **dict.fromkeys(("id", "title", "content_html", "content_text", "summary", "language"), _string),
        **dict.fromkeys(("url", "external_url", "image", "banner_image"), _url),
        **dict.fromkeys(("date_published", "date_modified"), _date),
        "authors": _AUTHORS,
        "tags": _list(_string),
        "attachments": _list(_ATTACHMENT),
    },
    needed=("id",),
    one_of=("content_html", "content_text"),
)
FEED = _object(
    {
        **dict.fromkeys(("version", "title", "description", "user_comment", "language"), _string),
        **dict.fromkeys(("home_page_url", "feed_url", "next_url", "icon", "favicon"), _url),
        "authors": _AUTHORS,
        "expired": _boolean,
        "hubs": _list(_object({"type": _string, "url": _url}, needed=("type", "url"))),
        "items": _list(_ITEM),
    },
    needed=("version", "title", "items"),
)


def _missing(element: etree._Element, *names: str) -> Iterator[str]:
    for name in names:
        if len(element.findall(name)) != 1:
            yield f"{element.tag} has {len(element.findall(name))} of {name}"


def _rss(root: etree._Element) -> Iterator[str]:
    yield from _missing(root, "channel")
    for channel in root.findall("channel"):
        yield from _missing(channel, "title", "link", "description", "lastBuildDate")
    for item in root.iter("item"):
        yield from _missing(item, "title", "link", "guid", "pubDate")
    for enclosure in root.iter("enclosure"):
        length = enclosure.get("length", "")
        if not (enclosure.get("url") and enclosure.get("type") and length.isascii() and length.isdecimal()):
            yield f"an enclosure has {dict(enclosure.attrib)}"
    for date in root.iter("pubDate", "lastBuildDate"):
        try:
            parsedate_to_datetime(date.text or "")
        except ValueError:
            yield f"{date.text!r} is no date of RFC 822"


def _atom(root: etree._Element) -> Iterator[str]:
    for element in (root, *root.iter(f"{ATOM}entry")):
        yield from _missing(element, *(f"{ATOM}{name}" for name in ("id", "title", "updated")))
        if not any(link.get("rel", "alternate") == "alternate" for link in element.findall(f"{ATOM}link")):
            yield f"{element.tag} has no link"
    if root.find(f"{ATOM}author") is None:
        yield "the feed has no author"
    for link in root.iter(f"{ATOM}link"):
        yield from _url(link.get("href"))
    for date in root.iter(f"{ATOM}updated", f"{ATOM}published"):
        yield from _date(date.text)
