"""The configuration, checked: what everything below the commands and the web is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from feedsvc.model.article import Text
from feedsvc.model.feed import Category

SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is true of the whole site.

    languages:   primary first; a feed for each, and a bilingual one where there are two or more.
    title_order: the order of the titles in a bilingual title.
    authority, authority_date: of every tag: URI; they never change once something is published.
    """

    title: Text
    description: Text
    base_url: str
    authority: str
    authority_date: str
    author: str
    languages: tuple[str, ...]
    title_order: tuple[str, ...]
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRules:
    """The limits of every feed: entries, bytes before compression, seconds between polls."""

    limit: int = 50
    max_bytes: int = 500_000
    poll_interval_s: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What feeds show of the configuration; kept with an edition, for what is printed of it later."""

    site: Site
    feeds: FeedRules
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source.

    url:          a folder, absolute here.
    category:     slug for documents that name none and lie in no category's folder.
    encoding:     tried before guessing, None to guess.
    max_bytes:    a larger document is reported and not read.
    include, exclude: globs, of what alone may be a document, and of what is none; see `feedsvc.config.globs`.
    silent_after_s: without a new document for longer, the status page says so; None never does.
    when_removed: "withdraw" makes a tombstone of an article whose document is gone, "keep" lets it stand.
    """

    name: str
    url: str
    category: str
    encoding: str | None = None
    max_bytes: int = 10_000_000
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    when_removed: str = "withdraw"
    silent_after_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration, checked.

    root:      the folder that relative paths are relative to: the one that holds the configuration folder.
    store_url: as SQLAlchemy takes it; an SQLite path is absolute here.
    publisher: the service keeps one. cache_bytes: of feeds that a worker keeps at hand.
    hosts:     that the service answers for beside that of the base URL; "*" for any.
    status_token: that operators show; "" when the environment names none.
    digest:    of everything that output depends on; another digest renders every feed again.
    """

    root: Path
    folder: Path
    site: Site
    feeds: FeedRules
    store_url: str
    sources: tuple[SourceSettings, ...]
    categories: tuple[Category, ...]
    publisher: bool
    cache_bytes: int
    digest: str
    hosts: tuple[str, ...] = ()
    status_token: str = field(default="", repr=False)

    def category(self, slug: str) -> Category | None:
        """Return the category with *slug*."""
        return next((category for category in self.categories if category.slug == slug), None)

    @property
    def store_file(self) -> Path | None:
        """Return the file of an SQLite store, None for another kind of store."""
        return Path(self.store_url.removeprefix(SQLITE)) if self.store_url.startswith(SQLITE) else None

    @property
    def imprint(self) -> Imprint:
        """Return what feeds show of it."""
        return Imprint(site=self.site, feeds=self.feeds, categories=self.categories)

    def under(self, imprint: Imprint) -> Settings:
        """Return these settings with what feeds show of others."""
        return replace(self, site=imprint.site, feeds=imprint.feeds, categories=imprint.categories)
