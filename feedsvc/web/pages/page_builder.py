"""Build pages and answer with them: their head, the cache of an edition, validators and security headers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit
from wsgiref.types import WSGIEnvironment

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.datastructures import Headers
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.config.settings import Settings, Site
from feedsvc.feeds.addresses import address_of
from feedsvc.feeds.cache_keys import key_headers
from feedsvc.model.article import Entry, Text
from feedsvc.model.feed import Category, Edition
from feedsvc.web.delivery.answer import CACHE_CONTROL, MOVED_CACHE_CONTROL, RETRY_AFTER_S, cache_status
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.negotiation import http_date, is_unchanged
from feedsvc.web.pages.feed_view import FeedResponse
from feedsvc.web.pages.page_head import FeedRow, Head, discovered_feeds, feed_rows, plain, shortened
from feedsvc.web.pages.picture_forms import ListedPictures
from feedsvc.web.pages.wording import NO_PAGE, NOT_YET

# An article's body is made safe before it is stored. Should this ever fail, nothing in it runs or is sent anywhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; media-src 'self' https:; "
    "font-src 'self'; "
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
    """The body of a page and its validator, which is weak because proxies compress pages."""

    body: bytes
    etag: str

    @property
    def size(self) -> int:
        """Return the bytes in memory: the body, and what stands beside it in a cache."""
        return len(self.body) + 1_000


def content_of(body: str | bytes) -> Content:
    content = body.encode() if isinstance(body, str) else body
    return Content(body=content, etag=f'W/"{hashlib.sha256(content).hexdigest()[:32]}"')


class Unchanged(Response):
    """A 304 that keeps its Last-Modified, which Werkzeug (3.1) removes.

    source: RFC 9110, section 15.4.5 allows it, for caches that have no ETag.
    """

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers["Last-Modified"] = self.headers["Last-Modified"]
        return headers


def page_answer(body: str | bytes | Content, *, media_type: str, made_at: datetime, now: datetime) -> Response:
    """Return the answer to the current request: *body*, or 304 if the client has it.

    made_at: aware; of the last change to the content.
    now:     aware; Last-Modified is never later, even if the clock was ahead when the edition was made.
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
    """Return *response*, if it is a redirect, to be kept for a while only, and without the host of its Location.

    When Werkzeug redirects to a missing slash, it takes the host of the request. A proxy may have changed this host,
    and anybody can invent one: a cache would then send all readers there.
    """
    location = response.headers.get("Location")
    if location is not None and 300 <= response.status_code < 400:  # noqa: PLR2004  redirects
        parts = urlsplit(location)
        path = "/" + parts.path.lstrip("/")
        response.headers["Location"] = f"{path}?{parts.query}" if parts.query else path
        response.set_data(b"")
        response.headers.setdefault("Cache-Control", MOVED_CACHE_CONTROL)
    return response


def add_security_headers(response: Response) -> Response:
    """Return *response* with the security headers, which all answers but feeds have."""
    if isinstance(response, FeedResponse):
        return response
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def add_rights(response: Response, *, rights: Iterable[tuple[str, str]]) -> Response:
    """Return *response* with the headers that reserve rights, unless it is an error or has them already."""
    if response.status_code < HTTPStatus.BAD_REQUEST:
        for name, value in rights:
            response.headers.setdefault(name, value)
    return response


def add_cache_keys(response: Response, *, settings: Settings) -> Response:
    """Return *response* with the keys by which content delivery networks drop their copies, if it has none yet."""
    for name, value in key_headers(request.path, settings.site.page_languages, settings.networks):
        response.headers.setdefault(name, value)
    return response


PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


def page_number(asked: str | None) -> int:
    """Return the number of a page, 1 if none is *asked* for; refuse what is no number."""
    if asked is not None and not PAGE_NUMBER.fullmatch(asked):
        abort(404, NO_PAGE)
    return int(asked or 1)


def add_page(
    blueprint: Blueprint, rule: str, endpoint: str, view: Callable[..., Response], *, site: Site, is_list: bool = False
) -> None:
    """Have *blueprint* show a page at *rule*, below /<language> in one language, and the further pages of a list.

    The view finds language and number in `PageBuilder`. Addresses that give them in a query lead to these.
    """

    def show(lang: str | None = None, page: str | None = None, **values: str) -> BaseResponse:
        moved = _moved(values, lang, page, site=site, is_list=is_list)
        if moved is not None:
            return moved
        g.language, g.number = lang, page_number(page)
        return view(**values)

    languages = ", ".join(f'"{language}"' for language in site.page_languages)
    for start in ("", f"/<any({languages}):lang>") if languages else ("",):
        blueprint.add_url_rule(start + rule, endpoint, show)
        if is_list:
            blueprint.add_url_rule(f"{start}{rule}page/<page>/", endpoint, show)


def _moved(
    values: Mapping[str, str], language: str | None, number: str | None, *, site: Site, is_list: bool
) -> BaseResponse | None:
    """Return a redirect to the address of the page that the current request asks for in other words, if it does."""
    given = ("lang", "page") if is_list else ("lang",)
    if number != "1" and not any(name in request.args for name in given):
        return None
    named = request.args.get("lang")
    language = named if named in site.page_languages else language
    number = request.args.get("page", number) if is_list else None
    turned = number if page_number(number) > 1 else None
    places: dict[str, Any] = {**values, "lang": language, "page": turned}
    address = url_for(request.endpoint or "", **places)
    rest = urlencode([pair for pair in request.args.items(multi=True) if pair[0] not in given])
    return redirect(f"{address}?{rest}" if rest else address, HTTPStatus.PERMANENT_REDIRECT)


HTML = "text/html; charset=utf-8"
MOST_BYTES = 16_000_000


class Sized(Protocol):
    """An answer that knows its bytes."""

    @property
    def size(self) -> int: ...


Item = TypeVar("Item", bound=Sized)


class EditionCache(Generic[Item]):
    """Answers from one edition, by name; safe to call from several threads.

    most_bytes: of all answers; the oldest makes room.
    """

    def __init__(self, *, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._edition: Edition | None = None
        self._items: dict[Hashable, Item] = {}
        self._bytes = 0

    def find(self, name: Hashable, edition: Edition) -> Item | None:
        """Return the answer *name* of *edition*; None if it is not in the cache."""
        with self._lock:
            return self._items.get(name) if self._edition is edition else None

    def keep(self, name: Hashable, item: Item, edition: Edition) -> None:
        """Keep *item*, and drop the answers of any other edition.

        edition: read before the content of *item*, so that the content is never older.
        """
        with self._lock:
            if self._edition is not edition:
                self._edition, self._bytes = edition, 0
                self._items.clear()
            if name in self._items or item.size > self._most_bytes:
                return
            self._items[name] = item
            self._bytes += item.size
            while self._bytes > self._most_bytes:
                self._bytes -= self._items.pop(next(iter(self._items))).size


class PageBuilder:
    """Answers with the pages of the last edition; equal editions give equal bytes."""

    def __init__(self, settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.settings = settings
        self.site = settings.site
        self.feed_cache = feed_cache
        self.library = feed_cache.published
        self._cache: EditionCache[Content] = EditionCache(most_bytes=MOST_BYTES)

    def begin(self) -> None:
        """Read the edition before anything that a page shows, and refuse the request if there is none.

        Read afterwards, it could be the next one, and a client would keep the old page under the new date.
        """
        edition = self.feed_cache.edition()
        if edition.number == 0:
            raise ServiceUnavailable(NOT_YET, retry_after=RETRY_AFTER_S)
        g.edition = edition
        g.made_at = edition.made_at

    @property
    def language(self) -> str | None:
        """The language of the page that the request asks for; None for all."""
        language: str | None = g.language
        return language

    @property
    def number(self) -> int:
        """The number of the page of a list that the request asks for."""
        number: int = g.number
        return number

    def languages(self, language: str | None) -> tuple[str, ...]:
        """Return *language* only, or all languages of the site."""
        return (language,) if language else self.site.title_order

    def in_title_order(self, languages: Sequence[str]) -> tuple[str, ...]:
        """Return *languages* in the order of bilingual titles, then others."""
        ordered = [language for language in self.site.title_order if language in languages]
        return (*ordered, *(language for language in languages if language not in ordered))

    def feed_rows(self, category: str) -> tuple[FeedRow, ...]:
        """Return the feeds of *category*, but not its feeds of corrections."""
        listings = (feed for feed in self.feed_cache.listings() if feed.category == category)
        return feed_rows(feed for feed in listings if not address_of(feed).is_of_corrections)

    def pictures(self, entries: Sequence[Entry]) -> ListedPictures:
        """Return the pictures that stand for *entries* in a list."""
        return ListedPictures(entries, self.library, base_url=self.site.base_url)

    def titled(self, text: Text, language: str | None) -> str:
        """Return the title of a page: *text* and the name of the site."""
        languages = self.languages(language)
        return f"{plain(text, languages)} – {plain(self.site.title, languages)}"

    def head(
        self,
        title: str,
        description: Text,
        *,
        language: str | None,
        languages: tuple[str, ...] = (),
        categories: Sequence[str] = (),
    ) -> Head:
        """Return the head of a page; categories: whose feeds it announces."""
        languages = languages or self.languages(language)
        return Head(
            title=title,
            description=shortened(plain(description, languages)),
            canonical=self.site.base_url + request.path,
            languages=languages,
            asked=language,
            feeds=discovered_feeds(
                self.feed_cache.listings(), categories=categories, language=language, base_url=self.site.base_url
            ),
        )

    def answer(self, make: Callable[..., str], language: str | None, *subjects: object) -> Response:
        """Answer with the page that *make* renders for *subjects* in *language*, once for each edition."""
        edition: Edition = g.edition
        names = (subject.slug if isinstance(subject, Category) else subject for subject in subjects)
        name = (make.__name__, language, *names)
        content = self._cache.find(name, edition)
        if content is None:
            content = content_of(make(language, *subjects))
            self._cache.keep(name, content, edition)
        response = page_answer(content, media_type=HTML, made_at=edition.made_at, now=self.clock())
        silent_s = self.feed_cache.silent_s
        if silent_s is not None:
            response.headers["Cache-Status"] = cache_status(silent_s)
        return response
