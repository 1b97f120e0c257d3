"""Serve what is published: feeds, pages, and what operators ask. The only importer of Flask."""

from __future__ import annotations

import gc
import hashlib
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from importlib.resources import files
from threading import Lock
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

from feedsvc.config.settings import Settings
from feedsvc.model.errors import StoreError
from feedsvc.model.ports import Library
from feedsvc.publish.processes import supervise_publisher
from feedsvc.stores import ask_every_s, beside_store, keep_private, open_library, status_file_of
from feedsvc.text.scripts import tell_language
from feedsvc.web.auth import Operators, token_of
from feedsvc.web.delivery.asgi import AsgiApp
from feedsvc.web.delivery.feed_cache import Archives, FeedCache
from feedsvc.web.delivery.hosts import AddressMiddleware, Hosts
from feedsvc.web.delivery.poll_counts import PollCounts, Polls
from feedsvc.web.last_good_config import Configuration, load_or_last_good
from feedsvc.web.operations.status_figures import StatusCollector
from feedsvc.web.operations.status_pages import introspection_blueprint, status_blueprint
from feedsvc.web.pages import wording as labels
from feedsvc.web.pages.article_page import place_of, web_address
from feedsvc.web.pages.error_pages import add_failures
from feedsvc.web.pages.explain_page import explain_blueprint
from feedsvc.web.pages.feed_view import add_feeds
from feedsvc.web.pages.front_and_category_pages import pages_blueprint
from feedsvc.web.pages.page_builder import add_security_headers, redirect_to_a_path
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

STATIC_MAX_AGE_S = 31_536_000  # the stylesheet's address changes with its bytes
THREADS = 32  # for pages, and feeds not at hand, behind the event loop

logger = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application over the store of *settings*, for any WSGI server.

    Unless another process publishes (FEEDSVC_PUBLISHER=off), a publisher is kept running: by this process, or by
    another over the same store. A store that does not open yet is asked again at each request.

    settings: read from the environment when None; the last good ones where those have faults.
    raises:   SettingsError if none were ever good.
    """
    given, library = _opened(settings)
    ledger, token = _of_node(given.settings)
    app = make_app(given.settings, library, faults=given.faults, ledger=ledger, token=token)
    _spare_collector()
    return app


def create_asgi_app(settings: Settings | None = None) -> AsgiApp:
    """Return what `create_app` returns, for any ASGI server: feeds are answered on its event loop."""
    given, library = _opened(settings)
    ledger, token = _of_node(given.settings)
    app = make_asgi_app(given.settings, library, faults=given.faults, ledger=ledger, token=token)
    _spare_collector()
    return app


def _spare_collector() -> None:
    """Let the garbage collector pass over what is loaded now, and stays.

    A full collection would hold up every poll of its moment: of 32 connections one in a hundred waited 7 to 17 ms
    for its answer, and 3 to 4 ms without.
    """
    gc.collect()
    gc.freeze()


def _opened(settings: Settings | None) -> tuple[Configuration, Library]:
    given = load_or_last_good(os.environ) if settings is None else Configuration(settings=settings)
    for path in keep_private(given.settings):
        logger.warning("%s: other users of this machine could read it; now only its owner can", path)
    library = LateLibrary(lambda: open_library(given.settings))
    if given.settings.publisher and not given.faults:  # a publisher reads what stands in the configuration folder
        supervise_publisher(given.settings)
    try:
        library.open()
    except StoreError as error:
        logger.error("the store cannot be opened yet: %s", error)  # noqa: TRY400  the error says all
    return given, library


def _of_node(settings: Settings) -> tuple[PollCounts, str | None]:
    """Return where polls are counted for all workers, which begins here, and the token of the operators."""
    ledger = PollCounts(beside_store(settings, "polls.json"), Polls())
    ledger.keep()
    return ledger, token_of(settings)


def _now() -> datetime:
    return datetime.now(UTC)


def make_app(
    settings: Settings,
    library: Library,
    *,
    faults: tuple[str, ...] = (),
    clock: Callable[[], datetime] = _now,
    ledger: PollCounts | None = None,
    token: str | None = None,
    is_live: bool = True,
) -> Flask:
    """Return the application over *library*, which starts nothing.

    faults:     why *settings* are not those that stand in the configuration folder, for who asks how the service is.
    clock:      tells the time, aware.
    ledger:     where polls are counted; None counts them for this application alone.
    token:      that operators show; None lets none of them in.
    is_live:    files neither search nor explain, nor have a status: their pages are built without.
    """
    ledger = ledger or PollCounts(None, Polls())
    feed_cache = _feed_cache(settings, library, ledger.polls)
    operators = Operators(token)
    return _site(settings, feed_cache, faults=faults, clock=clock, ledger=ledger, operators=operators, is_live=is_live)


def make_asgi_app(
    settings: Settings,
    library: Library,
    *,
    faults: tuple[str, ...] = (),
    clock: Callable[[], datetime] = _now,
    ledger: PollCounts | None = None,
    token: str | None = None,
) -> AsgiApp:
    """Return the application over *library* for ASGI servers: feeds in memory are answered before Flask."""
    ledger = ledger or PollCounts(None, Polls())
    feed_cache = _feed_cache(settings, library, ledger.polls)
    operators = Operators(token)
    # The adapter names the keys of every environ.
    site: Any = _site(
        settings, feed_cache, faults=faults, clock=clock, ledger=ledger, operators=operators, is_live=True
    )
    return AsgiApp(
        WSGIMiddleware(site, workers=THREADS),
        feed_cache,
        hosts=Hosts(settings),
        base_url=settings.site.base_url,
        clock=clock,
    )


def _feed_cache(settings: Settings, library: Library, polls: Polls) -> FeedCache:
    return FeedCache(
        library,
        base_url=settings.site.base_url,
        archives=Archives(library, settings),
        polls=polls,
        max_bytes=settings.cache_bytes,
        refresh_s=ask_every_s(settings),
    )


def _site(
    settings: Settings,
    feed_cache: FeedCache,
    *,
    faults: tuple[str, ...],
    clock: Callable[[], datetime],
    ledger: PollCounts,
    operators: Operators,
    is_live: bool,
) -> Flask:
    app = Flask(__name__)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_MAX_AGE_S
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(
        site=settings.site,
        settings=settings,
        stylesheet_version=_digest("site.css"),
        copying_version=_digest("copy.js"),
        runs=runs,
        plain=plain,
        marked=marked,
        twins_of=twins_of,
        in_scripts=partial(in_scripts, languages=settings.site.languages),
        in_language=partial(in_language, home=f"{settings.site.base_url}/"),
        kept_language=partial(kept_language, base_url=settings.site.base_url),
        endpoint_at=_endpoints(app),
        words=labels.words,
        counted=labels.counted,
        interval=labels.interval,
        comma=labels.comma,
        gap=labels.gap,
        language_name=labels.language_name,
        shown_date=labels.shown_date,
        shown_moment=labels.shown_moment,
        shown_zone=labels.shown_zone,
        machine_date=labels.machine_date,
        place_of=place_of,
        format_name=format_name,
        tell_language=tell_language,
        web_address=web_address,
        is_live=is_live,
    )
    add_feeds(app, feed_cache, clock=clock)
    app.register_blueprint(pages_blueprint(settings, feed_cache, clock=clock))
    trouble = status_file_of(settings)
    app.register_blueprint(introspection_blueprint(feed_cache, trouble=trouble, faults=faults))
    if is_live:
        app.register_blueprint(explain_blueprint(settings, feed_cache, clock=clock, operators=operators))
        collector = StatusCollector(settings, feed_cache, ledger=ledger, trouble=trouble, faults=faults, clock=clock)
        app.register_blueprint(status_blueprint(collector, operators=operators))
        app.register_blueprint(search_blueprint(settings, feed_cache, clock=clock))
    add_failures(app, settings, feed_cache)
    app.after_request(redirect_to_a_path)
    app.after_request(add_security_headers)
    checked = AddressMiddleware(app.wsgi_app, hosts=Hosts(settings), base_url=settings.site.base_url)
    app.wsgi_app = checked  # type: ignore[method-assign]
    return app


def _endpoints(app: Flask) -> Callable[[str], str | None]:
    """Return what says which endpoint answers at a rule, None where there is none: pages lead to what there is."""

    @cache
    def endpoint_at(rule: str) -> str | None:
        return next((each.endpoint for each in app.url_map.iter_rules() if each.rule == rule), None)

    return endpoint_at


def _digest(name: str) -> str:
    return hashlib.sha256(files("feedsvc").joinpath("web", "static", name).read_bytes()).hexdigest()[:12]


class LateLibrary:
    """A library that opens when it is first asked, or when it is next asked after it could not.

    Until it opens every question raises StoreError, which is answered with 503. A worker that raised it at its start
    would have gunicorn stop the whole service.
    """

    def __init__(self, open_library: Callable[[], Library]) -> None:
        self._open = open_library
        self._opening = Lock()
        self._opened: Library | None = None

    def open(self) -> Library:
        """Return the library, opened."""
        if self._opened is not None:
            return self._opened
        # Opening may wait for a locked file; only one thread does.
        if not self._opening.acquire(blocking=False):
            raise StoreError("the store is being opened")
        try:
            if self._opened is None:
                self._opened = self._open()
            return self._opened
        finally:
            self._opening.release()

    def close(self) -> None:
        """Let go of the library, where it was opened."""
        if self._opened is not None:
            self._opened.close()

    def __getattr__(self, question: str) -> Any:  # noqa: ANN401  whatever the library has
        """Ask the library."""
        return getattr(self.open(), question)
