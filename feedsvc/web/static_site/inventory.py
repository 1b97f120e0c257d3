"""The addresses of the site: every address that the service answers with 200, and its answers to missing ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from feedsvc.config.settings import Settings, made_with, web_digest
from feedsvc.feeds.addresses import ALL, FeedAddress, address_of, feed_lists, home_path, page_path
from feedsvc.feeds.partner_feeds import partner_addresses
from feedsvc.model.article import Card, MediaFile
from feedsvc.model.feed import OF_CORRECTIONS, FeedListing
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.stores.store import Store
from feedsvc.web.delivery.static_files import SITEMAP, static_files
from feedsvc.web.pages.front_and_category_pages import FRONT_ENTRIES, MOST_FRONT_PAGES, PAGE_CATEGORIES, PAGE_ENTRIES
from feedsvc.web.pages.sitemaps import NEWS, articles_of_a_file, articles_path
from feedsvc.web.theme import Theme, read_theme

SITE, ERRORS = "site", "errors"
# No article can have these addresses, so the application answers them with 404.
NOWHERE, NO_ARTICLE = "/.nowhere", "/articles/-.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address.

    path:   with its query, and without the path at which the site is mounted.
    file:   the path of its file below the folder of the build.
    status: of its answer.
    recipe: a digest of all ingredients of the answer: equal recipes give equal answers. None if they are not known.
    copied: the file that the answer is a copy of, where there is one.
    """

    path: str
    file: str
    status: int = HTTPStatus.OK
    recipe: str | None = None
    copied: Path | None = None


def mount(settings: Settings) -> str:
    """Return the path at which the site is mounted, for files and so not quoted; "" at the root."""
    return unquote(urlsplit(settings.site.base_url).path.rstrip("/"))


def addresses(settings: Settings, store: Store) -> tuple[Address, ...]:
    """Return every address, in the order of writing: a page links only to files that are already there."""
    listings, cards = store.listings(), store.cards()
    slugs = cache(lambda category, language: store.slugs(category=category, language=language))
    root, languages = SITE + mount(settings), (None, *settings.site.page_languages)
    theme = read_theme(settings.root)
    context = _context(settings, listings, theme)
    return (
        *_static(root, static_files(settings, theme)),
        *_media(root, store.media_files(), MediaFolder(path=settings.media.folder)),
        *_articles(mount(settings), cards, languages, context=context, beside=_neighbours(settings, cards, slugs)),
        *_archives(root, listings, store.archive_changes(), context=context),
        *_feeds(root, listings, (*feed_lists(settings), *_partner_feeds(settings))),
        *_categories(
            root,
            settings,
            slugs,
            languages,
            digests={card.slug: card.digest for card in cards},
            listings=listings,
            context=context,
        ),
        *_sitemaps(root, settings, store, context=context),
        *_feed_pages(root, listings, languages),
        *_front_pages(root, store, languages),
        *(
            Address(
                path=page_path(NOWHERE, language),
                file=f"{ERRORS}{page_path('/404.html', language)}",
                status=HTTPStatus.NOT_FOUND,
            )
            for language in languages
        ),
        # Where other servers look for it.
        Address(path=NOWHERE, file=f"{root}/404.html", status=HTTPStatus.NOT_FOUND),
        Address(path=NO_ARTICLE, file=f"{ERRORS}/404.json", status=HTTPStatus.NOT_FOUND),
    )


def _page(root: str, path: str, *, recipe: str | None = None) -> Address:
    """Return the address of a page, whose file any server shows at it: each page is a folder with an index."""
    return Address(path=path, file=f"{root}{path.rstrip('/')}/index.html", recipe=recipe)


def _static(root: str, files: Iterable[str]) -> Iterator[Address]:
    for path in sorted(files):
        yield Address(path=path, file=root + path)


def _media(root: str, files: Iterable[MediaFile], folder: MediaFolder) -> Iterator[Address]:
    for file in files:
        kept = folder.file(file.digest)
        if kept is not None and folder.has(file):
            path = f"/media/{file.digest}/{file.name}"
            yield Address(path=file.path, file=root + path, recipe=file.digest, copied=kept)


def _articles(
    mounted: str,
    cards: Iterable[Card],
    languages: tuple[str | None, ...],
    *,
    context: str,
    beside: Callable[[Card, str | None], tuple[str, ...]],
) -> Iterator[Address]:
    """Yield the pages and the JSON of articles, and the answers for withdrawn ones.

    beside: returns the digests of the articles to which a page links as earlier and later.
    """
    for card in cards:
        recipe = _recipe(context, card.digest)
        path = f"/articles/{card.slug}"
        if card.is_live:
            for language in languages:
                if language is None or language in card.languages:
                    page = _recipe(recipe, beside(card, language))
                    yield _page(SITE + mounted, page_path(path, language), recipe=page)
            yield Address(path=f"{path}.json", file=f"{SITE}{mounted}{path}.json", recipe=recipe)
        else:
            folder, gone = f"{ERRORS}{mounted}", HTTPStatus.GONE
            for language in languages:
                page_of = page_path(path, language)
                yield Address(path=page_of, file=f"{folder}{page_of}.html", status=gone, recipe=recipe)
            yield Address(path=f"{path}.json", file=f"{folder}{path}.json", status=gone, recipe=recipe)


def _neighbours(
    settings: Settings, cards: Sequence[Card], slugs_of: Callable[[str, str | None], Sequence[str]]
) -> Callable[[Card, str | None], tuple[str, ...]]:
    """Return a function for the digests of the articles before and after a card in its category and a language."""
    digests = {card.slug: card.digest for card in cards}

    @cache
    def places(category: str, language: str | None) -> Mapping[str, int]:
        return {slug: number for number, slug in enumerate(slugs_of(category, language))}

    def beside(card: Card, language: str | None) -> tuple[str, ...]:
        category = next((slug for slug in card.categories if settings.category(slug)), None)
        if category is None:
            return ()
        slugs = slugs_of(category, language)
        place = places(category, language).get(card.slug)
        if place is None:
            return ()
        return tuple(digests.get(slug, slug) for slug in slugs[max(place - 1, 0) : place + 2])

    return beside


def _archives(
    root: str,
    listings: Iterable[FeedListing],
    changes: Mapping[tuple[str, str | None, int], datetime],
    *,
    context: str,
) -> Iterator[Address]:
    for listing in listings:
        for page in range(1, listing.archives + 1):
            path = address_of(listing).archive(page).path
            language = OF_CORRECTIONS if address_of(listing).is_of_corrections else listing.language
            changed = changes.get((listing.category, language, page))
            yield Address(path=path, file=root + path, recipe=_recipe(context, changed))


def _partner_feeds(settings: Settings) -> Iterator[FeedAddress]:
    for partner in settings.partners:
        yield from partner_addresses(partner).values()


def _feeds(root: str, listings: Iterable[FeedListing], lists: Iterable[FeedAddress]) -> Iterator[Address]:
    for path in (*(listing.path for listing in listings), *(address.path for address in lists)):
        yield Address(path=path, file=root + path)


def _categories(
    root: str,
    settings: Settings,
    slugs_of: Callable[[str, str | None], Sequence[str]],
    languages: tuple[str | None, ...],
    *,
    digests: Mapping[str, str],
    listings: Iterable[FeedListing],
    context: str,
) -> Iterator[Address]:
    """Yield the pages of categories.

    slugs_of: returns the slugs of the articles in a category and a language, the last published first.
    digests:  of articles, by slug.
    listings: of the feeds that the pages show.
    """
    for category in settings.all_feeds:
        path = home_path(category.slug)
        feeds = [(feed.path, feed.entries, feed.last_modified) for feed in listings if feed.category == category.slug]
        for language in languages:
            slugs = slugs_of(category.slug, language)
            starts = range(0, max(len(slugs), 1), PAGE_ENTRIES)
            for number, start in enumerate(starts, 1):
                # An article of the next edition has no digest yet; that edition will be built next.
                shown = [digests.get(slug, slug) for slug in slugs[start : start + PAGE_ENTRIES]]
                recipe = _recipe(context, feeds, number, len(starts), *shown)
                yield _page(root, page_path(path, language, page=number), recipe=recipe)


def _front_pages(root: str, store: Store, languages: Iterable[str | None]) -> Iterator[Address]:
    for language in languages:
        count = store.count(category=ALL, language=language, most=FRONT_ENTRIES * MOST_FRONT_PAGES)
        for number in range(1, max(1, -(-count // FRONT_ENTRIES)) + 1):
            yield _page(root, page_path("/", language, page=number))


def _feed_pages(root: str, listings: Iterable[FeedListing], languages: Iterable[str | None]) -> Iterator[Address]:
    last = max(1, -(-len({listing.category for listing in listings}) // PAGE_CATEGORIES))
    for number in range(1, last + 1):
        for language in languages:
            yield _page(root, page_path("/feeds/", language, page=number))


def _sitemaps(root: str, settings: Settings, store: Store, *, context: str) -> Iterator[Address]:
    changes = store.changes_of_articles(each=articles_of_a_file(settings.site))
    for number, changed in enumerate(changes, 1):
        path = articles_path(number)
        yield Address(path=path, file=root + path, recipe=_recipe(context, changed))
    for path in (NEWS, SITEMAP):
        yield Address(path=path, file=root + path)


def _context(settings: Settings, listings: Iterable[FeedListing], theme: Theme) -> str:
    """Return the ingredients of all pages besides articles: settings, software, theme, and the feeds they announce."""
    feeds = [(feed.path, feed.title, feed.media_type, feed.entries > 0) for feed in listings]
    return f"{made_with(settings)} {web_digest()} {theme.digest} {feeds!r}"


def _recipe(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
