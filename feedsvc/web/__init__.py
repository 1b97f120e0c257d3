"""The web application: feeds and pages for readers, status for operators. Only this room imports Flask."""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from a2wsgi import WSGIMiddleware
from flask import Flask
from markupsafe import Markup

from feedsvc.config.rights import tdm_headers
from feedsvc.config.settings import Settings
from feedsvc.model.errors import LockedError, StoreAwayError, StoreError
from feedsvc.model.ports import Library
from feedsvc.publish.processes import supervise_publisher
from feedsvc.publish.sign_of_life import LIFE
from feedsvc.stores import ask_every_s, beside_store, keep_private, open_library_for_requests, status_file_of
from feedsvc.text.direction import language_attributes
from feedsvc.text.scripts import tell_language
from feedsvc.web.auth import Operators, inbox_tokens_of, token_of
from feedsvc.web.delivery.asgi import AsgiApp
from feedsvc.web.delivery.feed_cache import Archives, FeedCache
from feedsvc.web.delivery.hosts import AddressMiddleware, Hosts
from feedsvc.web.delivery.media_answer import MediaAnswers
from feedsvc.web.delivery.poll_counts import PollCounts, Polls
from feedsvc.web.delivery.request_counts import CountingMiddleware
from feedsvc.web.delivery.shared_feeds import SharedFeeds
from feedsvc.web.delivery.static_files import STATIC, TOUCH_ICON, static_files
from feedsvc.web.inbox import SourceInboxes, inbox_blueprint
from feedsvc.web.last_good_config import Configuration, load_or_last_good
from feedsvc.web.operations.status_figures import StatusCollector
from feedsvc.web.operations.status_pages import introspection_blueprint, publishing_trouble, status_blueprint
from feedsvc.web.pages import shown_dates, wording
from feedsvc.web.pages.article_page import CREDITS, first_version, place_of, web_address
from feedsvc.web.pages.change_list import mirror_blueprint
from feedsvc.web.pages.error_pages import add_failures
from feedsvc.web.pages.explain_page import CONFIDENCE, explain_blueprint
from feedsvc.web.pages.feed_view import add_feeds, add_media, add_static
from feedsvc.web.pages.front_and_category_pages import HOW_TO_SUBSCRIBE, pages_blueprint
from feedsvc.web.pages.page_builder import add_cache_keys, add_rights, add_security_headers, redirect_to_a_path
from feedsvc.web.pages.page_head import (
    format_name,
    in_language,
    in_scripts,
    kept_language,
    marked,
    plain,
    runs,
    twins_of,
)
from feedsvc.web.pages.search_page import search_blueprint
from feedsvc.web.pages.sitemaps import add_sitemaps
from feedsvc.web.superdesk_push import superdesk_blueprint
from feedsvc.web.theme import read_theme, use_theme

THREADS = 32  # behind the event loop: for pages, and for feeds that are not in memory
FEED_CACHE, MEDIA = "feed_cache", "media"  # their names among the extensions of the application
NOW = partial(datetime.now, UTC)
REFUSES_S = 1.0
ALL = ""  # questions
# Questions that find out whether the store answers again.
PROBES = frozenset({"identity", "edition_number", "last_write", "changed_feeds"})
MOST_SECTIONS = 12  # in the header; the front page lists all
SHARED_FEEDS = "FEEDSVC_SHARED_FEEDS"  # set by gunicorn_conf.py

logger = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application over the store of *settings*, for any WSGI server.

    Unless FEEDSVC_PUBLISHER=off, this process starts a publisher, if no other process runs one over the same store. A
    store that cannot be opened yet is tried again at each request.

    settings: None reads them from the environment; if they have errors, the last good ones are used.
    raises:   SettingsError if there are no good ones.
    """
    app, used = _start(settings)
    polls = app.extensions[FEED_CACHE].polls
    app.wsgi_app = CountingMiddleware(  # type: ignore[method-assign]
        app.wsgi_app,
        polls.requests,
        mount=urlsplit(used.site.base_url).path.rstrip("/"),
        stir=polls.stirred.set,
    )
    return app


def create_asgi_app(settings: Settings | None = None) -> AsgiApp:
    """Return the same application for any ASGI server: feeds in memory are answered on its event loop."""
    app, used = _start(settings)
    site: Any = app  # the adapter names the keys of every environ
    return AsgiApp(
        WSGIMiddleware(site, workers=THREADS),
        app.extensions[FEED_CACHE],
        media=app.extensions[MEDIA],
        hosts=Hosts(used),
        base_url=used.site.base_url,
        clock=NOW,
    )


def _start(settings: Settings | None) -> tuple[Flask, Settings]:
    given = load_or_last_good(os.environ) if settings is None else Configuration(settings=settings)
    used = given.settings
    for path in keep_private(used):
        logger.warning("%s: other users of this machine could read it; now only its owner can", path)
    library = LateLibrary(lambda: open_library_for_requests(used))
    if used.publisher and not given.faults:  # the publisher reads the configuration folder itself
        supervise_publisher(used, has_store=lambda: library.is_open)
    try:
        library.open()
    except StoreError as error:
        logger.error("the store cannot be opened yet: %s", error)  # noqa: TRY400  the error says all
    poll_counts = PollCounts(beside_store(used, "polls.json"), Polls())
    poll_counts.keep()
    app = make_app(
        used,
        library,
        faults=given.faults,
        poll_counts=poll_counts,
        token=token_of(used),
        inbox_tokens=inbox_tokens_of(used),
        shared_feeds=_descriptor(os.environ.get(SHARED_FEEDS, "")),
    )
    _spare_collector()
    return app, used


def _descriptor(text: str) -> int | None:
    """Return the descriptor that *text* names, None if this process has no such file."""
    try:
        os.fstat(int(text))
    except (ValueError, OSError):
        return None
    return int(text)


def _spare_collector() -> None:
    """Exempt everything that is loaded now from garbage collection.

    A full collection delays every poll of its moment: of 32 connections, one in a hundred waited 7 to 17 ms for its
    answer, and 3 to 4 ms without.
    """
    gc.collect()
    gc.freeze()


def make_app(  # noqa: PLR0913  most have a default
    settings: Settings,
    library: Library,
    *,
    faults: tuple[str, ...] = (),
    clock: Callable[[], datetime] = NOW,
    poll_counts: PollCounts | None = None,
    token: str | None = None,
    inbox_tokens: Mapping[str, str | None] | None = None,
    is_live: bool = True,
    shared_feeds: int | None = None,
) -> Flask:
    """Return the application over *library*, and start nothing.

    faults:      of the current configuration, if *settings* are earlier ones; /readyz and the status name them.
    clock:       returns the time, aware.
    poll_counts: None counts in memory.
    token:       of the operators; None lets nobody in.
    inbox_tokens: by source, of those with an inbox.
    is_live:     static files have no search, explanations, status or list of changes, so their pages are built without.
    shared_feeds: the descriptor of the memory in which workers share feeds.
    """
    poll_counts = poll_counts or PollCounts(None, Polls())
    operators = Operators(token)
    rights = tdm_headers(settings.site.rights)
    feed_cache = FeedCache(
        library,
        base_url=settings.site.base_url,
        page_languages=settings.site.page_languages,
        hubs=settings.hubs,
        networks=settings.networks,
        rights=rights,
        archives=Archives(library, settings),
        polls=poll_counts.polls,
        shared=SharedFeeds(shared_feeds, most_bytes=settings.cache_bytes),
        max_bytes=settings.cache_bytes,
        refresh_s=ask_every_s(settings),
    )
    theme = read_theme(settings.root)
    static = static_files(settings, theme)
    app = Flask(__name__, static_folder=None)
    app.extensions[FEED_CACHE] = feed_cache
    media = app.extensions[MEDIA] = MediaAnswers(
        library, settings.media.folder, networks=settings.networks, rights=rights
    )
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    use_theme(app, theme)
    app.jinja_env.globals.update(
        site=settings.site,
        settings=settings,
        versions={file.path.removeprefix(STATIC): file.version for file in static.values()},
        touch_icon=TOUCH_ICON if TOUCH_ICON in static else None,
        runs=runs,
        plain=plain,
        marked=marked,
        twins_of=partial(twins_of, site=settings.site),
        in_scripts=partial(in_scripts, languages=settings.site.languages),
        in_language=partial(in_language, site=settings.site),
        kept_language=partial(kept_language, site=settings.site),
        endpoint_at=_endpoints(app),
        ui=wording.ui,
        ui_in=wording.ui_in,
        words=partial(wording.words, languages=settings.site.languages),
        counted=partial(wording.counted, languages=settings.site.languages),
        interval=partial(shown_dates.interval, languages=settings.site.languages),
        how_to_subscribe=HOW_TO_SUBSCRIBE,
        credit_of=CREDITS.__getitem__,
        confidence_of=CONFIDENCE.__getitem__,
        language_name=partial(wording.language_name, own=dict(settings.site.face.language_names)),
        shown_date=shown_dates.shown_date,
        shown_moment=shown_dates.shown_moment,
        shown_zone=shown_dates.shown_zone,
        machine_date=shown_dates.machine_date,
        place_of=place_of,
        first_version=first_version,
        most_sections=MOST_SECTIONS,
        format_name=format_name,
        tell_language=tell_language,
        lang=lambda language: Markup(  # noqa: S704  it is escaped
            language_attributes(language, beside=settings.site.languages)
        ),
        web_address=web_address,
        is_live=is_live,
    )
    add_feeds(app, feed_cache, clock=clock)
    add_media(app, media)
    add_static(app, static)
    add_sitemaps(app, settings, feed_cache, clock=clock)
    app.register_blueprint(pages_blueprint(settings, feed_cache, clock=clock))
    status_file, life = status_file_of(settings), beside_store(settings, LIFE)

    def trouble() -> Mapping[str, str] | None:
        return publishing_trouble(status_file, life, now=clock())

    app.register_blueprint(introspection_blueprint(feed_cache, trouble=trouble, faults=faults))
    if is_live:
        app.register_blueprint(explain_blueprint(settings, feed_cache, clock=clock, operators=operators))
        collector = StatusCollector(
            settings, feed_cache, poll_counts=poll_counts, trouble=trouble, faults=faults, clock=clock
        )
        app.register_blueprint(status_blueprint(collector, operators=operators))
        if inbox_tokens:
            inboxes = SourceInboxes(settings, feed_cache, tokens=inbox_tokens, clock=clock)
            app.register_blueprint(inbox_blueprint(inboxes))
            app.register_blueprint(superdesk_blueprint(inboxes))
        app.register_blueprint(search_blueprint(settings, feed_cache, clock=clock))
        app.register_blueprint(mirror_blueprint(settings, feed_cache, clock=clock))
    add_failures(app, settings, feed_cache)
    app.after_request(redirect_to_a_path)
    app.after_request(add_security_headers)
    if rights:
        app.after_request(partial(add_rights, rights=rights))
    if settings.networks:
        app.after_request(partial(add_cache_keys, settings=settings))
    app.wsgi_app = AddressMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, hosts=Hosts(settings), base_url=settings.site.base_url
    )
    return app


def _endpoints(app: Flask) -> Callable[[str], str | None]:
    """Return a function that names the endpoint of a rule, or None: a page links only to pages that exist."""

    @cache
    def endpoint_at(rule: str) -> str | None:
        return next((known.endpoint for known in app.url_map.iter_rules() if known.rule == rule), None)

    return endpoint_at


class LateLibrary:
    """A library that is opened by its first question, or after a failure by the next one.

    Until then, every question raises StoreError, which is answered with 503. If a worker raised it at its start,
    gunicorn would stop the whole service.

    If a question meets a store that does not answer, the questions of the next second are refused at once. Each of them
    would wait as long, and keep a thread from pages that need no store. If it meets a locked table, only the same
    question is refused, for the others may need other tables.
    """

    def __init__(self, open_library: Callable[[], Library]) -> None:
        self._open = open_library
        self._refuses_until: dict[str, float] = {}  # by question; ALL is any
        self._opening = Lock()
        self._opened: Library | None = None

    @property
    def is_open(self) -> bool:
        """Whether the library was opened once."""
        return self._opened is not None

    def open(self) -> Library:
        """Open the library, unless it is open.

        raises: StoreError, also while another thread opens it.
        """
        if self._opened is not None:
            return self._opened
        # Opening may wait for a locked file, for which one thread is enough.
        if not self._opening.acquire(blocking=False):
            raise StoreError("the store is being opened")
        try:
            if self._opened is None:
                self._opened = self._open()
            return self._opened
        finally:
            self._opening.release()

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def __getattr__(self, question: str) -> Any:  # noqa: ANN401  whatever the library has
        found = getattr(self.open(), question)
        return found if question in PROBES else partial(self._ask, question, found)

    def _ask(self, name: str, question: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  the same
        now = time.monotonic()
        if now < self._refuses_until.get(ALL, 0.0):
            raise StoreAwayError("the store did not answer a moment ago")
        if now < self._refuses_until.get(name, 0.0):
            raise LockedError("a table of the store was locked a moment ago")
        try:
            return question(*arguments, **named)
        except (StoreAwayError, LockedError) as error:
            refused = name if isinstance(error, LockedError) else ALL
            self._refuses_until[refused] = time.monotonic() + REFUSES_S
            raise
