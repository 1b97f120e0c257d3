"""Print the feeds that an edition changes: entries chosen, rendered within the limits, made ready, kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
GIANT_SHARE = 0.5  # of a feed's bytes; an entry that alone takes more is shown by its summary when bytes are short
PRESS = "(feeds)"  # stands for a source in the problems that only rendering shows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitted:
    """Hold the entries of a feed, and the numbers of those that are brief."""

    shown: Sequence[Entry]
    brief: frozenset[int]


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
        self._troubled = a_pass.documents.problem_paths(PRESS)
        self._media_types = {form: renderer.media_type for form, renderer in RENDERERS.items()}

    def print(self, touched: set[str]) -> tuple[str, ...]:
        """Render the feeds of the *touched* categories, and those never rendered; return the paths that changed."""
        changed: list[str] = []
        paths: list[str] = [OPML_PATH]
        for category, language in feeds_of(self._settings):
            forms = [feed_path(category, language, form) for form in RENDERERS]
            paths += forms
            if category in touched or any(self._shelf.feed(path) is None for path in forms):
                changed += self._print_forms(category, language, rank=len(paths))
        self._shelf.drop_feeds(but=paths)
        if changed or self._shelf.feed(OPML_PATH) is None:
            changed += self._print_opml()
        return tuple(changed)

    def _print_forms(self, category: str, language: str | None, *, rank: int) -> list[str]:
        """Render one feed in every format, with the same entries in all."""
        limit = self._settings.feeds.limit
        standing = self._shelf.standing(category=category, language=language, limit=limit, young=self._young)
        feeds = {form: self._described(category, language, form) for form in RENDERERS}
        entries = self._fitted(feeds, self._renderable(feeds, standing))
        changed = []
        for position, (form, renderer) in enumerate(RENDERERS.items()):
            feed = replace(feeds[form], brief=entries.brief)
            kept = self._shelf.feed(feed.path)
            body = renderer.render(feed, entries.shown)
            # A feed that says what it said before keeps the time of its last change, and so its bytes.
            if kept and digest_of(body) == kept[0]:
                continue
            if kept:
                feed = replace(feed, updated=self._made_at)
                body = renderer.render(feed, entries.shown)
            count = len(entries.shown)
            ready = make_ready(feed.path, renderer.media_type, body, last_modified=feed.updated, entries=count)
            self._shelf.put_feed(ready, _listing(feed, renderer, body, count), rank=rank + position)
            changed.append(feed.path)
        return changed

    def _described(self, category: str, language: str | None, form: str) -> Feed:
        kept = self._shelf.feed(feed_path(category, language, form))
        feed = describe_feed(
            self._settings,
            category,
            language,
            form,
            media_types=self._media_types,
            spoken=self._shelf.languages(category),
            updated=kept[1] if kept else self._made_at,
        )
        return replace(feed, tombstones=self._shelf.tombstones(category=category, language=language, limit=TOMBSTONES))

    def _renderable(self, feeds: Mapping[str, Feed], entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return *entries*, without those that cannot be written: each is reported, and the others are served."""
        good = []
        for entry in entries:
            path = entry.article.origins[0]
            try:
                for form, feed in feeds.items():
                    RENDERERS[form].render(feed, [entry])
            except RenderError as error:
                problem = Problem(source=entry.article.source, path=path, message=str(error))
                self._documents.put_problems(PRESS, path, [problem])
            else:
                good.append(entry)
                if path in self._troubled:
                    self._documents.put_problems(PRESS, path, [])
        return good

    def _fitted(self, feeds: Mapping[str, Feed], entries: Sequence[Entry]) -> _Fitted:
        """Return the entries that every format holds within its bytes, and which of them are brief.

        First the giants become brief, for one long read must not cost all others their text; then the oldest; and
        only then are entries left out.
        """
        most = self._settings.feeds.max_bytes

        def size(brief: frozenset[int], shown: Sequence[Entry]) -> int:
            return max(len(RENDERERS[form].render(replace(feed, brief=brief), shown)) for form, feed in feeds.items())

        if size(frozenset(), entries) <= most:
            return _Fitted(shown=entries, brief=frozenset())
        giants = frozenset(
            number for number, entry in enumerate(entries) if size(frozenset(), [entry]) > most * GIANT_SHARE
        )

        def brief_after(count: int) -> frozenset[int]:
            return giants | frozenset(range(count, len(entries)))

        full = _most(len(entries), lambda count: size(brief_after(count), entries) <= most)
        brief = brief_after(full)
        held = _most(len(entries), lambda count: size(brief, entries[:count]) <= most)
        return _Fitted(shown=entries[:held], brief=brief)

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
