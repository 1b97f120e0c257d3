"""Answer a request for a feed: a pure function, for the event loop and for Flask alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feedsvc.web.delivery.negotiation import IDENTITY, acceptable_codings, is_unchanged
from feedsvc.web.delivery.prepared_answers import PREFLIGHT, READ_ONLY, Prepared, Response, as_of


def answer(feed: Prepared, method: str, headers: Mapping[str, str], *, now: datetime) -> Response:
    """Return the answer to a request for *feed*; requests only choose among answers made before.

    headers: of the request, names in lower case.
    now:     aware; Last-Modified is never later, even after a pass at which the clock was ahead.
    source:  RFC 9110, sections 9.3.2, 12.5.3, 13 and 15.4.5.
    """
    if method not in {"GET", "HEAD"}:
        return PREFLIGHT if method == "OPTIONS" else READ_ONLY
    ready = feed.ready
    if _has_it(feed, headers) or is_unchanged(ready.etag, ready.last_modified, headers):
        response = feed.unchanged
    else:
        response = feed.found[_coding(feed, headers.get("accept-encoding", ""))][method]
    return response if ready.last_modified <= now else as_of(response, now)


def _has_it(feed: Prepared, headers: Mapping[str, str]) -> bool:
    """Return whether the client sends back just what it was given, as nearly all do."""
    tag = headers.get("if-none-match")
    return tag == feed.ready.etag or (tag is None and headers.get("if-modified-since") == feed.since)


def _coding(feed: Prepared, accept_encoding: str) -> str:
    for each in acceptable_codings(accept_encoding):
        if each in feed.found:
            return each
    return IDENTITY
