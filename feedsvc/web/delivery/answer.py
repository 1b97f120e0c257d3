"""The answers to requests for feeds: prepared once for each edition, chosen by a pure function at each request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any

from feedsvc.feeds.addresses import FeedAddress, address_of
from feedsvc.feeds.cache_keys import key_headers
from feedsvc.model.feed import ReadyFeed
from feedsvc.web.delivery.negotiation import IDENTITY, acceptable_codings, http_date, is_unchanged
from feedsvc.web.delivery.poll_counts import COLUMNS, FOUND, OTHER, UNCHANGED


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer, ready for any kind of server.

    headers: without Date, which is the server's.
    column:  of a feed's counts, see poll_counts.py.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    column: int = OTHER

    @cached_property
    def line(self) -> str:
        """Return the status as WSGI takes it, such as "200 OK"."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    @cached_property
    def messages(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return both messages for ASGI; servers only read them."""
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        return (
            {"type": "http.response.start", "status": self.status, "headers": headers},
            {"type": "http.response.body", "body": self.body},
        )


def refusal(status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> Response:
    """Return an answer in plain text: a feed reader must not take an error for a feed."""
    body = f"{reason}\n".encode()
    return Response(
        status=status,
        headers=(
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Content-Type-Options", "nosniff"),
            *headers,
        ),
        body=body,
    )


RETRY_AFTER_S = 5
MISSING_CACHE_CONTROL = "max-age=30"  # something may be there soon
MOVED_CACHE_CONTROL = "max-age=3600"  # browsers would keep a redirect for good
ASK_AGAIN = (("Retry-After", str(RETRY_AFTER_S)), ("Cache-Control", "no-store"))
# Constant, so that no embargo shows in it.
CACHE_CONTROL = "public, max-age=300, s-maxage=30, stale-while-revalidate=30, stale-if-error=86400"
# An archive page changes only if one of its entries is corrected or withdrawn, so a client may keep it for a day.
# Shared caches ask again after ten minutes, so that a killed story leaves them for all of their clients.
ARCHIVE_CACHE_CONTROL = "public, max-age=86400, s-maxage=600, stale-while-revalidate=60, stale-if-error=86400"
# Scripts of other sites may read feeds, and the headers that a conditional request needs.
# source: Fetch, section 3.3 (CORS)
SHARED = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Feedsvc-Edition, Cache-Status"),
)
PREFLIGHT = Response(
    status=HTTPStatus.NO_CONTENT,
    headers=(
        ("Allow", "GET, HEAD, OPTIONS"),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", "GET, HEAD"),
        ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, *"),
        ("Access-Control-Max-Age", "86400"),
    ),
)
READ_ONLY = refusal(
    HTTPStatus.METHOD_NOT_ALLOWED, "This is a feed; it can only be read.", ("Allow", "GET, HEAD, OPTIONS")
)


HEADS = 23_000  # bytes of the answers of a feed without their bodies, by tracemalloc


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The answers of one feed.

    unchanged: the 304.
    found:     the 200s, by coding and method.
    counts:    of its polls, by column; whoever sends an answer adds to them.
    """

    ready: ReadyFeed
    unchanged: Response
    found: Mapping[str, Mapping[str, Response]]
    counts: list[int] = field(default_factory=lambda: [0] * COLUMNS, compare=False)

    @property
    def size(self) -> int:
        """Return the bytes in memory: the feed in all codings, and the heads of its answers."""
        ready = self.ready
        return HEADS + len(ready.body) + len(ready.gzip or b"") + len(ready.brotli or b"")


def prepare(  # noqa: PLR0913  most have a default
    ready: ReadyFeed,
    *,
    edition: int,
    base_url: str = "",
    page_languages: Collection[str] = (),
    hubs: Iterable[str] = (),
    networks: Collection[str] = (),
    rights: Sequence[tuple[str, str]] = (),
    counts: list[int] | None = None,
) -> Prepared:
    """Return the answers of *ready*.

    edition:  the number of the last edition, sent to make an answer traceable.
    base_url: of the addresses in the Link header, which are relative without it.
    page_languages: in which the site has pages.
    hubs:     addresses of WebSub hubs. networks: content delivery networks that ask for keys (`cache_keys`).
    rights:   headers that reserve rights.
    counts:   of the feed in this process; None starts new ones.
    source:   RFC 9110, sections 8, 12.5.3 and 15.4.5; RFC 8288, section 3; RFC 5861.
    """
    address = address_of(ready)
    links = _links(ready, address, base_url, page_languages, hubs if address.is_pushed else ())
    headers = (
        ("Cache-Control", CACHE_CONTROL if address.page is None else ARCHIVE_CACHE_CONTROL),
        ("Link", links),
        *SHARED,
        *key_headers(address.path, page_languages, networks),
        *rights,
        ("Feedsvc-Edition", str(edition)),
    )
    return prepared(ready, headers, counts=counts)


def prepared(ready: ReadyFeed, headers: Sequence[tuple[str, str]], *, counts: list[int] | None = None) -> Prepared:
    """Return the answers of *ready*, which need be no feed; headers: further ones, of all answers."""
    always = (
        ("ETag", ready.etag),
        ("Last-Modified", http_date(ready.last_modified)),
        ("Vary", "Accept-Encoding"),
        ("X-Content-Type-Options", "nosniff"),
        *headers,
    )
    forms = {IDENTITY: ready.body, "gzip": ready.gzip, "br": ready.brotli}
    found = {}
    for coding, body in forms.items():
        if body is not None:
            content = [("Content-Type", ready.media_type), ("Content-Length", str(len(body)))]
            content += [] if coding == IDENTITY else [("Content-Encoding", coding)]
            whole = Response(status=HTTPStatus.OK, headers=(*content, *always), body=body, column=FOUND)
            found[coding] = {"GET": whole, "HEAD": replace(whole, body=b"")}
    return Prepared(
        ready=ready,
        unchanged=Response(status=HTTPStatus.NOT_MODIFIED, headers=always, column=UNCHANGED),
        found=found,
        counts=[0] * COLUMNS if counts is None else counts,
    )


def as_of(response: Response, now: datetime) -> Response:
    """Return *response* with *now* as its Last-Modified, which must not be later than the response.

    source: RFC 9110, section 8.8.2.1.
    """
    headers = tuple((name, http_date(now) if name == "Last-Modified" else value) for name, value in response.headers)
    return replace(response, headers=headers)


def cache_status(silent_s: float) -> str:
    """Return the Cache-Status of an answer that may be out of date, because the store does not answer.

    silent_s: since the store last answered.
    source:   RFC 9211, section 2: the answer comes from a cache, and has been stale for so long.
    """
    return f'feedsvc; hit; ttl=-{max(round(silent_s), 1)}; detail="the store does not answer"'


def marked_stale(response: Response, *, silent_s: float) -> Response:
    """Return *response* with its Cache-Status."""
    return replace(response, headers=(*response.headers, ("Cache-Status", cache_status(silent_s))))


def _links(
    ready: ReadyFeed, address: FeedAddress, base_url: str, page_languages: Collection[str], hubs: Iterable[str]
) -> str:
    """Return the Link header of a feed: the feed itself, its page, its archive, and its hubs.

    source: RFC 5005, section 4; WebSub, section 4.
    """
    media_type = ready.media_type.partition(";")[0]
    chain = address.chain(ready.archives, base_url=base_url)
    links = (
        (base_url + address.path, "self", media_type),
        (base_url + address.home(page_languages), "alternate", "text/html"),
        (chain.current, "current", media_type),
        (chain.previous, "prev-archive", media_type),
        (chain.following, "next-archive", media_type),
    )
    written = [f'<{href}>; rel="{rel}"; type="{kind}"' for href, rel, kind in links if href is not None]
    return ", ".join([*written, *(f'<{hub}>; rel="hub"' for hub in hubs)])


def answer(feed: Prepared, method: str, headers: Mapping[str, str], *, now: datetime) -> Response:
    """Return the answer to a request for *feed*: one of its prepared answers, or a refusal.

    headers: of the request, names in lower case.
    now:     aware; Last-Modified is never later, even if the clock was ahead when the feed was published.
    source:  RFC 9110, sections 9.3.2, 12.5.3, 13 and 15.4.5.
    """
    if method not in {"GET", "HEAD"}:
        return PREFLIGHT if method == "OPTIONS" else READ_ONLY
    ready = feed.ready
    if is_unchanged(ready.etag, ready.last_modified, headers):
        response = feed.unchanged
    else:
        response = feed.found[_coding(feed, headers.get("accept-encoding", ""))][method]
    return response if ready.last_modified <= now else as_of(response, now)


def _coding(feed: Prepared, accept_encoding: str) -> str:
    for coding in acceptable_codings(accept_encoding):
        if coding in feed.found:
            return coding
    return IDENTITY
