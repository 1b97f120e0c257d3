"""The addresses of the pages for readers; search, explanations and status have blueprints of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from feedsvc.config.settings import Settings
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.pages.article_page import ArticlePages
from feedsvc.web.pages.front_and_category_pages import ListPages
from feedsvc.web.pages.page_builder import PageBuilder


def pages_blueprint(settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime]) -> Blueprint:
    """Return the front page, the pages of categories and articles, and the page of feeds."""
    pages = PageBuilder(settings, feed_cache, clock=clock)
    lists, articles = ListPages(pages), ArticlePages(pages)
    blueprint = Blueprint("pages", __name__)
    blueprint.before_request(pages.begin)
    blueprint.add_url_rule("/", "front", lists.front)
    blueprint.add_url_rule("/feeds/", "feeds", lists.feeds)
    blueprint.add_url_rule("/categories/<slug>/", "category", lists.category)
    blueprint.add_url_rule("/articles/<slug>", "article", articles.article)
    blueprint.add_url_rule("/articles/<slug>.json", "article_json", articles.article_json)
    return blueprint
