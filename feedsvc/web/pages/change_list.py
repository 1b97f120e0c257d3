"""For machines that mirror the site: the list of changes, by which none is missed, and articles as ninjs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, request

from feedsvc.articles.identity import article_url
from feedsvc.config.settings import Settings
from feedsvc.model.feed import ArticleChange, ArticleChanges
from feedsvc.stores.changes import CURSOR
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.pages.article_page import MEDIA_TYPE, ArticlePages
from feedsvc.web.pages.ninjs import ninjs
from feedsvc.web.pages.page_builder import PageBuilder, page_answer

CHANGES = "/changes.json"
AT_ONCE = 200  # changes in an answer
NO_CURSOR = "since is no cursor; take the cursor of the answer before, or leave since out to begin again."
OTHER_STORE = (
    "The service has another store than the one that gave this cursor. Leave since out to begin again, and drop the "
    "articles that the new list does not have."
)


class ChangesView:
    def __init__(self, pages: PageBuilder) -> None:
        self._pages = pages

    def __call__(self) -> Response:
        """Answer with the changes after the cursor that the request names, also for scripts of other sites."""
        since = request.args.get("since", "")
        if since and not CURSOR.fullmatch(since):
            abort(HTTPStatus.BAD_REQUEST, NO_CURSOR)
        found = self._pages.library.changes(since, limit=AT_ONCE)
        if found is None:
            abort(HTTPStatus.GONE, OTHER_STORE)
        body = changes_json(found, base_url=self._pages.site.base_url)
        response = page_answer(body, media_type=MEDIA_TYPE, made_at=g.made_at, now=self._pages.clock())
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def changes_json(found: ArticleChanges, *, base_url: str) -> bytes:
    return json.dumps(
        {
            "items": [_item(change, base_url=base_url) for change in found.items],
            "cursor": found.cursor,
            "next": f"{base_url}{CHANGES}?{urlencode({'since': found.cursor})}",
            "has_more": found.has_more,
        },
        ensure_ascii=False,
    ).encode()


def _item(change: ArticleChange, *, base_url: str) -> dict[str, object]:
    item: dict[str, object] = {
        "id": change.id,
        "event": change.kind,
        "edition": change.edition,
        "changed": change.made_at.isoformat(timespec="seconds"),
    }
    if change.slug is not None:
        url = article_url(base_url, change.slug)
        item["url"] = url
        if change.kind != "withdrawn":
            item |= {"json": f"{url}.json", "ninjs": f"{url}.ninjs.json"}
    return item


class NinjsView:
    def __init__(self, pages: PageBuilder) -> None:
        self._pages, self._articles = pages, ArticlePages(pages)

    def __call__(self, slug: str) -> Response:
        """Answer with an article as ninjs, also for scripts of other sites."""
        entry, library = self._articles.entry(slug), self._pages.library
        forms = library.forms_of([file.digest for file in entry.article.files]) if entry.article.files else {}
        edition = library.edition_of(entry.article.id)
        body = ninjs(entry, self._pages.settings, edition=edition, forms=forms)
        response = page_answer(body, media_type=MEDIA_TYPE, made_at=g.made_at, now=self._pages.clock())
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def mirror_blueprint(settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> Blueprint:
    pages = PageBuilder(settings, feed_cache, clock=clock)
    blueprint = Blueprint("mirror", __name__)
    blueprint.before_request(pages.begin)
    blueprint.add_url_rule(CHANGES, "changes", ChangesView(pages))
    blueprint.add_url_rule("/articles/<slug>.ninjs.json", "ninjs", NinjsView(pages))
    return blueprint
