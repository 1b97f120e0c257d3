"""A process that reads one feed of another site: feedparser, the extra `upstream`, runs only here.

A hostile feed may take more time or memory than anybody expects. The kernel ends this process then, and nothing else.
It reads a line of JSON and the feed, and answers with JSON: see `read_feed`.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from xml.sax import SAXException

import feedparser
from lxml import etree, html

from feedsvc.text.html import safe_html

MOST_MEMORY = 1_500_000_000  # bytes of address space
CPU_S = 30
MOST_ENTRIES = 1000
LONGEST_BODY = 500_000  # characters
LONGEST_TEXT = 1000  # of a title, a name
LONGEST_SUMMARY = 600
LONGEST_ID = 1500
LONGEST_LINK = 2000
DELETED = "{http://purl.org/atompub/tombstones/1.0}"
DOCTYPE, ENTITY = re.compile(rb"<!doctype", re.IGNORECASE), re.compile(rb"<!entity", re.IGNORECASE)
SMALL = re.compile(r"[0-9]{1,6}")
PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
PLAIN_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?")  # without a query or a password
SPACES = re.compile(r"\s+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def read_feed(body: bytes, *, url: str, content_type: str, is_full: bool) -> dict[str, Any]:
    """Return the feed as values for JSON: fault, or title, ttl_s, note, entries and deleted.

    url:     of the feed, the base of its addresses.
    is_full: bodies are kept, and not only summaries.
    """
    flat = body.replace(b"\0", b"")  # as in UTF-16
    if DOCTYPE.search(flat) and ENTITY.search(flat):
        return {"fault": "declares entities, which may grow without bound"}
    headers = {"content-location": url, "content-type": content_type}
    found = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    feed = found.feed
    if not found.get("version") and not found.entries:
        return {"fault": _no_feed(body)}
    is_broken = isinstance(found.get("bozo_exception"), SAXException)  # and not only served with another type
    return {
        "fault": "",
        "title": _plain(feed.get("title_detail") or {}),
        "ttl_s": _ttl_s(feed),
        "note": "is not well-formed; its entries were read as far as they can be" if is_broken else "",
        "entries": [_entry(entry, feed, url=url, is_full=is_full) for entry in found.entries[:MOST_ENTRIES]],
        "deleted": list(_deleted(body))[:MOST_ENTRIES] if b"deleted-entry" in body else [],
    }


def _no_feed(body: bytes) -> str:
    begin = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith(b"{"):
        return "is JSON; name the RSS or Atom feed of that site"
    return "is no RSS and no Atom feed" + (" but a web page" if b"<html" in body[:1000].lower() else "")


def _entry(entry: Any, feed: Any, *, url: str, is_full: bool) -> dict[str, Any]:  # noqa: ANN401  feedparser's own
    link = str(entry.get("link") or "")[:LONGEST_LINK]
    source = entry.get("source") or {}
    contents: list[Any] = entry.get("content") or [{}]
    content = max(contents, key=lambda each: (each.get("type") != "text/plain", len(each.get("value", ""))))
    summary = entry.get("summary_detail") or {}
    body = content if is_full and content.get("value") else summary if summary.get("value") else content
    text = _html(body, base=link or url) if is_full else ""
    return {
        "id": (entry.get("id") or link)[:LONGEST_ID],
        "title": _plain(entry.get("title_detail") or {}),
        "link": link if link.startswith(("http://", "https://")) else "",
        "published": _instant(entry.get("published_parsed") or entry.get("created_parsed")),
        "updated": _instant(entry.get("updated_parsed") if "updated" in entry else None),
        "authors": list(filter(None, map(_name, entry.get("authors", ()))))[:20],
        "tags": list(filter(None, (_short(each.get("label") or each.get("term")) for each in entry.get("tags", ()))))[
            :30
        ],
        "language": _language((entry.get("title_detail") or {}).get("language") or feed.get("language")),
        "source": _short(source.get("title")) or _plain(feed.get("title_detail") or {}),
        "source_feed": _own_address(source or feed),
        "source_feed_id": str((source or feed).get("id") or "")[:LONGEST_ID],
        "summary": _cut(_plain(summary if summary.get("value") else content, most=LONGEST_BODY)),
        "html": text,
    }


def _own_address(feed: Any) -> str:  # noqa: ANN401  feedparser's own
    """Return the address that a feed gives itself, or RSS gives the source of an item; "" if it may hold a key."""
    links = [link.get("href") for link in feed.get("links", ()) if link.get("rel") == "self"]
    url = str((links or [feed.get("href")])[0] or "")[:LONGEST_LINK]
    return url if PLAIN_ADDRESS.fullmatch(url) else ""


def _html(detail: Mapping[str, Any], *, base: str) -> str:
    value = str(detail.get("value", ""))[:LONGEST_BODY]
    if detail.get("type") == "text/plain":
        value = "".join(f"<p>{_escaped(each)}</p>" for each in re.split(r"\n\s*\n", value) if each.strip())
    return safe_html(value, base=base)


def _plain(detail: Mapping[str, Any], *, most: int = LONGEST_TEXT * 10) -> str:
    """Return a text construct without its markup, in one line."""
    value = str(detail.get("value", ""))[:most]
    if detail.get("type") != "text/plain" and ("<" in value or "&" in value):
        parsed = html.fragment_fromstring(f"<div>{value}</div>", parser=html.HTMLParser(encoding=None))
        for unseen in list(parsed.iter("script", "style", "template")):
            unseen.drop_tree()
        for block in parsed.iter("p", "br", "div", "li", "h1", "h2", "h3", "h4", "td"):
            block.tail = f" {block.tail or ''}"
        value = parsed.text_content()
    return _short(value, most=most)


def _short(value: object, *, most: int = LONGEST_TEXT) -> str:
    return SPACES.sub(" ", str(value or "")).strip()[:most]


def _cut(text: str) -> str:
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[:LONGEST_SUMMARY].rpartition(" ")[0].rstrip(" .,;:") + " …"


def _name(author: Mapping[str, Any]) -> str:
    name = _short(author.get("name"))
    return "" if "@" in name and " " not in name else name  # a bare address is no name for readers


def _tag(tag: Mapping[str, Any]) -> str:
    return _short(tag.get("label") or tag.get("term"))


def _language(tag: object) -> str:
    return str(tag) if tag and LANGUAGE.fullmatch(str(tag)) else ""


def _instant(parsed: struct_time | None) -> str:
    if parsed is None:
        return ""
    try:
        return datetime(*parsed[:6], tzinfo=UTC).isoformat()
    except (ValueError, TypeError):
        return ""


def _ttl_s(feed: Any) -> float:  # noqa: ANN401  feedparser's own
    """Return the seconds for which a feed asks to be left alone; 0 if it does not."""
    period_s = PERIODS_S.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0)
    return max(_number(feed.get("ttl")) * 60, period_s / max(_number(feed.get("sy_updatefrequency")), 1))


def _number(value: object) -> int:
    return int(str(value)) if SMALL.fullmatch(str(value)) else 0


def _deleted(body: bytes) -> Iterator[dict[str, str]]:
    """Yield the tombstones of a feed, which feedparser does not know.

    source: RFC 6721.
    """
    events = etree.iterparse(
        io.BytesIO(body), tag=f"{DELETED}deleted-entry", resolve_entities=False, no_network=True, recover=True
    )
    for _, element in events:
        comment = element.findtext(f"{DELETED}comment") or ""
        yield {
            "id": element.get("ref", "")[:LONGEST_ID],
            "when": element.get("when", "")[:40],
            "comment": _short(comment),
        }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def main() -> None:
    """Answer one request; the kernel ends the process at its limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request, body = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    answer = json.dumps(read_feed(body, **json.loads(request)))
    sys.stdout.buffer.write(answer.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
