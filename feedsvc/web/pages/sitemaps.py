"""Sitemaps: an index, the articles of the last two days for news engines, and all articles.

source: https://www.sitemaps.org/protocol.html; the news and hreflang extensions of Google
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, request
from lxml import etree
from werkzeug.exceptions import ServiceUnavailable

from feedsvc.config.settings import Settings, Site
from feedsvc.feeds.addresses import page_path
from feedsvc.feeds.render import make_ready
from feedsvc.model.article import ListedArticle, ListedVersion, Text
from feedsvc.model.dates import Timestamp
from feedsvc.model.errors import BusyError
from feedsvc.model.feed import Edition
from feedsvc.model.ports import Library
from feedsvc.text.scripts import base, is_traditional
from feedsvc.web.delivery.answer import CACHE_CONTROL, RETRY_AFTER_S, Prepared, answer, prepared
from feedsvc.web.delivery.feed_cache import FeedCache, RenderQueue
from feedsvc.web.delivery.static_files import SITEMAP
from feedsvc.web.pages.feed_view import READING, FeedResponse
from feedsvc.web.pages.page_builder import EditionCache, page_number
from feedsvc.web.pages.page_head import ANY_LANGUAGE
from feedsvc.web.pages.wording import NO_PAGE, NOT_YET

NEWS = "/sitemaps/news.xml"
MEDIA_TYPE = "application/xml; charset=utf-8"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
OF_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
NEW = timedelta(days=2)
MOST_NEWS = 1000  # addresses
# A file has at most 50,000 addresses and 50 MB, and an article has a link from each of its languages to each other.
MOST_ARTICLES, MOST_LINKS = 1000, 100_000
POSITIONS = 100  # the articles of a file are those of whole pages of the archive
MOST_BYTES = 8_000_000  # in memory


def articles_path(number: int) -> str:
    return f"/sitemaps/articles-{number}.xml"


def articles_of_a_file(site: Site) -> int:
    """Return how many articles a file lists, a multiple of 100."""
    languages = len(site.languages)
    most = min(MOST_ARTICLES, MOST_LINKS // (languages * (languages + 1)))
    return max(1, most // POSITIONS) * POSITIONS


def index(changes: Sequence[datetime], *, base_url: str) -> bytes:
    """Return the list of all sitemaps; changes: of the files with all articles, the first first."""
    root = etree.Element(f"{{{SITEMAPS}}}sitemapindex", nsmap={None: SITEMAPS})
    _write(etree.SubElement(root, f"{{{SITEMAPS}}}sitemap"), "loc", base_url + NEWS)
    for number, changed in enumerate(changes, 1):
        entry = etree.SubElement(root, f"{{{SITEMAPS}}}sitemap")
        _write(entry, "loc", base_url + articles_path(number))
        _write(entry, "lastmod", changed.isoformat(timespec="seconds"))
    return _document(root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of an article, in the language of *version*, or in all if *language* is None."""

    article: ListedArticle
    version: ListedVersion
    language: str | None


def pages_of(article: ListedArticle, site: Site) -> tuple[Page, ...]:
    """Return the pages that engines shall show: one in each language, none if the original is elsewhere."""
    if article.canonical is not None or not article.versions:
        return ()
    spoken = [version for version in article.versions if version.language in site.page_languages]
    if not spoken:
        return (Page(article=article, version=article.versions[0], language=None),)
    return tuple(Page(article=article, version=version, language=version.language) for version in spoken)


def all_articles(articles: Iterable[ListedArticle], site: Site) -> bytes:
    root = etree.Element(f"{{{SITEMAPS}}}urlset", nsmap={None: SITEMAPS, "xhtml": XHTML})
    for article in articles:
        pages = pages_of(article, site)
        for page in pages:
            _write_url(root, page, pages, site)
    return _document(root)


def news(pages: Iterable[Page], site: Site) -> bytes:
    """Return the sitemap of news: *pages* of articles of the last two days."""
    root = etree.Element(f"{{{SITEMAPS}}}urlset", nsmap={None: SITEMAPS, "news": OF_NEWS, "xhtml": XHTML})
    for page in pages:
        version = page.version
        url = _write_url(root, page, pages_of(page.article, site), site)
        about = etree.SubElement(url, f"{{{OF_NEWS}}}news")
        publication = etree.SubElement(about, f"{{{OF_NEWS}}}publication")
        _write(publication, "name", _in(site.title, version.language), space=OF_NEWS)
        _write(publication, "language", news_language(version.language), space=OF_NEWS)
        _write(about, "publication_date", _date(version.published), space=OF_NEWS)
        _write(about, "title", _in(page.article.title, version.language), space=OF_NEWS)
    return _document(root)


def news_language(tag: str) -> str:
    """Return the language of *tag* as the sitemap of news names it: by ISO 639, and Chinese by its script."""
    language = base(tag).lower()
    return language if language != "zh" else "zh-tw" if is_traditional(tag) else "zh-cn"


def _date(timestamp: Timestamp) -> str:
    """Return a date as W3C's note and the schema of sitemaps have it: of a day, or in UTC with seconds."""
    if timestamp.precision == "day":
        return timestamp.instant.date().isoformat()
    return timestamp.instant.astimezone(UTC).isoformat(timespec="seconds")


def _in(text: Text, language: str) -> str:
    return text.best(language)[1]


def _write_url(root: Any, page: Page, pages: Sequence[Page], site: Site) -> Any:  # noqa: ANN401 - lxml is untyped
    """Write *page*, when it last changed, and the *pages* of its article in each language."""
    url = etree.SubElement(root, f"{{{SITEMAPS}}}url")
    path = f"/articles/{page.article.slug}"
    _write(url, "loc", site.base_url + page_path(path, page.language))
    _write(url, "lastmod", _date(page.version.updated))
    if page.language is not None:
        places = [(other.version.language, other.language) for other in pages]
        for hreflang, language in (*places, (ANY_LANGUAGE, None)):
            href = site.base_url + page_path(path, language)
            etree.SubElement(url, f"{{{XHTML}}}link", rel="alternate", hreflang=hreflang, href=href)
    return url


def _write(parent: Any, name: str, text: str, *, space: str = SITEMAPS) -> None:  # noqa: ANN401 - the same
    etree.SubElement(parent, f"{{{space}}}{name}").text = text


def _document(root: Any) -> bytes:  # noqa: ANN401 - the same
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def newest_pages(library: Library, site: Site, *, since: datetime) -> tuple[Page, ...]:
    """Return the pages that were published at *since* or later, the newest first, at most `MOST_NEWS`."""

    def pages() -> Iterator[Page]:
        for language in site.languages:
            for article in library.published_since(since, language=language, limit=MOST_NEWS):
                yield from (page for page in pages_of(article, site) if page.version.language == language)

    newest = sorted(pages(), key=lambda page: (page.version.published.instant, page.article.slug), reverse=True)
    return tuple(newest[:MOST_NEWS])


class Sitemaps:
    """Answers with sitemaps, each rendered at the first request for an edition."""

    def __init__(self, settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> None:
        self._site = settings.site
        self._feed_cache = feed_cache
        self._library = feed_cache.published
        self._clock = clock
        self._each = articles_of_a_file(settings.site)
        self._cache: EditionCache[Prepared] = EditionCache(most_bytes=MOST_BYTES)
        self._queue = RenderQueue("too many sitemaps are asked for at once")

    def index(self) -> Response:
        return self._answer(
            lambda _: index(self._library.changes_of_articles(each=self._each), base_url=self._site.base_url)
        )

    def news(self) -> Response:
        """Answer with the articles of the two days before the last edition.

        The time of the edition counts, so that equal editions give equal bytes.
        """
        return self._answer(
            lambda edition: news(newest_pages(self._library, self._site, since=edition.made_at - NEW), self._site)
        )

    def articles(self, number: str) -> Response:
        last = page_number(number) * self._each

        def make(_: Edition) -> bytes:
            if last > len(self._library.changes_of_articles(each=self._each)) * self._each:
                abort(HTTPStatus.NOT_FOUND, NO_PAGE)
            return all_articles(self._library.articles_at(last - self._each + 1, last), self._site)

        return self._answer(make)

    def _answer(self, make: Callable[[Edition], bytes]) -> Response:
        # Read before the articles, so that a sitemap in memory is never of an earlier edition than its key.
        edition = self._feed_cache.edition()
        if edition.number == 0:
            raise ServiceUnavailable(NOT_YET, retry_after=RETRY_AFTER_S)
        sitemap = self._cache.find(request.path, edition) or self._made(make, edition)
        headers = {name.lower(): value for name, value in request.headers.items()}
        return FeedResponse.of(answer(sitemap, request.method, headers, now=self._clock()))

    def _made(self, make: Callable[[Edition], bytes], edition: Edition) -> Prepared:
        try:
            with self._queue.alone():
                body = make(edition)
        except BusyError as error:
            raise ServiceUnavailable(f"{error}", retry_after=RETRY_AFTER_S) from error
        ready = make_ready(request.path, MEDIA_TYPE, body, last_modified=edition.made_at, entries=0)
        sitemap = prepared(ready, (("Cache-Control", CACHE_CONTROL),))
        self._cache.keep(request.path, sitemap, edition)
        return sitemap


def add_sitemaps(app: Flask, settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> None:
    """Have *app* serve sitemaps."""
    sitemaps = Sitemaps(settings, feed_cache, clock=clock)
    app.add_url_rule(SITEMAP, "sitemap", sitemaps.index, methods=READING)
    app.add_url_rule(NEWS, "news_sitemap", sitemaps.news, methods=READING)
    app.add_url_rule("/sitemaps/articles-<number>.xml", "articles_sitemap", sitemaps.articles, methods=READING)
