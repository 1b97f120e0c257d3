"""Searches: a page of results and a feed for each search, not for search engines."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from threading import BoundedSemaphore

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from feedsvc.config.rights import tdm_headers
from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL, FeedAddress, search_page_path
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.on_demand import Search, is_searched, render_label, render_search
from feedsvc.model.article import Text
from feedsvc.model.errors import BusyError, SlowError, StoreError
from feedsvc.model.feed import Found, ReadyFeed
from feedsvc.text.catalogues import message
from feedsvc.text.search_words import AUTHORS, TAGS, Label, Question, ask, label_slug, label_word
from feedsvc.web.delivery.answer import ASK_AGAIN, MISSING_CACHE_CONTROL, RETRY_AFTER_S, Prepared, answer, prepare
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.store_trouble import log_unreadable
from feedsvc.web.pages.page_builder import (
    HTML,
    EditionCache,
    Unchanged,
    page_answer,
)
from feedsvc.web.pages.page_head import MOST_OFFERED, Discovered, Head, discovered_feeds, format_name, plain
from feedsvc.web.pages.picture_forms import ListedPictures
from feedsvc.web.pages.wording import NO_CATEGORY, NO_PAGE, NOT_YET, words

# A search occupies a thread, and pages need threads too.
AT_ONCE = 8
# Anybody can invent searches without end; the feed of a rare search is rendered again.
MOST_BYTES = 8_000_000


class SearchFeeds:
    """Finds articles, and renders the feeds of searches; safe to call from several threads.

    settings: for a library that does not have those of its edition.
    """

    def __init__(self, feed_cache: FeedCache, settings: Settings) -> None:
        self._feed_cache = feed_cache
        self._settings = settings
        self._room = BoundedSemaphore(AT_ONCE)
        self._cache: EditionCache[Prepared] = EditionCache(most_bytes=MOST_BYTES)

    def found(self, question: Question, search: Search, *, limit: int, offset: int = 0) -> Found:
        """Return the articles that *question* finds.

        raises: BusyError if too many searches are running, SlowError if this one takes too long.
        """
        if not question.phrases:
            return Found(entries=(), count=0)
        with self._turn():
            return self._feed_cache.published.found(
                question.phrases, category=search.category, language=search.language, limit=limit, offset=offset
            )

    def feed(self, question: Question, search: Search, form: str) -> Prepared | None:
        """Return the feed of *search*, also if it finds nothing.

        raises: BusyError also before the first edition, SlowError.
        """

        def make(made_at: datetime) -> ReadyFeed:
            found = self.found(question, search, limit=self._settings.feeds.limit)
            return render_search(found, search, form, self._settings, made_at=made_at)

        return self._kept((search, form), make)

    def feed_of(self, label: Label, form: str) -> Prepared | None:
        """Return the feed of the articles with *label*; None if no article has it.

        raises: as `feed`.
        """

        def make(made_at: datetime) -> ReadyFeed | None:
            question = Question(text="", phrases=(label_word(label),))
            found = self.found(question, Search(text=""), limit=self._settings.feeds.limit)
            # Labels can be invented without end: a feed of none costs three times as much, and takes room from others.
            return render_label(found, label, form, self._settings, made_at=made_at) if found.entries else None

        return self._kept((label, form), make)

    def _kept(self, key: Hashable, make: Callable[[datetime], ReadyFeed | None]) -> Prepared | None:
        # Read before the search, so that a feed in the cache is never of an earlier edition than its key.
        edition = self._feed_cache.edition()
        if edition.number == 0:
            raise BusyError(NOT_YET)
        kept = self._cache.find(key, edition)
        if kept is None:
            settings = self._settings
            ready = make(edition.made_at)
            if ready is None:
                return None
            kept = prepare(
                ready,
                edition=edition.number,
                base_url=settings.site.base_url,
                networks=settings.networks,
                rights=tdm_headers(settings.site.rights),
            )
            self._cache.keep(key, kept, edition)
        return kept

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise BusyError(message("Too many searches are running. Try again in a moment."))
        try:
            yield
        finally:
            self._room.release()


PLAIN = "text/plain; charset=utf-8"
PAGE_ENTRIES = 30
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")  # `answer` refuses the wrong ones
# Search engines find the articles on other pages.
NOT_INDEXED = ("X-Robots-Tag", "noindex")


def search_blueprint(settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> Blueprint:
    searching = SearchPages(settings, feed_cache, clock=clock)
    blueprint = Blueprint("searching", __name__)
    blueprint.add_url_rule("/search", "page", searching.page)
    blueprint.add_url_rule("/feeds/search.<form>", "feed", searching.feed, methods=METHODS)
    for kind in (TAGS, AUTHORS):
        view = partial(searching.label_feed, kind)
        blueprint.add_url_rule(f"/{kind}/<slug>.<form>", kind, view, methods=METHODS)
    return blueprint


class SearchPages:
    """The page and the feeds of searches, from the last edition."""

    def __init__(self, settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._site = settings.site
        self._feed_cache = feed_cache
        self._searches = SearchFeeds(feed_cache, settings)
        self._clock = clock

    def page(self) -> Response:
        """Show the form and the articles found, newest first."""
        edition = self._feed_cache.edition()
        if edition.number == 0:
            raise ServiceUnavailable(NOT_YET, retry_after=RETRY_AFTER_S)
        question, search = self._asked()
        if search.language not in (None, *self._site.languages):
            search = replace(search, language=None)
        if not is_searched(search, self._settings):
            abort(HTTPStatus.NOT_FOUND, NO_CATEGORY)
        number = self._page_number()
        found = self._found(question, search, offset=(number - 1) * PAGE_ENTRIES)
        last = max(1, -(-found.count // PAGE_ENTRIES))
        if number > last:
            abort(HTTPStatus.NOT_FOUND, NO_PAGE)
        feeds = self._feeds(search) if question.phrases else {}
        body = render_template(
            "search.html",
            head=self._head(search, feeds.values(), page=number),
            search=search,
            asks=bool(question.phrases),
            found=found,
            pictures=ListedPictures(found.entries, self._feed_cache.published, base_url=self._site.base_url),
            feeds=feeds,
            page_path=self._page_path(search),
            number=number,
            last=last,
        )
        response = page_answer(body, media_type=HTML, made_at=edition.made_at, now=self._clock())
        response.headers.add(*NOT_INDEXED)
        return response

    def feed(self, form: str) -> Response:
        """Answer with the feed of a search; an error is plain text, which no reader takes for a feed."""
        question, search = self._asked()
        if form not in RENDERERS:
            return _refusal(
                HTTPStatus.NOT_FOUND, f"There is no such format. Feeds of searches come as {', '.join(RENDERERS)}."
            )
        if not is_searched(search, self._settings):
            return _refusal(HTTPStatus.NOT_FOUND, "This site has no such category or language.")
        if not question.phrases:
            example = FeedAddress(format=form, query="words")
            return _refusal(HTTPStatus.BAD_REQUEST, f"The words to search for are missing. Add them: {example.path}")
        return self._feed_answer(lambda: self._searches.feed(question, search, form))

    def label_feed(self, kind: str, slug: str, form: str) -> BaseResponse:
        """Answer with the feed of a tag or an author, at the address with the one spelling of its name."""
        label = Label(kind=kind, slug=label_slug(slug))
        if form not in RENDERERS or not label.slug:
            return _refusal(HTTPStatus.NOT_FOUND, f"There is no such feed. Feeds come as {', '.join(RENDERERS)}.")
        if label.slug != slug:
            address = request.script_root + FeedAddress(label=label, format=form).path
            return redirect(address, HTTPStatus.PERMANENT_REDIRECT)
        return self._feed_answer(lambda: self._searches.feed_of(label, form))

    def _feed_answer(self, find: Callable[[], Prepared | None]) -> Response:
        try:
            feed = find()
        except (BusyError, SlowError) as error:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, _told(error), *ASK_AGAIN)
        except StoreError as error:
            log_unreadable(error)
            return _refusal(
                HTTPStatus.SERVICE_UNAVAILABLE, "The feeds cannot be read at the moment. Try again later.", *ASK_AGAIN
            )
        if feed is None:
            return _refusal(HTTPStatus.NOT_FOUND, "No article has this label.")
        headers = {name.lower(): value for name, value in request.headers.items()}
        found = answer(feed, request.method, headers, now=self._clock())
        kind = Unchanged if found.status == HTTPStatus.NOT_MODIFIED else Response
        response = kind(found.body, status=found.status, headers=list(found.headers))
        response.headers.add(*NOT_INDEXED)
        return response

    def _asked(self) -> tuple[Question, Search]:
        question = ask(request.args.get("q", ""))
        return question, Search(
            text=question.text,
            language=request.args.get("lang") or None,
            category=request.args.get("category") or ALL,
        )

    def _found(self, question: Question, search: Search, *, offset: int) -> Found:
        try:
            return self._searches.found(question, search, limit=PAGE_ENTRIES, offset=offset)
        except (BusyError, SlowError) as error:
            raise ServiceUnavailable(_told(error), retry_after=RETRY_AFTER_S) from error

    def _page_number(self) -> int:
        asked = request.args.get("page", "1")
        if not PAGE_NUMBER.fullmatch(asked):
            abort(HTTPStatus.NOT_FOUND, NO_PAGE)
        return int(asked)

    def _page_path(self, search: Search) -> Callable[[int], str]:
        return lambda number: (
            request.script_root + search_page_path(search.text, search.language, search.category, page=number)
        )

    def _feeds(self, search: Search) -> Mapping[str, Discovered]:
        return {
            form: Discovered(
                href=self._site.base_url + search.address(form).path,
                media_type=renderer.media_type.partition(";")[0],
                title=f"{self._title(search)} ({format_name(form)})",
            )
            for form, renderer in RENDERERS.items()
        }

    def _title(self, search: Search) -> str:
        languages = self._languages(search)
        asked = Text(items=(("und", search.text),)) if search.text else words("Search", self._site.languages)
        return f"{plain(asked, languages)} – {plain(self._site.title, languages)}"

    def _languages(self, search: Search) -> tuple[str, ...]:
        return (search.language,) if search.language else self._site.title_order

    def _head(self, search: Search, feeds: Iterable[Discovered], *, page: int) -> Head:
        languages = self._languages(search)
        others = discovered_feeds(
            self._feed_cache.listings(), categories=(), language=search.language, base_url=self._site.base_url
        )
        path = search_page_path(search.text, search.language, search.category, page=page)
        return Head(
            title=self._title(search),
            description=plain(self._site.description, languages),
            canonical=self._site.base_url + path,
            languages=languages,
            asked=search.language,
            feeds=(*feeds, *others)[:MOST_OFFERED],
        )


def _told(error: BusyError | SlowError) -> str:
    return (
        message("This search takes too long. Use more words, or less common ones.")
        if isinstance(error, SlowError)
        else str(error)
    )


def _refusal(status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> Response:
    kept = headers or (("Cache-Control", MISSING_CACHE_CONTROL),)
    return Response(f"{reason}\n", status=status, content_type=PLAIN, headers=[NOT_INDEXED, *kept])
