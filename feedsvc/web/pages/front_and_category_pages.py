"""The front page, the pages of categories, and the page of all feeds; the addresses of all pages for readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from flask import Blueprint, Response, abort, render_template

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL, address_of
from feedsvc.model.article import Entry, Text
from feedsvc.model.feed import Category
from feedsvc.text.catalogues import message
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.pages.article_page import ArticlePages
from feedsvc.web.pages.page_builder import PageBuilder, add_page
from feedsvc.web.pages.page_head import feed_rows, plain
from feedsvc.web.pages.picture_forms import ListedPictures
from feedsvc.web.pages.wording import NO_CATEGORY, NO_PAGE, words

FRONT_ENTRIES = 20
MOST_FRONT_PAGES = 100
LEADS = 5  # of the newest entries, the first with a picture leads
LEAD_SIZES = "(min-width: 60rem) 40rem, calc(100vw - 2.5rem)"  # of its picture in site.css
PAGE_ENTRIES = 30
HOW_TO_SUBSCRIBE = message(
    "A feed reader is an app or a website that shows the new articles of all the sites you follow in one place. You "
    "need no account on these sites. To subscribe, copy the address of a feed and paste it into your reader, where it "
    "says “Add feed” or “Subscribe”. New articles then appear there by themselves."
)
PAGE_CATEGORIES = 50  # of the page of feeds: the feeds of 1,000 categories are 3.9 MB


class ListPages:
    def __init__(self, pages: PageBuilder) -> None:
        self._pages = pages

    def front(self) -> Response:
        return self._pages.answer(self._front, self._pages.language, self._pages.number)

    def _front(self, language: str | None, number: int) -> str:
        library = self._pages.library
        count = library.count(category=ALL, language=language, most=FRONT_ENTRIES * MOST_FRONT_PAGES)
        last = max(1, -(-count // FRONT_ENTRIES))
        if number > last:
            abort(404, NO_PAGE)
        entries = library.latest(
            category=ALL, language=language, limit=FRONT_ENTRIES, offset=(number - 1) * FRONT_ENTRIES
        )
        pictures = self._pages.pictures(entries)
        lead = lead_of(entries, pictures) if number == 1 else None
        title = plain(self._pages.site.title, self._pages.languages(language))
        head = self._pages.head(title, self._pages.site.description, language=language)
        shown = pictures.of(lead) if lead else None
        return render_template(
            "front.html",
            head=replace(head, picture=shown.picture if shown else None),
            lead=lead,
            lead_sizes=LEAD_SIZES,
            entries=[entry for entry in entries if entry is not lead],
            pictures=pictures,
            number=number,
            last=last,
            rows=self._pages.feed_rows(ALL) if number == 1 else (),
        )

    def feeds(self) -> Response:
        """Show a page of the feeds, in the order of their categories."""
        return self._pages.answer(self._feeds, self._pages.language, self._pages.number)

    def _feeds(self, language: str | None, number: int) -> str:
        listings = self._pages.feed_cache.listings()
        categories = tuple(dict.fromkeys(feed.category for feed in listings))
        last = max(1, -(-len(categories) // PAGE_CATEGORIES))
        if number > last:
            abort(404, NO_PAGE)
        here = frozenset(categories[(number - 1) * PAGE_CATEGORIES : number * PAGE_CATEGORIES])
        shown = [feed for feed in listings if feed.category in here]
        rows = feed_rows(feed for feed in shown if not address_of(feed).is_of_corrections)
        corrections = [
            (self._heading(row.category), row)
            for row in feed_rows(feed for feed in shown if address_of(feed).is_of_corrections)
        ]
        groups = [
            (self._heading(category), tuple(group)) for category, group in groupby(rows, lambda row: row.category)
        ]
        title = self._pages.titled(words("Feeds", self._pages.site.languages), language)
        head = self._pages.head(title, words(HOW_TO_SUBSCRIBE, self._pages.site.languages), language=language)
        return render_template(
            "feeds.html", head=head, groups=groups, corrections=corrections, number=number, last=last
        )

    def category(self, slug: str) -> Response:
        """Show a page of the articles of a category, the newest by date first."""
        category = self._pages.settings.category(slug) or abort(404, NO_CATEGORY)
        return self._pages.answer(self._category, self._pages.language, category, self._pages.number)

    def _category(self, language: str | None, category: Category, number: int) -> str:
        slug = category.slug
        last = max(1, -(-self._pages.library.count(category=slug, language=language) // PAGE_ENTRIES))
        if number > last:
            abort(404, NO_PAGE)
        entries = self._pages.library.latest(
            category=slug, language=language, limit=PAGE_ENTRIES, offset=(number - 1) * PAGE_ENTRIES
        )
        head = self._pages.head(
            self._pages.titled(category.title, language),
            category.description,
            language=language,
            categories=(slug,),
        )
        return render_template(
            "category.html",
            head=replace(head, section=slug),
            category=category,
            entries=entries,
            pictures=self._pages.pictures(entries),
            number=number,
            last=last,
            rows=self._pages.feed_rows(slug),
        )

    def _heading(self, category: str) -> Category:
        everything = (
            words("All articles", self._pages.site.languages)
            if category == ALL
            else Text(items=((self._pages.site.languages[0], category),))
        )
        return self._pages.settings.category(category) or Category(
            slug=category, title=everything, description=everything
        )


def lead_of(entries: Sequence[Entry], pictures: ListedPictures) -> Entry | None:
    """Return the entry that leads a front page with *entries*: one of the newest with a picture, else the newest."""
    pictured = (entry for entry in entries[:LEADS] if pictures.of(entry))
    return next(pictured, entries[0] if entries else None)


def pages_blueprint(settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> Blueprint:
    """Return the pages for readers; search, explanations and status have blueprints of their own."""
    pages = PageBuilder(settings, feed_cache, clock=clock)
    lists, articles = ListPages(pages), ArticlePages(pages)
    blueprint = Blueprint("pages", __name__)
    blueprint.before_request(pages.begin)
    add_page(blueprint, "/", "front", lists.front, site=settings.site, is_list=True)
    add_page(blueprint, "/feeds/", "feeds", lists.feeds, site=settings.site, is_list=True)
    add_page(blueprint, "/categories/<slug>/", "category", lists.category, site=settings.site, is_list=True)
    add_page(blueprint, "/articles/<slug>", "article", articles.article, site=settings.site)
    blueprint.add_url_rule("/articles/<slug>.json", "article_json", articles.article_json)
    return blueprint
