"""Make the feeds and entries that the tests of renderers share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from feedsvc.model.article import Article, Credit, Entry, Media, RelatedLink, Text, Version
from feedsvc.model.dates import Timestamp
from feedsvc.model.feed import Alternate, Feed, Tombstone

BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2026, 5, 26, 12, 0, tzinfo=BEIJING)
LATER = datetime(2026, 5, 27, 9, 30, tzinfo=BEIJING)
UPDATED = datetime(2026, 5, 28, 1, 2, 3, tzinfo=UTC)
SITE = "https://wire.example"
TAG = "tag:wire.example,2026:a/"
FORMATS = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}

PHOTO = Media(
    url="https://media.example/tide.jpg",
    media_type="image/jpeg",
    bytes=2048,
    width=640,
    height=480,
    alternative=Text(items=(("en", "The pier at low tide"),)),
)
SOUND = Media(url="https://media.example/tide.mp3", media_type="audio/mpeg", bytes=4096)
LINK = RelatedLink(
    href=f"{SITE}/articles/ferry",
    title=Text(items=(("en", "The last ferry"), ("zh", "末班渡轮"))),
    language="en",
    reason="named under Related News",
)


def text(**items: str) -> Text:
    return Text(items=tuple(items.items()))


def stamp(instant: datetime) -> Timestamp:
    return Timestamp(instant=instant, precision="day", provenance="dateline", text="May 26")


def version(language: str, *, published: datetime = NOON, updated: datetime = NOON) -> Version:
    return Version(language=language, dateline=None, published=stamp(published), updated=stamp(updated))


def article(slug: str = "tide", **changes: object) -> Article:
    made = Article(
        id=TAG + slug,
        slug=slug,
        source="desk",
        origins=(f"{slug}.txt",),
        title=text(en="The tide turns", zh="潮水转向"),
        summary=text(en="Boats wait.", zh="船在等待。"),
        body=text(en="<p>Boats wait at the pier.</p>", zh="<p>船在码头等待。</p>"),
        credits=(
            Credit(name=text(en="Lin Xia", zh="林夏"), role="author"),
            Credit(name=text(en="Ada Reed"), role="editor"),
        ),
        publisher="Pier News",
        categories=("world", "sea"),
        tags=("ferries",),
        media=(PHOTO, SOUND),
        versions=(version("en"), version("zh", published=LATER, updated=LATER)),
    )
    return replace(made, **changes)


def entry(made: Article | None = None, *, related: tuple[RelatedLink, ...] = (LINK,)) -> Entry:
    made = made or article()
    return Entry(article=made, url=f"{SITE}/articles/{made.slug}", related=related)


def feed(ending: str, *, language: str | None = None, **changes: object) -> Feed:
    stem = "world" if language is None else f"world.{language}"
    made = Feed(
        category="world",
        language=language,
        languages=("en", "zh") if language is None else (language,),
        format=ending,
        id=f"tag:wire.example,2026:f/{stem}",
        path=f"/feeds/{stem}.{ending}",
        url=f"{SITE}/feeds/{stem}.{ending}",
        home=f"{SITE}/categories/world/",
        title="World / 国际",
        description="News of the ports",
        author="Harbour Wire",
        updated=UPDATED,
        poll_interval_s=900,
        title_order=("en", "zh"),
        schemes={"world": (f"{SITE}/categories/world/", "World"), "sea": (f"{SITE}/categories/sea/", "The sea")},
        alternates=(
            *(
                Alternate(href=f"{SITE}/feeds/{stem}.{other}", media_type=media_type, language=language, title=other)
                for other, media_type in FORMATS.items()
                if other != ending
            ),
            Alternate(href=f"{SITE}/feeds/world.fr.{ending}", media_type=FORMATS[ending], language="fr", title="Monde"),
        ),
        tombstones=(Tombstone(id=f"{TAG}gone", when=UPDATED, reason="withdrawn by the desk"),),
    )
    return replace(made, **changes)
