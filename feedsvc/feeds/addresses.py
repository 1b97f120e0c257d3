"""Say which feeds there are, where they stand, and what each is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode

from feedsvc.config.settings import Settings
from feedsvc.model.article import Text
from feedsvc.model.feed import Alternate, Category, Feed, FeedListing
from feedsvc.text.revision_words import revision_words

ALL = "all"
OPML_ENDING = ".opml"
OPML_PATH = f"/feeds{OPML_ENDING}"
SEARCH_FEEDS = "/feeds/search."
ARCHIVE_PATH = re.compile(r"/feeds/([a-z0-9-]+)(?:\.([A-Za-z0-9-]+))?/archive/([1-9][0-9]{0,8})\.([a-z]+)")


def feeds_of(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Yield (category, language) of every feed: of every article first, bilingual before single languages."""
    for category in (ALL, *(each.slug for each in settings.categories)):
        yield category, None
        for language in settings.site.languages:
            yield category, language


def opml_path(language: str | None) -> str:
    """Return the path of the list of all feeds, or of those in one language: "/feeds.opml", "/feeds.zh.opml"."""
    return f"/feeds.{language}{OPML_ENDING}" if language else OPML_PATH


def opml_paths(settings: Settings) -> tuple[str, ...]:
    """Return the path of every list of feeds: of all, and of each language where there are several."""
    languages = settings.site.languages
    return (OPML_PATH, *(opml_path(each) for each in languages if len(languages) > 1))


def feed_path(category: str, language: str | None, form: str) -> str:
    """Return the path of a feed: "/feeds/world.rss", "/feeds/world.zh.atom"."""
    return f"/feeds/{category}{f'.{language}' if language else ''}.{form}"


def corrections_path(category: str, form: str) -> str:
    """Return the path of the feed of what was corrected in a category: "/feeds/world/corrections.rss"."""
    return f"/feeds/{category}/corrections.{form}"


def is_of_corrections(listing: FeedListing) -> bool:
    """Return whether *listing* is of a feed of corrections."""
    return listing.path == corrections_path(listing.category, listing.format)


def archive_path(category: str, language: str | None, number: int, form: str) -> str:
    """Return the path of an archive page: "/feeds/world/archive/1.rss", "/feeds/world.zh/archive/12.atom"."""
    return f"/feeds/{category}{f'.{language}' if language else ''}/archive/{number}.{form}"


def archive_paths(listings: Iterable[FeedListing]) -> Iterator[str]:
    """Yield the path of every archive page of the feeds in *listings*, the oldest of each feed first."""
    for each in listings:
        for number in range(1, each.archives + 1):
            yield archive_path(each.category, each.language, number, each.format)


def parse_archive_path(path: str) -> tuple[str, str | None, int, str] | None:
    """Return (category, language, number, format) of the path of an archive page, None for any other path."""
    found = ARCHIVE_PATH.fullmatch(path)
    if found is None:
        return None
    category, language, number, form = found.groups()
    return category, language, int(number), form


def search_path(text: str, language: str | None, category: str, form: str) -> str:
    """Return the path of the feed of a search: its parameters in one order, and none that say nothing."""
    return f"{SEARCH_FEEDS}{form}{_search_query(text, language, category)}"


def search_page_path(text: str, language: str | None, category: str, *, page: int = 1) -> str:
    """Return the path of the page of a search."""
    return f"/search{_search_query(text, language, category, page=page)}"


def _search_query(text: str, language: str | None, category: str, *, page: int = 1) -> str:
    given = {
        "q": text,
        "lang": language or "",
        "category": "" if category == ALL else category,
        "page": str(page) if page > 1 else "",
    }
    said = {name: value for name, value in given.items() if value}
    return f"?{urlencode(said, quote_via=quote, safe='')}" if said else ""


def home_path(category: str) -> str:
    """Return the path of the page that shows a feed's entries to people."""
    return "/" if category == ALL else f"/categories/{category}/"


def describe_feed(
    settings: Settings,
    category: str,
    language: str | None,
    form: str,
    *,
    media_types: Mapping[str, str],
    spoken: frozenset[str],
    updated: datetime,
) -> Feed:
    """Return all that a renderer must know of a feed besides its entries.

    media_types: of every format, by its key, best first: the feed names its twins in other formats and languages.
    spoken:      languages that the category has entries in; an empty feed is not recommended to anybody.
    updated:     aware; when the feed last changed.
    """
    site = settings.site
    languages = (language,) if language else site.languages
    return Feed(
        category=category,
        language=language,
        languages=languages,
        format=form,
        id=f"tag:{site.authority},{site.authority_date}:feed/{category}{f'/{language}' if language else ''}",
        path=feed_path(category, language, form),
        url=site.base_url + feed_path(category, language, form),
        home=site.base_url + home_path(category),
        title=feed_title(settings, category, language),
        description=_description(settings, category, languages),
        author=site.author,
        updated=updated,
        poll_interval_s=settings.feeds.poll_interval_s,
        title_order=tuple(each for each in site.title_order if each in languages),
        schemes=tuple(
            (each.slug, site.base_url + home_path(each.slug), _joined(each.title, languages))
            for each in settings.categories
        ),
        alternates=tuple(
            Alternate(
                href=site.base_url + feed_path(category, other, media),
                media_type=media_types[media],
                language=other,
                title=feed_title(settings, category, other),
            )
            for other in (None, *(each for each in site.languages if each in spoken))
            for media in media_types
            if (other, media) != (language, form)
        ),
    )


def describe_corrections(
    settings: Settings, category: str, form: str, *, media_types: Mapping[str, str], updated: datetime
) -> Feed:
    """Return all that a renderer must know of the feed of what was corrected in *category*, besides its entries.

    It is in every language of the site at once. Arguments are those of `describe_feed`.
    """
    feed = describe_feed(settings, category, None, form, media_types=media_types, spoken=frozenset(), updated=updated)
    site, path = settings.site, corrections_path(category, form)
    words = dict.fromkeys(revision_words(language)[1].corrections for language in site.title_order)
    title = f"{feed.title}: {' / '.join(words)}"
    return replace(
        feed,
        id=f"{feed.id}/corrections",
        path=path,
        url=site.base_url + path,
        title=title,
        alternates=tuple(
            Alternate(
                href=site.base_url + corrections_path(category, other),
                media_type=media_type,
                language=None,
                title=title,
            )
            for other, media_type in media_types.items()
            if other != form
        ),
    )


def feed_title(settings: Settings, category: str, language: str | None) -> str:
    """Return a feed's title: the site's, and the category's after a colon, in one language or in all."""
    languages = (language,) if language else settings.site.title_order
    site = _joined(settings.site.title, languages)
    found: Category | None = settings.category(category)
    return site if found is None else f"{site}: {_joined(found.title, languages)}"


def _description(settings: Settings, category: str, languages: tuple[str, ...]) -> str:
    found = settings.category(category)
    return _joined(settings.site.description if found is None else found.description, languages)


def _joined(text: Text, languages: tuple[str, ...]) -> str:
    """Return *text* in *languages*, joined with a stroke; what it lacks is stood in for once."""
    return " / ".join(dict.fromkeys(text.best(language)[1] for language in languages))
