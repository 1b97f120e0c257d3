"""Write an article as one JSON object, for programs."""

from __future__ import annotations

import json
from typing import Any

from feedsvc.model.article import Article, Entry, Text, Version
from feedsvc.model.dates import Timestamp
from feedsvc.web.pages.wording import machine_date

MEDIA_TYPE = "application/json; charset=utf-8"


def article_json(entry: Entry) -> bytes:
    """Return *entry* as JSON in UTF-8; a key with nothing to say is null or empty, never missing."""
    article = entry.article
    return json.dumps(
        {
            "id": article.id,
            "url": entry.url,
            "slug": article.slug,
            "kind": article.kind,
            "languages": list(article.languages),
            "title": _text(article.title),
            "summary": _text(article.summary),
            "content_html": _text(article.body),
            "versions": {version.language: _version(version) for version in article.versions},
            "credits": [{"name": _text(each.name), "role": each.role} for each in article.credits],
            "publisher": article.publisher,
            "categories": list(article.categories),
            "tags": list(article.tags),
            "media": _media(article),
            "related": [
                *({"href": link.href, "title": _text(link.title), "language": link.language} for link in entry.related),
                *({"href": None, "title": {"und": title}, "language": None} for title in entry.unresolved),
            ],
        },
        ensure_ascii=False,
    ).encode()


def _text(text: Text) -> dict[str, str]:
    return dict(text.items)


def _version(version: Version) -> dict[str, Any]:
    dateline = version.dateline
    return {
        "published": _timestamp(version.published),
        "updated": _timestamp(version.updated),
        "revision": version.revision,
        "revised": None
        if version.revised is None
        else {"take": version.revised.take, "note": version.revised.note, "language": version.revised.language},
        "places": [] if dateline is None else list(dateline.places),
        "agency": None if dateline is None else dateline.agency,
    }


def _timestamp(timestamp: Timestamp) -> dict[str, str]:
    return {
        "instant": timestamp.instant.isoformat(timespec="seconds"),
        "precision": timestamp.precision,
        "shown": machine_date(timestamp),
    }


def _media(article: Article) -> list[dict[str, Any]]:
    return [
        {
            "url": medium.url,
            "media_type": medium.media_type,
            "bytes": medium.bytes,
            "width": medium.width,
            "height": medium.height,
            "alternative": _text(medium.alternative),
            "caption": _text(medium.caption),
            "credit": medium.credit,
        }
        for medium in article.media
    ]
