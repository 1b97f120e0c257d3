"""Print the feeds that an edition changes: entries chosen, rendered within the limits, made ready, kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from feedsvc.errors import RenderError
from feedsvc.feeds import ALL, OPML_PATH, describe_feed, feed_path, feed_title, feeds_of, home_path
from feedsvc.model.articles import Entry
from feedsvc.model.documents import Problem
from feedsvc.model.feeds import Feed, FeedListing
from feedsvc.ports import Renderer
from feedsvc.ready import digest_of, make_ready
from feedsvc.renderers import RENDERERS
from feedsvc.renderers.opml import OPML_MEDIA_TYPE, render_opml
from feedsvc.settings import Settings
from feedsvc.stores.passing import Pass

YOUNG = timedelta(hours=48)
TOMBSTONES = 50


class Press:
    """Render feeds inside the transaction of a pass.

    now:     aware; decides only how many young entries a feed may hold beyond its limit.
    made_at: aware; of the edition being made.
    """

    def __init__(self, a_pass: Pass, settings: Settings, *, now: datetime, made_at: datetime) -> None:
        self._shelf = a_pass.shelf
        self._documents = a_pass.documents
        self._settings = settings
        self._young = now - YOUNG
        self._made_at = made_at
        self._media_types = {form: renderer.media_type for form, renderer in RENDERERS.items()}

    def print(self, touched: set[str]) -> tuple[str, ...]:
        """Render the feeds of the *touched* categories, and those never rendered; return the paths that changed."""
        changed: list[str] = []
        paths: list[str] = [OPML_PATH]
        for category, language in feeds_of(self._settings):
            forms = {form: feed_path(category, language, form) for form in RENDERERS}
            paths += forms.values()
            if category in touched or any(self._shelf.feed(path) is None for path in forms.values()):
                changed += self._print_forms(category, language, rank=len(paths))
        self._shelf.drop_feeds(but=paths)
        if changed or self._shelf.feed(OPML_PATH) is None:
            changed += self._print_opml()
        return tuple(changed)

    def _print_forms(self, category: str, language: str | None, *, rank: int) -> list[str]:
        limit = self._settings.feeds.limit
        entries = self._shelf.standing(category=category, language=language, limit=limit, young=self._young)
        tombstones = self._shelf.tombstones(category=category, language=language, limit=TOMBSTONES)
        spoken = self._shelf.languages(category)
        changed = []
        for position, (form, renderer) in enumerate(RENDERERS.items()):
            path = feed_path(category, language, form)
            kept = self._shelf.feed(path)
            feed = replace(
                describe_feed(
                    self._settings,
                    category,
                    language,
                    form,
                    media_types=self._media_types,
                    spoken=spoken,
                    updated=kept[1] if kept else self._made_at,
                ),
                tombstones=tombstones,
            )
            good = self._renderable(renderer, feed, entries)
            body = self._fitted(renderer, feed, good)
            # A feed that says what it said before keeps the time of its last change, and so its bytes.
            if kept and digest_of(body) == kept[0]:
                continue
            if kept:
                feed = replace(feed, updated=self._made_at)
                body = self._fitted(renderer, feed, good)
            ready = make_ready(path, renderer.media_type, body, last_modified=feed.updated, entries=len(good))
            self._shelf.put_feed(ready, _listing(feed, renderer, body, len(good)), rank=rank + position)
            changed.append(path)
        return changed

    def _renderable(self, renderer: Renderer, feed: Feed, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return *entries*, without those that cannot be written: each is reported, and the others are served."""
        try:
            renderer.render(feed, entries)
        except RenderError:
            good = []
            for entry in entries:
                try:
                    renderer.render(feed, [entry])
                except RenderError as error:
                    article = entry.article
                    problem = Problem(source=article.source, path=article.origins[0], message=str(error))
                    self._documents.put_problems(article.source, article.origins[0], [problem])
                else:
                    good.append(entry)
            return good
        return entries

    def _fitted(self, renderer: Renderer, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """Return the feed within its bytes: as many of the newest in full as fit, then as many as fit at all."""
        most = self._settings.feeds.max_bytes
        body = renderer.render(feed, entries)
        if len(body) <= most:
            return body
        full = _most(len(entries), lambda count: len(renderer.render(replace(feed, brief_from=count), entries)) <= most)
        brief = replace(feed, brief_from=full)
        body = renderer.render(brief, entries)
        if len(body) <= most:
            return body
        held = _most(len(entries), lambda count: len(renderer.render(brief, entries[:count])) <= most)
        return renderer.render(brief, entries[:held])

    def _print_opml(self) -> list[str]:
        kept = self._shelf.feed(OPML_PATH)
        listings = self._shelf.listings()
        modified = kept[1] if kept else self._made_at
        body = self._opml(listings, modified)
        if kept and digest_of(body) == kept[0]:
            return []
        if kept:
            modified = self._made_at
            body = self._opml(listings, modified)
        ready = make_ready(OPML_PATH, OPML_MEDIA_TYPE, body, last_modified=modified, entries=len(listings))
        nowhere = FeedListing(
            path=OPML_PATH,
            category="",
            language=None,
            format="opml",
            media_type=OPML_MEDIA_TYPE,
            title="",
            bytes=len(body),
            entries=len(listings),
            last_modified=modified,
        )
        self._shelf.put_feed(ready, nowhere, rank=0)
        return [OPML_PATH]

    def _opml(self, listings: Sequence[FeedListing], modified: datetime) -> bytes:
        settings = self._settings
        return render_opml(
            listings,
            settings.categories,
            title=feed_title(settings, ALL, None),
            base_url=settings.site.base_url,
            home=lambda listing: settings.site.base_url + home_path(listing.category),
            modified=modified,
        )


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to *count* that *fits*, which holds for all smaller ones; 0 when none does."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _listing(feed: Feed, renderer: Renderer, body: bytes, entries: int) -> FeedListing:
    return FeedListing(
        path=feed.path,
        category=feed.category,
        language=feed.language,
        format=feed.format,
        media_type=renderer.media_type,
        title=feed.title,
        bytes=len(body),
        entries=entries,
        last_modified=feed.updated,
    )
