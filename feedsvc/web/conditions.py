"""Decide whether a client already has what it asks for: the conditional requests of feeds and pages alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

# What proxies append when they compress: Apache "-gzip", Jetty "--gzip", others ";gzip". The longer ones first.
SUFFIXES = ("--gzip", "-gzip", ";gzip", "-br", "-zstd")
OPAQUE_TAG = re.compile(r'"([^"]*)"')


def is_unchanged(etag: str, last_modified: datetime, headers: Mapping[str, str]) -> bool:
    """Return whether the answer to a GET or HEAD with *headers* is 304.

    If-None-Match decides alone when it is there. A date that cannot be read counts as absent.

    etag:    with its quotes, weak or strong; compared weakly.
    headers: names in lower case.
    source:  RFC 9110, sections 13.1.2, 13.1.3, 13.2.2.
    """
    tags = headers.get("if-none-match")
    if tags is not None:
        return _matches(tags, _opaque(etag))
    text = headers.get("if-modified-since")
    since = _http_date(text) if text else None
    return since is not None and last_modified.replace(microsecond=0) <= since


def http_date(when: datetime) -> str:
    """Return *when* (aware) as HTTP writes dates."""
    return format_datetime(when.astimezone(UTC), usegmt=True)


def _matches(tags: str, opaque: str) -> bool:
    if tags.strip() == "*":
        return True
    return any(opaque in {tag, _without_suffix(tag)} for tag in OPAQUE_TAG.findall(tags))


def _opaque(etag: str) -> str:
    return etag.removeprefix("W/").strip('"')


def _without_suffix(tag: str) -> str:
    for suffix in SUFFIXES:
        if tag.endswith(suffix):
            return tag.removesuffix(suffix)
    return tag


def _http_date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
