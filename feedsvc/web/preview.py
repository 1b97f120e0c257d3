"""The preview of documents: the articles they would become, and the problems of the others."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask import Blueprint, render_template
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL
from feedsvc.inspect.chosen_sources import sources_of
from feedsvc.model.article import Entry
from feedsvc.model.document import Problem
from feedsvc.model.feed import Edition
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from feedsvc.web.pages.page_head import Head

PREVIEW_PATH = "/preview/"


def preview_blueprint(settings: Settings, entries: Sequence[Entry], edition: Edition) -> Blueprint:
    """Return the first page of a preview, and have all pages say that they are one.

    entries: the articles, the last published first.
    edition: with the problems of the documents.
    """
    blueprint = Blueprint("preview", __name__)

    @blueprint.app_context_processor
    def _mark() -> dict[str, str]:
        return {"preview": PREVIEW_PATH}

    @blueprint.get(PREVIEW_PATH)
    def preview() -> str:
        head = Head(
            title="Preview",
            description="What subscribers would see",
            canonical=settings.site.base_url + PREVIEW_PATH,
            languages=("en",),
            choices=("en",),
        )
        return render_template("preview.html", head=head, entries=entries, edition=edition)

    return blueprint


HOST = "127.0.0.1"
MOST_LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A running preview; address: of its first page."""

    server: BaseWSGIServer
    address: str
    articles: int
    problems: tuple[Problem, ...]


@contextmanager
def previewed(settings: Settings, *, now: datetime, paths: Sequence[str] = ()) -> Iterator[Preview]:
    """Publish the documents at *paths* into a temporary store, and serve it to browsers on this machine.

    Held copy is shown too, with the reason why it is held; killed, withdrawn and expired copy is not. Neither the real
    store nor any folder of the newsroom is written. A related title stays text unless its article is among the
    documents.

    paths: files and folders, by default those of every source; a path inside a source's folder belongs to that source.
    """
    sources = sources_of(settings, paths)
    with tempfile.TemporaryDirectory(prefix="feedsvc-preview-") as folder:
        # The address must be known before anything is published with it.
        server = make_server(HOST, 0, _not_yet, threaded=True, request_handler=_Quiet)
        base_url = f"http://{HOST}:{server.server_port}"
        apart = replace(
            settings,
            site=replace(settings.site, base_url=base_url),
            store_url=f"sqlite:///{folder}/preview.db",
            sources=tuple(rules for _, rules in sources),
            media=replace(settings.media, folder=Path(folder) / "media"),
            publisher=False,
            previewing=True,
        )
        with closing(server.socket), closing(Store(apart.store_url)) as store:
            edition = publish(store, PassRequest(settings=apart, now=now, sources=[source for source, _ in sources]))
            entries = store.latest(category=ALL, language=None, limit=MOST_LISTED)
            app = make_app(apart, store)
            app.register_blueprint(preview_blueprint(apart, entries, edition))
            server.app = app
            yield Preview(
                server=server,
                address=base_url + PREVIEW_PATH,
                articles=edition.articles,
                problems=edition.problems,
            )


def _not_yet(_environ: object, _start_response: object) -> Iterator[bytes]:
    raise NotImplementedError


class _Quiet(WSGIRequestHandler):
    """Logs no requests: the terminal is for the editor."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  werkzeug's own name
        pass
