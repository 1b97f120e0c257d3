"""Feeds and files from Flask: under any WSGI server, the views give the answers that the event loop gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

from flask import Flask, Response, abort, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import Gone, MethodNotAllowed, ServiceUnavailable
from werkzeug.routing import Rule

from feedsvc.feeds.addresses import FeedAddress
from feedsvc.model.errors import BusyError, StoreError
from feedsvc.text.catalogues import message
from feedsvc.web.delivery.answer import ASK_AGAIN, RETRY_AFTER_S, answer, marked_stale, refusal
from feedsvc.web.delivery.answer import Response as PreparedResponse
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.media_answer import MediaAnswers
from feedsvc.web.delivery.negotiation import is_unchanged
from feedsvc.web.delivery.poll_counts import MARK
from feedsvc.web.delivery.static_files import FAVICON, KEY_FILE, ROBOTS, STATIC, TDM, TOUCH_ICON, StaticFile
from feedsvc.web.delivery.store_trouble import log_unreadable
from feedsvc.web.pages.wording import NOT_YET

RULES = (
    ("/feeds/<path:name>", "feed"),
    ("/feeds.opml", "feed_list"),
    ("/feeds.<language>.opml", "feed_list"),
    ("/partners/<partner>", "partner_feed"),
)
READING = ("GET", "HEAD")
NEVER = datetime.max.replace(tzinfo=UTC)
WITHDRAWN_FILE = message("This file was withdrawn, or replaced.")
NO_FEED = message("There is no feed at this address.")
NO_ARCHIVE = message(
    "This archive page does not exist. Every 100 entries of a feed become one archive page, so it may come later."
)
CHOOSING = {
    "accept-encoding": "HTTP_ACCEPT_ENCODING",
    "if-none-match": "HTTP_IF_NONE_MATCH",
    "if-modified-since": "HTTP_IF_MODIFIED_SINCE",
}


class FeedResponse(Response):
    """A prepared answer with its own headers and no others."""

    default_mimetype = None

    @classmethod
    def of(cls, prepared: PreparedResponse) -> FeedResponse:
        """Return *prepared* for Flask to send."""
        # If the body were not in a list, Werkzeug would add a Content-Length, even to a 304.
        return cls([prepared.body], status=prepared.line, headers=list(prepared.headers))

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:  # noqa: ARG002  named by Werkzeug
        """Return the headers as they are: Werkzeug (3.1) takes Last-Modified from a 304."""
        return self.headers


class MediaView:
    """Answers requests for files under any WSGI server."""

    def __init__(self, media: MediaAnswers) -> None:
        self._media = media

    def __call__(self, digest: str, name: str) -> Response:
        """Send a file, or answer that it is gone or was never there.

        raises: Gone, NotFound, StoreError.
        """
        file, was_there = self._media.find(f"/media/{digest}/{quote(name)}")
        headers = {name.lower(): value for name, value in request.headers.items()}
        found = None if file is None else self._media.answer(file, method=request.method, headers=headers)
        if found is None:
            if was_there:
                raise Gone(WITHDRAWN_FILE)
            abort(404)
        return FeedResponse(found.chunks(), status=found.status.value, headers=list(found.headers))


def add_media(app: Flask, media: MediaAnswers) -> None:
    """Have *app* serve the files that articles show."""
    app.add_url_rule("/media/<digest>/<name>", "media", MediaView(media), methods=READING)


class StaticView:
    """Answers requests for static files, which a validator and their addresses tell apart."""

    def __init__(self, files: Mapping[str, StaticFile]) -> None:
        self._files = files

    def __call__(self, **_names: str) -> Response:
        """Send a file.

        raises: NotFound.
        """
        file = self._files.get(request.path) or abort(404)
        etag = f'"{file.version}"'
        headers = {name.lower(): value for name, value in request.headers.items()}
        if is_unchanged(etag, NEVER, headers):
            response = Response(status=304)
        else:
            response = Response(file.body, content_type=file.media_type)
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = file.cache_control
        if file.policy is not None:
            response.headers["Content-Security-Policy"] = file.policy
        return response


def add_static(app: Flask, files: Mapping[str, StaticFile]) -> None:
    """Have *app* serve the static files."""
    view = StaticView(files)
    app.add_url_rule(f"{STATIC}<path:filename>", "static", view, methods=READING)
    app.add_url_rule(FAVICON, "favicon", view, methods=READING)
    app.add_url_rule(ROBOTS, "robots", view, methods=READING)
    app.add_url_rule(TOUCH_ICON, "touch_icon", view, methods=READING)
    for number, path in enumerate(path for path in files if KEY_FILE.fullmatch(path)):
        app.add_url_rule(path, f"search_key_{number}", view, methods=READING)
    app.add_url_rule(TDM, "tdm", view, methods=READING)


def add_feeds(app: Flask, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> None:
    """Have *app* serve feeds.

    The rules match every method, so that `answer` refuses the wrong ones in plain text.
    """
    view = FeedView(feed_cache, clock=clock)
    for rule, endpoint in RULES:
        app.url_map.add(Rule(rule, endpoint=endpoint))
        app.view_functions[endpoint] = view


class FeedView:
    """Answers requests for feeds; a failure is plain text, which no reader takes for a feed."""

    def __init__(self, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> None:
        self._feed_cache = feed_cache
        self._clock = clock

    def __call__(self, **_names: str) -> Response:
        polls, path = self._feed_cache.polls, request.path
        try:
            feed = self._feed_cache.prepared(path)
        except BusyError as error:
            polls.nowhere[1] += 1
            return _unavailable(f"Ask again in a moment: {error}.")
        except StoreError as error:
            polls.nowhere[1] += 1
            log_unreadable(error)
            return _unavailable("The feeds cannot be read at the moment.")
        if feed is None:
            polls.nowhere[0] += 1
            self._refuse(path)
        found = answer(feed, request.method, _choosing(request.environ), now=self._clock())
        feed.counts[found.column] += 1
        silent_s = self._feed_cache.silent_s
        if silent_s is not None:
            found = marked_stale(found, silent_s=silent_s)
        user_agent = request.environ.get("HTTP_USER_AGENT", "")
        if MARK in user_agent:
            polls.hear(path, user_agent)
        return FeedResponse.of(found)

    def _refuse(self, path: str) -> NoReturn:
        """Refuse a request for a feed that does not exist, or for an archive page that is not full yet."""
        if request.method not in READING:
            raise MethodNotAllowed(valid_methods=READING)
        if self._feed_cache.number() == 0:
            raise ServiceUnavailable(NOT_YET, retry_after=RETRY_AFTER_S)
        address = FeedAddress.parse(path)
        is_archive = address is not None and address.page is not None
        abort(404, NO_ARCHIVE if is_archive else NO_FEED)


def _choosing(environ: WSGIEnvironment) -> Mapping[str, str]:
    """Return the headers that choose among the answers of a feed."""
    return {name: environ[key] for name, key in CHOOSING.items() if key in environ}


def _unavailable(reason: str) -> Response:
    return FeedResponse.of(refusal(HTTPStatus.SERVICE_UNAVAILABLE, reason, *ASK_AGAIN))
