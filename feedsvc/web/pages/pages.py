"""Show pages to people: the front page, the feeds, the categories and the articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from threading import Lock
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, render_template, request
from werkzeug.exceptions import Gone, ServiceUnavailable

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL, address_of
from feedsvc.feeds.content import revision_notes
from feedsvc.model.article import Entry, Text
from feedsvc.model.feed import Category, Edition
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.prepared_answers import RETRY_AFTER_S
from feedsvc.web.pages.answers import Content, content_of, page_answer
from feedsvc.web.pages.article_json import MEDIA_TYPE, article_json
from feedsvc.web.pages.layout import are_parallel
from feedsvc.web.pages.page_head import Head, discovered_feeds, feed_rows, plain, shortened
from feedsvc.web.pages.structured_data import media_beside, news_article, open_graph, picture
from feedsvc.web.pages.wording import sentence, words

MOST_BYTES = 16_000_000


class Shown:
    """Pages of one edition, by what they are named; safe to call from several threads.

    most_bytes: of the pages kept; the first to come is the first to go.
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._edition: Edition | None = None
        self._pages: dict[str, Content] = {}
        self._bytes = 0

    def find(self, name: str, edition: Edition) -> Content | None:
        """Return the page called *name* of *edition*, None when it is not kept."""
        return self._pages.get(name) if self._edition is edition else None

    def keep(self, name: str, page: Content, edition: Edition) -> None:
        """Keep *page*, and forget those of any other edition.

        edition: noted before anything that the page shows was read, so that it is not older than it says.
        """
        with self._lock:
            if self._edition is not edition:
                self._edition = edition
                self._pages = {}
                self._bytes = 0
            if name in self._pages:
                return
            self._pages[name] = page
            self._bytes += len(page.body)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._pages.pop(next(iter(self._pages))).body)


HTML = "text/html; charset=utf-8"
FRONT_ENTRIES = 20
PAGE_ENTRIES = 30
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


def pages_blueprint(settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> Blueprint:
    """Return the pages, with their addresses."""
    pages = Pages(settings, feed_cache, clock=clock)
    blueprint = Blueprint("pages", __name__)
    blueprint.before_request(pages.begin)
    blueprint.add_url_rule("/", "front", pages.front)
    blueprint.add_url_rule("/feeds/", "feeds", pages.feeds)
    blueprint.add_url_rule("/categories/<slug>/", "category", pages.category)
    blueprint.add_url_rule("/articles/<slug>", "article", pages.article)
    blueprint.add_url_rule("/articles/<slug>.json", "article_json", pages.article_json)
    return blueprint


class Pages:
    """Show what the last edition holds; equal editions give equal bytes."""

    def __init__(self, settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._settings = settings
        self._site = settings.site
        self._feed_cache = feed_cache
        self._library = feed_cache.published
        self._shown = Shown()

    def begin(self) -> None:
        """Note the edition before anything of it is read, and refuse while there is none.

        Noted afterwards, it could be the next one, and a client would keep the old page under the new date.
        """
        edition = self._feed_cache.edition()
        if edition.number == 0:
            raise ServiceUnavailable(sentence("not_yet"), retry_after=RETRY_AFTER_S)
        g.edition = edition
        g.made_at = edition.made_at

    def front(self) -> Response:
        """Show the categories, the latest articles and how to subscribe."""
        return self._page(self._front, self._language(self._site.languages))

    def _front(self, language: str | None) -> str:
        entries = self._library.latest(category=ALL, language=language, limit=FRONT_ENTRIES)
        title = plain(self._site.title, self._languages(language))
        head = self._head(title, self._site.description, language=language)
        return render_template("front.html", head=head, entries=entries, rows=self._rows(ALL))

    def feeds(self) -> Response:
        """Show every feed."""
        return self._page(self._feeds, self._language(self._site.languages))

    def _feeds(self, language: str | None) -> str:
        head = self._head(self._titled(words("feeds"), language), words("how"), language=language)
        listings = self._feed_cache.listings()
        rows = feed_rows(each for each in listings if not address_of(each).is_of_corrections)
        corrections = [
            (self._heading(row.category), row)
            for row in feed_rows(each for each in listings if address_of(each).is_of_corrections)
        ]
        groups = [
            (self._heading(category), tuple(group)) for category, group in groupby(rows, lambda row: row.category)
        ]
        return render_template("feeds.html", head=head, groups=groups, corrections=corrections)

    def category(self, slug: str) -> Response:
        """Show the articles of one category, the last published first, a bounded number a page."""
        category = self._settings.category(slug) or abort(404, sentence("no_category"))
        asked = request.args.get("page", "1")
        if not PAGE_NUMBER.fullmatch(asked):
            abort(404, sentence("no_page"))
        return self._page(self._category, self._language(self._site.languages), category, int(asked))

    def _category(self, language: str | None, category: Category, number: int) -> str:
        slug = category.slug
        last = max(1, -(-self._library.count(category=slug, language=language) // PAGE_ENTRIES))
        if number > last:
            abort(404, sentence("no_page"))
        entries = self._library.latest(
            category=slug, language=language, limit=PAGE_ENTRIES, offset=(number - 1) * PAGE_ENTRIES
        )
        head = self._head(
            self._titled(category.title, language),
            category.description,
            language=language,
            categories=(slug,),
            page=number,
        )
        return render_template(
            "category.html",
            head=head,
            category=category,
            entries=entries,
            number=number,
            last=last,
            rows=self._rows(slug),
        )

    def article(self, slug: str) -> Response:
        """Show one article, in all its languages or in the one asked for."""
        asked = request.args.get("lang")
        # What it is in is known once it is read; before, it is any of the site's that was asked for.
        return self._page(self._article, asked if asked in self._site.languages else None, slug)

    def _article(self, asked: str | None, slug: str) -> str:
        entry = self.entry(slug)
        article = entry.article
        language = asked if asked in article.languages else None
        languages = (language,) if language else self._in_title_order(article.languages)
        categories = [each for each in map(self._settings.category, article.categories) if each is not None]
        earlier, later = (
            self._library.neighbours(article.id, category=categories[0].slug, language=language)
            if categories
            else (None, None)
        )
        head = self._head(
            f"{plain(article.title, languages)} – {plain(self._site.title, languages)}",
            article.summary if article.summary.items else article.title,
            language=language,
            languages=languages,
            categories=article.categories,
        )
        head = replace(
            head,
            choices=self._in_title_order(article.languages),
            kind="article",
            image=picture(article),
            facts=tuple(open_graph(article, languages=languages, categories=categories)),
            structured=news_article(
                entry, address=head.canonical or "", languages=languages, categories=categories, site=self._site
            ),
        )
        bodies = dict(article.body.best(each) for each in languages) if article.body.items else {}
        return render_template(
            "article.html",
            head=head,
            entry=entry,
            article=article,
            notes=revision_notes(article, languages),
            bodies=bodies,
            is_parallel=are_parallel(bodies),
            media=media_beside(article),
            categories=categories,
            earlier=earlier,
            later=later,
        )

    def article_json(self, slug: str) -> Response:
        """Give one article to programs."""
        body = article_json(self.entry(slug))
        response = page_answer(body, media_type=MEDIA_TYPE, made_at=g.made_at, now=self._clock())
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def entry(self, slug: str) -> Entry:
        """Return the live article with *slug*; 410 for one that is gone, 404 for one that never was."""
        entry = self._library.entry(slug)
        if entry is None:
            tombstone = self._library.tombstone(slug)
            if tombstone is not None:
                raise Gone(tombstone.reason or sentence("withdrawn_article"))
            abort(404, sentence("no_article"))
        return entry

    def _language(self, known: Sequence[str]) -> str | None:
        asked = request.args.get("lang")
        return asked if asked in known else None

    def _languages(self, language: str | None) -> tuple[str, ...]:
        return (language,) if language else self._site.title_order

    def _in_title_order(self, languages: Sequence[str]) -> tuple[str, ...]:
        ordered = [each for each in self._site.title_order if each in languages]
        return (*ordered, *(each for each in languages if each not in ordered))

    def _rows(self, category: str) -> tuple[object, ...]:
        listings = (each for each in self._feed_cache.listings() if each.category == category)
        return feed_rows(each for each in listings if not address_of(each).is_of_corrections)

    def _heading(self, category: str) -> Category:
        everything = words("all") if category == ALL else Text(items=((self._site.languages[0], category),))
        return self._settings.category(category) or Category(slug=category, title=everything, description=everything)

    def _titled(self, text: Text, language: str | None) -> str:
        languages = self._languages(language)
        return f"{plain(text, languages)} – {plain(self._site.title, languages)}"

    def _head(
        self,
        title: str,
        description: Text,
        *,
        language: str | None,
        languages: tuple[str, ...] = (),
        categories: Sequence[str] = (),
        page: int = 1,
    ) -> Head:
        query = ([("lang", language)] if language else []) + ([("page", str(page))] if page > 1 else [])
        languages = languages or self._languages(language)
        return Head(
            title=title,
            description=shortened(plain(description, languages)),
            canonical=self._site.base_url + request.path + (f"?{urlencode(query)}" if query else ""),
            languages=languages,
            asked=language,
            feeds=discovered_feeds(
                self._feed_cache.listings(), categories=categories, language=language, base_url=self._site.base_url
            ),
        )

    def _page(self, make: Callable[..., str], language: str | None, *what: object) -> Response:
        """Answer with the page that *make* makes of *what* in *language*: once for each edition."""
        edition: Edition = g.edition
        name = repr((make.__name__, language, *(each.slug if isinstance(each, Category) else each for each in what)))
        content = self._shown.find(name, edition)
        if content is None:
            content = content_of(make(language, *what))
            self._shown.keep(name, content, edition)
        return page_answer(content, media_type=HTML, made_at=edition.made_at, now=self._clock())
