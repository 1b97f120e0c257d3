"""Stand in for a store: one edition held in memory, and a small newsroom to fill it with."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from feedsvc.config.settings import FeedRules, Settings, Site
from feedsvc.model.article import Article, Credit, Entry, RelatedLink, Text, Version
from feedsvc.model.dates import Dateline, Span, Timestamp
from feedsvc.model.feed import Category, Edition, FeedListing, ReadyFeed, Tombstone

BASE_URL = "https://wire.example"
MADE_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


@dataclass(kw_only=True)
class FakeLibrary:
    number: int = 1
    entries: tuple[Entry, ...] = ()
    tombstones: dict[str, Tombstone] = field(default_factory=dict)
    feeds: dict[str, ReadyFeed] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    file: int = 1
    write: int | None = None
    made_at: datetime = MADE_AT

    def edition(self):
        return Edition(number=self.number, made_at=self.made_at)

    def identity(self):
        return self.file

    def last_write(self):
        return self.write

    def clock_ahead(self, _now):
        return timedelta()

    def needs_pass(self, _made_with):
        return self.number == 0

    def edition_number(self):
        self.asked.append("number")
        return self.number

    def ready(self, path):
        self.asked.append(path)
        return self.feeds.get(path)

    def changed_feeds(self, marks):
        self.asked.extend(path for path in marks if path in self.feeds)
        now = {path: self.feeds[path].mark for path in marks if path in self.feeds}
        return now, {path: self.feeds[path] for path in now if now[path] != marks[path]}

    def archive(self, _category, _language, _number):
        return None

    def listings(self):
        order = ["all", "world", "sport"]
        found = []
        for path, ready in self.feeds.items():
            if path == "/feeds.opml":
                continue
            category, *language, form = path.removeprefix("/feeds/").split(".")
            found.append(
                FeedListing(
                    path=path,
                    category=category,
                    language=language[0] if language else None,
                    format=form,
                    media_type=ready.media_type,
                    title=f"Wire: {category}",
                    bytes=len(ready.body),
                    entries=ready.entries,
                    last_modified=ready.last_modified,
                )
            )
        forms = list(MEDIA_TYPES)
        return tuple(sorted(found, key=lambda e: (order.index(e.category), e.language or "", forms.index(e.format))))

    def entry(self, slug):
        return next((entry for entry in self.entries if entry.article.slug == slug), None)

    def tombstone(self, slug):
        return self.tombstones.get(slug)

    def _of(self, category, language):
        return [
            entry
            for entry in self.entries
            if category in {"all", *entry.article.categories} and language in {None, *entry.article.languages}
        ]

    def latest(self, *, category, language, limit, offset=0):
        return tuple(self._of(category, language)[offset : offset + limit])

    def count(self, *, category, language, most=None):
        return len(self._of(category, language)[:most])

    def feed_positions(self, _article):
        return ()

    def documents_of(self, _article):
        return ()

    def document_at(self, _source, _path):
        return None

    def receiver_states(self):
        return ()

    def partner_reports(self):
        return ()

    def source_figures(self):
        return ()

    def neighbours(self, article, *, category, language):
        found = [None, *(entry.article for entry in self._of(category, language)), None]
        at = next(number for number, other in enumerate(found) if other and other.id == article)
        return found[at + 1], found[at - 1]

    def close(self):
        pass


def text(**words: str) -> Text:
    return Text(items=tuple(words.items()))


def timestamp(year: int, month: int, day: int, hour: int = 12, *, precision: str = "day", offset_h: int = 8):
    zone = timezone(timedelta(hours=offset_h))
    return Timestamp(
        instant=datetime(year, month, day, hour, tzinfo=zone),
        precision=precision,
        provenance="dateline",
        text="",
        confidence="low",
    )


def entry(slug: str, title: Text, *, body: Text | None = None, published: Timestamp | None = None, **fields) -> Entry:
    published = published or timestamp(2025, 5, 26)
    dateline = Dateline(places=("Beijing",), agency="Harbour", language="en", text="", span=Span(start=0, end=0))
    article = Article(
        id=f"tag:wire.example,2026:{slug}",
        slug=slug,
        source="desk",
        origins=(f"{slug}.txt",),
        title=title,
        summary=fields.pop("summary", Text()),
        body=body or text(en="<p>Words.</p>"),
        credits=fields.pop("credits", (Credit(name=text(en="Ann Lee", zh="李安"), role="author"),)),
        categories=fields.pop("categories", ("world",)),
        versions=tuple(
            Version(language=language, dateline=dateline, published=published, updated=published)
            for language in title.languages
        ),
        media=fields.pop("media", ()),
    )
    return Entry(article=article, url=f"{BASE_URL}/articles/{slug}", **fields)


def related(href: str, **words: str) -> RelatedLink:
    return RelatedLink(href=href, title=text(**words), language="en")


def feed(
    path: str, body: bytes = b"<feed>" + b"word " * 40 + b"</feed>", *, media_type: str | None = None
) -> ReadyFeed:
    return ReadyFeed(
        path=path,
        media_type=media_type or MEDIA_TYPES[path.rpartition(".")[2]],
        body=body,
        gzip=gzip.compress(body, mtime=0),
        brotli=b"brotli of " + body,
        etag=f'W/"{zlib.crc32(body):08x}"',
        last_modified=MADE_AT,
        entries=3,
    )


def feeds() -> dict[str, ReadyFeed]:
    paths = [
        f"/feeds/{category}{language}.{form}"
        for category in ("all", "world", "sport")
        for language in ("", ".en", ".zh")
        for form in MEDIA_TYPES
    ]
    opml = feed("/feeds.opml", media_type="text/x-opml; charset=utf-8")
    return {"/feeds.opml": opml, **{path: feed(path, f"<feed>{path}</feed>".encode()) for path in paths}}


def settings(*, base_url: str = BASE_URL) -> Settings:
    return Settings(
        root=Path(),
        folder=Path("config"),
        site=Site(
            title=text(en="Wire", zh="通讯"),
            description=text(en="News from nowhere", zh="乌有乡新闻"),
            base_url=base_url,
            authority="wire.example",
            authority_date="2026-01-01",
            author="Wire",
            languages=("en", "zh"),
            title_order=("en", "zh"),
            time_zone="UTC",
        ),
        feeds=FeedRules(),
        store_url="sqlite:///unused.db",
        sources=(),
        categories=(
            Category(slug="world", title=text(en="World", zh="国际"), description=text(en="All over", zh="各地")),
            Category(slug="sport", title=text(en="Sport", zh="体育"), description=Text()),
        ),
        publisher=False,
        cache_bytes=64_000_000,
        content_digest="",
        feeds_digest="",
        sources_digest="",
    )
