"""Make the answers of pages: validators, caching, and what a browser must not do with them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from flask import Response, request
from werkzeug.datastructures import Headers

from feedsvc.web.delivery.negotiation import http_date, is_unchanged
from feedsvc.web.delivery.prepared_answers import CACHE_CONTROL
from feedsvc.web.pages.feed_view import FeedResponse

# An article's body is made safe before it is stored; should one ever not be, nothing in it runs or is sent anywhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; media-src 'self' https:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a page says, with its validator: weak, for proxies compress it."""

    body: bytes
    etag: str


def content_of(body: str | bytes) -> Content:
    """Return *body* with its validator."""
    content = body.encode() if isinstance(body, str) else body
    return Content(body=content, etag=f'W/"{hashlib.sha256(content).hexdigest()[:32]}"')


class Unchanged(Response):
    """Answer 304 with its Last-Modified, which Werkzeug (3.1) takes away; feeds are answered with it too.

    source: RFC 9110, section 15.4.5 allows it, for caches that were never given the ETag.
    """

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Return the headers as they are sent."""
        headers = super().get_wsgi_headers(environ)
        headers["Last-Modified"] = self.headers["Last-Modified"]
        return headers


def page_answer(body: str | bytes | Content, *, media_type: str, made_at: datetime, now: datetime) -> Response:
    """Return the answer to the request at hand: *body*, or 304 when the client has it.

    made_at: aware; when what the page shows last changed.
    now:     aware; nothing is said to have changed later, even after a pass at which the clock was ahead.
    """
    content = body if isinstance(body, Content) else content_of(body)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if is_unchanged(content.etag, made_at, headers):
        response: Response = Unchanged(status=304)
    else:
        response = Response(content.body, content_type=media_type)
    response.headers["ETag"] = content.etag
    response.headers["Last-Modified"] = http_date(min(made_at, now))
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Vary"] = "Accept-Encoding"
    return response


def redirect_to_a_path(response: Response) -> Response:
    """Return *response* without the host of its Location.

    Werkzeug makes redirects to the missing slash from the request's Host, which a proxy may have changed and anybody
    can invent: kept by a cache, it would send all readers there.
    """
    location = response.headers.get("Location")
    if location is not None:
        parts = urlsplit(location)
        path = "/" + parts.path.lstrip("/")
        response.headers["Location"] = f"{path}?{parts.query}" if parts.query else path
        response.set_data(b"")
    return response


def add_security_headers(response: Response) -> Response:
    """Return *response* with the headers that every answer carries, but those for feeds."""
    if isinstance(response, FeedResponse):
        return response
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
