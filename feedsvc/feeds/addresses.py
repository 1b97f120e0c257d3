"""List the feeds of a site; take their addresses apart, and put them together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode

from feedsvc.config.settings import Settings
from feedsvc.model.feed import Chain, FeedListing, ReadyFeed
from feedsvc.text.search_words import AUTHORS, TAGS, Label

ALL = "all"
OPML = "opml"
SEARCH = "/search"
FEED = re.compile(
    r"/feeds/(?P<category>[a-z0-9-]+)(?:\.(?P<language>[A-Za-z0-9-]+))?"
    r"(?P<corrections>/corrections)?(?:/archive/(?P<page>[1-9][0-9]{0,8}))?\.(?P<format>[a-z]+)"
)
FEED_LIST = re.compile(rf"/feeds(?:\.(?P<language>[A-Za-z0-9-]+))?\.{OPML}")
PARTNER_FEED = re.compile(r"/partners/(?P<partner>[a-z0-9-]+)\.(?P<format>[a-z]+)")
LABEL_FEED = re.compile(rf"/(?P<kind>{TAGS}|{AUTHORS})/(?P<slug>[^/]+)\.(?P<format>[a-z]+)")
SEARCH_FEED = re.compile(r"/feeds/search\.(?P<format>[a-z]+)\?(?P<query>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """Where a feed is: of a category, its corrections, a search, a label, a partner, an archive, or a list of feeds.

    category: its slug, or "all"; None for a list of feeds (OPML).
    language: None for a bilingual feed, and for a list of all feeds.
    format:   the key of the renderer, or "opml".
    page:     of the feed's archive, 1 for the oldest.
    query:    the text that is searched for.
    partner:  the name of the partner that a feed is for.
    label:    the tag or the author that all entries have.
    """

    category: str | None = ALL
    language: str | None = None
    format: str
    page: int | None = None
    is_of_corrections: bool = False
    query: str | None = None
    partner: str | None = None
    label: Label | None = None

    @classmethod
    def parse(cls, path: str) -> FeedAddress | None:
        """Return the address whose path is *path*, None when *path* is that of no feed.

        path: from the site's root, "/feeds/world.zh.atom"; with the query of a search.
        """
        if found := FEED.fullmatch(path):
            return cls(
                category=found["category"],
                language=found["language"],
                format=found["format"],
                page=int(found["page"]) if found["page"] else None,
                is_of_corrections=found["corrections"] is not None,
            )
        if found := FEED_LIST.fullmatch(path):
            return cls(category=None, language=found["language"], format=OPML)
        if found := PARTNER_FEED.fullmatch(path):
            return cls(partner=found["partner"], format=found["format"])
        if found := LABEL_FEED.fullmatch(path):
            return cls(label=Label(kind=found["kind"], slug=unquote(found["slug"])), format=found["format"])
        if found := SEARCH_FEED.fullmatch(path):
            asked = dict(parse_qsl(found["query"]))
            return cls(
                category=asked.get("category", ALL),
                language=asked.get("lang"),
                format=found["format"],
                query=asked.get("q", ""),
            )
        return None

    @property
    def path(self) -> str:
        """Return the path: "/feeds/world.zh.atom", "/feeds/world/archive/12.rss", "/feeds/world/corrections.json"."""
        if self.partner is not None:
            return f"/partners/{self.partner}.{self.format}"
        if self.label is not None:
            return f"/{self.label.kind}/{quote(self.label.slug)}.{self.format}"
        if self.query is not None:
            return f"/feeds/search.{self.format}{_search_query(self.query, self.language, self.category)}"
        feed = "/feeds" if self.category is None else f"/feeds/{self.category}"
        language = f".{self.language}" if self.language else ""
        page = "" if self.page is None else f"/archive/{self.page}"
        corrections = "/corrections" if self.is_of_corrections else ""
        return f"{feed}{language}{corrections}{page}.{self.format}"

    @property
    def is_pushed(self) -> bool:
        """Return whether hubs are told when the feed changes: it is rendered at each edition, and for everybody."""
        return self.category is not None and {self.page, self.query, self.partner, self.label} == {None}

    def home(self, page_languages: Collection[str] = ()) -> str:
        """Return the path of the page that shows the same entries to people.

        page_languages: in which the site has pages.
        """
        if self.label is not None:  # a phrase, as `feedsvc.text.search_words.ask` spells it
            words = self.label.slug.replace("-", " ")
            return search_page_path(f'"{words}"', None, None)
        if self.query is not None:
            return search_page_path(self.query, self.language, self.category)
        language = self.language if self.language in page_languages else None
        return page_path("/feeds/" if self.category is None else home_path(self.category), language)

    def siblings(self, formats: Iterable[str], languages: Iterable[str | None]) -> tuple[FeedAddress, ...]:
        """Return the same feed in every other pair of *languages* and *formats*."""
        every = (replace(self, language=language, format=form) for language in languages for form in formats)
        return tuple(address for address in every if address != self)

    def archive(self, page: int) -> FeedAddress:
        return replace(self, page=page)

    def chain(self, pages: int, *, base_url: str) -> Chain:
        """Return the links to the archive of the feed, which has so many *pages*, before and after this address."""
        page = pages + 1 if self.page is None else self.page

        def url(number: int) -> str | None:
            return base_url + self.archive(number).path if 1 <= number <= pages else None

        return Chain(
            previous=url(page - 1),
            following=url(page + 1),
            current=None if self.page is None else base_url + replace(self, page=None).path,
        )


# Addresses at which readers look for a feed, and at which sites had it before they moved here.
# source: discovery in Miniflux and NetNewsWire; the defaults of WordPress, Hugo, Jekyll and Ghost.
_GUESSED_FORMATS = {
    **dict.fromkeys(("/feed", "/rss", "/rss.xml", "/feed.xml", "/index.xml", "/feed.rss", "/index.rss"), "rss"),
    **dict.fromkeys(("/atom.xml", "/feed.atom", "/index.atom", "/feed/atom", "/atom"), "atom"),
    **dict.fromkeys(("/feed.json", "/feed/json"), "json"),
}
GUESSED = {path: FeedAddress(format=form) for path, form in _GUESSED_FORMATS.items()}


def address_of(feed: ReadyFeed | FeedListing) -> FeedAddress:
    address = FeedAddress.parse(feed.path)
    if address is None:
        raise ValueError(f"{feed.path!r} is not the address of a feed")
    return address


def feeds_of(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Yield (category, language) of every feed: of every article first, bilingual before single languages."""
    for category in (ALL, *(category.slug for category in settings.all_feeds)):
        yield category, None
        for language in settings.site.languages:
            yield category, language


def feed_lists(settings: Settings) -> tuple[FeedAddress, ...]:
    """Return every list of feeds: of all, and of each language where there are several."""
    languages = settings.site.languages
    return tuple(
        FeedAddress(category=None, language=language, format=OPML)
        for language in (None, *(languages if len(languages) > 1 else ()))
    )


def search_page_path(text: str, language: str | None, category: str | None, *, page: int = 1) -> str:
    """Return the path of the page of a search: its parameters in one order, without empty ones."""
    return f"{SEARCH}{_search_query(text, language, category, page=page)}"


def _search_query(text: str, language: str | None, category: str | None, *, page: int = 1) -> str:
    given = {
        "q": text,
        "lang": language or "",
        "category": "" if category in {None, ALL} else category,
        "page": str(page) if page > 1 else "",
    }
    said = {name: value for name, value in given.items() if value}
    return f"?{urlencode(said, quote_via=quote, safe='')}" if said else ""


# The end of the path of a list's second page and of those after it.
TURNED = re.compile(r"page/[1-9][0-9]{0,5}/$")


def page_path(path: str, language: str | None = None, *, page: int = 1) -> str:
    """Return the path of a page in a language, None for all, or of a later page of a list: "/zh/feeds/page/2/".

    path: of the first page in all languages.
    """
    turned = path if page == 1 else f"{path}page/{page}/"
    return turned if language is None else f"/{language}{turned}"


def split_page_path(path: str, page_languages: Iterable[str]) -> tuple[str | None, str]:
    """Return (language, path in all languages) of the page at *path*; the language may be in capitals."""
    first, _, rest = path.removeprefix("/").partition("/")
    known = {language.lower(): language for language in page_languages}
    language = known.get(first.lower()) if path.startswith("/") else None
    return (None, path) if language is None else (language, f"/{rest}")


def home_path(category: str) -> str:
    return "/" if category == ALL else f"/categories/{category}/"
