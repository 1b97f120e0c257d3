"""Conditional requests and codings: whether a client has the current version already, and how to compress for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

# Proxies append these when they compress: Apache "-gzip", Jetty "--gzip", others ";gzip". The longer ones first.
SUFFIXES = ("--gzip", "-gzip", ";gzip", "-br", "-zstd")
OPAQUE_TAG = re.compile(r'"([^"]*)"')


def is_unchanged(etag: str, last_modified: datetime, headers: Mapping[str, str]) -> bool:
    """Return whether the answer to a GET or HEAD with *headers* is 304.

    If there is If-None-Match, If-Modified-Since does not count. Neither does a date that cannot be read.

    etag:    with its quotes, weak or strong; compared weakly.
    headers: names in lower case.
    source:  RFC 9110, sections 13.1.2, 13.1.3, 13.2.2.
    """
    tags = headers.get("if-none-match")
    if tags is not None:
        return tags == etag or _matches(tags, _opaque(etag))
    since = date_in(headers.get("if-modified-since"))
    return since is not None and last_modified.replace(microsecond=0) <= since


# Headers are as long as clients like; longer ones are no dates, and not remembered.
LONGEST_DATE = LONGEST_REMEMBERED = 200


def date_in(text: str | None) -> datetime | None:
    """Return the date in a header, None if there is none or it cannot be read."""
    return _http_date(text) if text and len(text) <= LONGEST_DATE else None


def http_date(when: datetime) -> str:
    """Return *when* (aware) as a date in HTTP."""
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


@lru_cache(maxsize=256)
def _http_date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


IDENTITY = "identity"
# In the order that we prefer if the client has no preference.
OURS = ("br", "gzip")
ALIASES = {"x-gzip": "gzip"}
ITEM = re.compile(
    r"[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)


def acceptable_codings(header: str) -> tuple[str, ...]:
    """Return the codings that a client accepts, the best first and "identity" last.

    A part of the header that cannot be read is ignored, so nonsense gets identity, which every client can read. "*"
    means only gzip: not all clients that send it know brotli.

    header: the value of Accept-Encoding; "" if there is none.
    source: RFC 9110, section 12.5.3.
    """
    return _remembered_codings(header) if len(header) <= LONGEST_REMEMBERED else _codings(header)


def _codings(header: str) -> tuple[str, ...]:
    weights: dict[str, float] = {}
    for part in header.split(","):
        item = ITEM.fullmatch(part)
        if item is not None:
            name = item[1].lower()
            weights[ALIASES.get(name, name)] = 1.0 if item[2] is None else float(item[2])
    if "*" in weights:
        weights.setdefault("gzip", weights["*"])
    floor = weights.get(IDENTITY, 0.0)
    good = [coding for coding in OURS if weights.get(coding, 0.0) > 0 and weights[coding] >= floor]
    good.sort(key=lambda coding: -weights[coding])
    return (*good, IDENTITY)


_remembered_codings = lru_cache(maxsize=256)(_codings)
