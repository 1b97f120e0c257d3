"""Decide whether a client already has what it asks for: the conditional requests of feeds and pages alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

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


IDENTITY = "identity"
# In our order of liking where the client has none.
OURS = ("br", "gzip")
ALIASES = {"x-gzip": "gzip"}
ITEM = re.compile(
    r"[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)


@lru_cache(maxsize=256)
def acceptable_codings(header: str) -> tuple[str, ...]:
    """Return the codings that a client takes, the best first, always ending with "identity".

    A part of the header that cannot be read is passed over, so nonsense gets identity, which every client can read
    whatever it says. "*" stands for gzip alone: clients that send it do not all know brotli.

    header: the value of Accept-Encoding; "" when there is none.
    source: RFC 9110, section 12.5.3.
    """
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
