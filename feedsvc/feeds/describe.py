"""Describe a feed: all that a renderer must know of it besides its entries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL, FeedAddress, home_path
from feedsvc.feeds.formats import RENDERERS
from feedsvc.model.article import Text
from feedsvc.model.feed import Alternate, Feed
from feedsvc.text.revision_words import revision_words

ARCHIVE_POLL_INTERVAL_S = 86_400


def describe_feed(
    settings: Settings, address: FeedAddress, *, updated: datetime, languages: Collection[str] = ()
) -> Feed:
    """Return the feed at *address*, which is no list of feeds, without its tombstones and its place in an archive.

    updated:   aware; when the feed last changed.
    languages: in which the category has entries: an empty feed is recommended to nobody.
    """
    site = settings.site
    spoken = (address.language,) if address.language else site.languages
    category = address.category or ALL
    others: tuple[str | None, ...] = (None, *(language for language in site.languages if language in languages))
    if address != FeedAddress(category=category, language=address.language, format=address.format):
        others = (address.language,)  # in other languages, pages of the same number hold other entries
    return Feed(
        category=category,
        language=address.language,
        languages=spoken,
        format=address.format,
        id=f"tag:{site.authority},{site.authority_date}:feed{_identity(address)}",
        path=address.path,
        url=site.base_url + address.path,
        home=site.base_url + address.home,
        title=feed_title(settings, address),
        description=_description(settings, category, spoken),
        author=site.author,
        updated=updated,
        poll_interval_s=ARCHIVE_POLL_INTERVAL_S if address.page else settings.feeds.poll_interval_s,
        title_order=tuple(each for each in site.title_order if each in spoken),
        schemes=tuple(
            (category.slug, site.base_url + home_path(category.slug), _joined(category.title, spoken))
            for category in settings.categories
        ),
        alternates=tuple(
            Alternate(
                href=site.base_url + other.path,
                media_type=RENDERERS[other.format].media_type,
                language=other.language,
                title=feed_title(settings, other),
            )
            for other in address.siblings(RENDERERS, others)
        ),
    )


def feed_title(settings: Settings, address: FeedAddress) -> str:
    """Return the feed's title, in its language or in all: the site's, and after a colon what the feed is of."""
    languages = (address.language,) if address.language else settings.site.title_order
    category = settings.category(address.category or ALL)
    title = _joined(settings.site.title, languages)
    if category is not None:
        title = f"{title}: {_joined(category.title, languages)}"
    if address.is_of_corrections:
        title = (
            f"{title}: {' / '.join(dict.fromkeys(revision_words(language)[1].corrections for language in languages))}"
        )
    if address.query is not None:
        title = f"{title}: {address.query}"
    return title


def _identity(address: FeedAddress) -> str:
    """Return the end of the feed's id, which is equal for all formats and for the pages of its archive."""
    if address.query is not None:
        return address.home
    language = f"/{address.language}" if address.language else ""
    return f"/{address.category}{language}{'/corrections' if address.is_of_corrections else ''}"


def _description(settings: Settings, category: str, languages: tuple[str, ...]) -> str:
    found = settings.category(category)
    return _joined(settings.site.description if found is None else found.description, languages)


def _joined(text: Text, languages: tuple[str, ...]) -> str:
    """Return *text* in *languages*, joined with a stroke; what it lacks is stood in for once."""
    return " / ".join(dict.fromkeys(text.best(language)[1] for language in languages))
