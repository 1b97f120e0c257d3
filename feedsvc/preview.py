"""Show an editor what subscribers would see of documents: published into a store apart, served to one browser."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from feedsvc.feeds import ALL
from feedsvc.inspecting.handfuls import sources_of
from feedsvc.model.documents import Problem
from feedsvc.publish import publish
from feedsvc.settings import Settings
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from feedsvc.web.preview import PREVIEW_PATH, preview_blueprint

HOST = "127.0.0.1"
MOST_LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Hold what is served: by whom, where it begins, how many articles there are, and what is wrong."""

    server: BaseWSGIServer
    address: str
    articles: int
    problems: tuple[Problem, ...]


@contextmanager
def previewed(settings: Settings, *, now: datetime, paths: Sequence[str] = ()) -> Iterator[Preview]:
    """Publish the documents at *paths* into a store that goes with the block, and listen for a browser of this machine.

    Nothing else is written: neither the store nor a folder of the newsroom's. Related titles of articles that are not
    among the documents stay text.

    paths: files and folders, all those of every source by default; within a source's folder they are that source's.
    """
    sources = sources_of(settings, paths)
    with tempfile.TemporaryDirectory(prefix="feedsvc-preview-") as folder:
        # The address is known before anything is made that bears it.
        server = make_server(HOST, 0, _not_yet, threaded=True, request_handler=_Quiet)
        base_url = f"http://{HOST}:{server.server_port}"
        apart = replace(
            settings,
            site=replace(settings.site, base_url=base_url),
            store_url=f"sqlite:///{folder}/preview.db",
            sources=tuple(rules for _, rules in sources),
            publisher=False,
        )
        with closing(server.socket), closing(Store(apart.store_url)) as store:
            edition = publish(
                apart, now, store=store, sources=[source for source, _ in sources], progress=lambda _: None
            )
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
    """Log no requests: the terminal is the editor's."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  werkzeug's own name
        pass
