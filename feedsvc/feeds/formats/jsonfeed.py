"""Write JSON Feed 1.1.

source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from feedsvc.model.article import Media
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import Feed, Item, Link
from feedsvc.model.packing import pack

VERSION = "https://jsonfeed.org/version/1.1"
ABOUT = "feedsvc: titles by language, credits beside the authors, and related links"


class JsonFeed:
    """Write JSON Feed 1.1; values that it has no place for are under ``_feedsvc``."""

    name = "json"
    media_type = "application/feed+json; charset=utf-8"

    def entry(self, feed: Feed, item: Item) -> bytes:
        return _written(feed, _item(item))

    def feed(self, feed: Feed, entries: Sequence[bytes]) -> bytes:
        head: dict[str, object] = {
            "version": VERSION,
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.url,
            **({"next_url": feed.chain.previous} if feed.chain.previous else {}),
            "description": feed.description,
            **_present({"icon": feed.face.icon, "favicon": feed.face.icon}),
            "language": feed.languages[0],
            **_present({"hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs]}),
            "authors": [{"name": feed.author, **_present({"url": _contact(feed)})}],
            "_feedsvc": {
                "about": ABOUT,
                "id": feed.id,
                "updated": feed.updated.isoformat(timespec="seconds"),
                "languages": list(feed.languages),
                "alternates": [
                    {
                        "url": alternate.href,
                        "mime_type": alternate.media_type.partition(";")[0],
                        "title": alternate.title,
                    }
                    | ({"language": alternate.language} if alternate.language else {})
                    for alternate in feed.alternates
                ],
                **_present({"rights": feed.face.rights, "license": feed.face.license}),
                **_present({"current": feed.chain.current, "next_archive": feed.chain.following}),
                **({"complete": True} if feed.chain.complete else {}),
            },
            "items": [],
        }
        return _written(feed, head).removesuffix(b"]}") + b",".join(entries) + b"]}"


def _written(feed: Feed, value: Mapping[str, Any]) -> bytes:
    try:
        return pack(value)
    except UnicodeEncodeError as error:
        raise RenderError(f"{feed.path}: cannot be written as JSON: {error}") from error


def _contact(feed: Feed) -> str | None:
    return f"mailto:{feed.face.email}" if feed.face.email else feed.face.website


def _item(item: Item) -> dict[str, Any]:
    # The specification asks for content in each item, so a brief one carries its summary as that.
    content = {"content_html": item.content} if item.content else {"content_text": item.summary or item.title}
    written = {
        "id": item.id,
        "url": item.url,
        "external_url": item.original,
        "title": item.title,
        **content,
        "summary": item.summary or None,
        "image": item.picture.url if item.picture else None,
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [{"name": name} for name in item.authors],
        "tags": list(dict.fromkeys(term.label for term in item.terms)),
        "language": item.language,
        "attachments": [_attachment(medium, language=item.language) for medium in item.media],
        "_feedsvc": _present(
            {
                "about": ABOUT,
                "titles": dict(item.titles),
                "publisher": item.publisher,
                "source": {"url": item.source_feed.url, "id": item.source_feed.id} if item.source_feed else None,
                "contributors": [{"name": name} for name in item.contributors],
                "related": [_related(link) for link in item.links],
                "license": item.license,
                "rights": item.usage_terms,
            }
        ),
    }
    return _present(written)


def _related(link: Link) -> dict[str, Any]:
    return _present(
        {
            "url": link.href,
            "rel": link.rel,
            "title": link.title,
            "mime_type": link.media_type,
            "language": link.language,
        }
    )


def _attachment(medium: Media, *, language: str) -> dict[str, Any]:
    return _present(
        {
            "url": medium.url,
            "mime_type": medium.media_type,
            "title": medium.caption.best(language)[1] or medium.alternative.best(language)[1],
            "size_in_bytes": medium.bytes,
            "duration_in_seconds": medium.duration_s,
        }
    )


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* without those that say nothing."""
    return {key: value for key, value in values.items() if value not in (None, "", [])}
