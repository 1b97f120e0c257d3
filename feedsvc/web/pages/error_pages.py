"""Errors as pages of the site, and redirects from misspelt addresses to the right ones."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus

from flask import Flask, Response, redirect, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL, GUESSED, TURNED, FeedAddress, home_path, page_path, split_page_path
from feedsvc.model.article import Text
from feedsvc.model.errors import StoreError
from feedsvc.text.catalogues import is_message, message
from feedsvc.text.scripts import tell_language
from feedsvc.web.delivery.answer import MISSING_CACHE_CONTROL, RETRY_AFTER_S
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.store_trouble import log_unreadable
from feedsvc.web.pages.page_head import Head, discovered_feeds, plain
from feedsvc.web.pages.wording import NO_PAGE, words

STATUS = "/status"
# The headings of pages by status; any other page has the phrase of its status.
HEADINGS = {
    HTTPStatus.NOT_FOUND: message("Page not found"),
    HTTPStatus.GONE: message("No longer available"),
    HTTPStatus.SERVICE_UNAVAILABLE: message("Not available right now"),
}


def right_spelling(path: str, *, settings: Settings, feed_cache: FeedCache) -> str | None:
    """Return the right path for a misspelt *path*; None if there is none, or it is right already.

    path: without the path at which the site is mounted.
    """
    language, everyone = split_page_path(path, settings.site.page_languages)
    first = TURNED.sub("", everyone)
    right = _page_spelling(first, settings=settings, feed_cache=feed_cache)
    if right is not None and right.endswith("/"):
        right += everyone.removeprefix(first)
    if right is not None:
        right = None if language and right.endswith(".json") else page_path(right, language)
    elif language is None:
        asked = path.rstrip("/").lower()
        if asked == STATUS:
            right = STATUS
        elif asked in GUESSED:
            right = GUESSED[asked].path
        else:
            address = FeedAddress.parse(asked)
            right = None if address is None else _feed_path(address, path, settings=settings, feed_cache=feed_cache)
    return None if right == path else right


def _page_spelling(path: str, *, settings: Settings, feed_cache: FeedCache) -> str | None:
    """Return the right path of the page or the article, in all languages, at *path*; None if there is none."""
    folder, _, name = path.rstrip("/").lower().rpartition("/")
    if folder == "/categories":
        return home_path(name) if name == ALL or settings.category(name) is not None else None
    if folder == "/articles":
        slug = name.removesuffix(".json").removesuffix(".ninjs")
        known = feed_cache.published.entry(slug) is not None or feed_cache.published.tombstone(slug) is not None
        return f"{folder}/{name}" if known else None
    return path.lower() if path.lower() in {"/", "/feeds/"} else None


def _feed_path(address: FeedAddress, asked: str, *, settings: Settings, feed_cache: FeedCache) -> str | None:
    """Return the path of the feed at *address*, which is in lower case; None if there is none, or it was *asked*."""
    languages = {language.lower(): language for language in settings.site.languages}
    path = replace(address, language=languages.get(address.language or "", address.language)).path
    return path if path != asked and feed_cache.ready(path) is not None else None


def add_failures(app: Flask, settings: Settings, feed_cache: FeedCache) -> None:
    """Have *app* answer errors with pages of the site."""
    failures = Failures(settings, feed_cache)
    app.register_error_handler(StoreError, failures.store)
    app.register_error_handler(404, failures.not_found)
    app.register_error_handler(HTTPException, failures.http)


class Failures:
    """Answers with errors, never in the media type of a feed."""

    def __init__(self, settings: Settings, feed_cache: FeedCache) -> None:
        self._settings = settings
        self._feed_cache = feed_cache

    def store(self, error: StoreError) -> Response:
        """Answer that the store cannot be read; only the log has the reason."""
        log_unreadable(error)
        return self.http(
            ServiceUnavailable(message("The articles cannot be read at the moment."), retry_after=RETRY_AFTER_S)
        )

    def not_found(self, error: HTTPException) -> BaseResponse:
        """Redirect to the right spelling of the address, if there is one."""
        try:
            right = right_spelling(request.path, settings=self._settings, feed_cache=self._feed_cache)
            if right is None:
                return self.http(error)
        except StoreError as trouble:
            return self.store(trouble)
        query = request.query_string.decode("latin-1")
        return redirect(f"{request.script_root}{right}{f'?{query}' if query else ''}", HTTPStatus.PERMANENT_REDIRECT)

    def http(self, error: HTTPException) -> Response:
        """Answer with a page, or with JSON if the request was for JSON."""
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        # Werkzeug's own words for 404 are about a URL on a server, and readers have followed a link.
        is_unexplained = status == HTTPStatus.NOT_FOUND and error.description == NotFound.description
        reason = NO_PAGE if is_unexplained else error.description or status.description
        if request.path.startswith(("/articles/", "/changes")) and request.path.endswith(".json"):
            problem = {"status": status.value, "title": status.phrase, "detail": reason}
            response = Response(json.dumps(problem, ensure_ascii=False), content_type="application/problem+json")
        else:
            response = Response(self._page(status, reason))
        response.status_code = status
        response.headers["Cache-Control"] = (
            "no-store" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else MISSING_CACHE_CONTROL
        )
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        if isinstance(error, ServiceUnavailable):
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response

    def _page(self, status: HTTPStatus, reason: str) -> str:
        site = self._settings.site
        asked = split_page_path(request.path, site.page_languages)[0] or request.args.get("lang")
        asked = asked if asked in site.page_languages else None
        languages = (asked,) if asked else site.title_order
        heading = words(HEADINGS.get(status, status.phrase), site.languages)
        told = (
            words(reason, site.languages)
            if is_message(reason)
            else Text(items=((tell_language(reason, site.languages) or "und", reason),))
        )
        is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        listings = () if is_ours else self._feed_cache.listings()
        head = Head(
            title=f"{plain(heading, languages)} – {plain(site.title, languages)}",
            description=plain(told, languages),
            canonical=None,
            languages=languages,
            asked=asked,
            feeds=discovered_feeds(listings, categories=(), language=asked, base_url=site.base_url),
        )
        return render_template(
            "error.html",
            head=head,
            status=status,
            heading=heading,
            reason=told,
            is_found_elsewhere=status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE},
        )
