"""The page of an article, and the article as JSON."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, g, render_template, request
from werkzeug.exceptions import Gone

from feedsvc.feeds.content import revision_notes
from feedsvc.model.article import Entry
from feedsvc.web.pages.answers import page_answer
from feedsvc.web.pages.article_json import MEDIA_TYPE, article_json
from feedsvc.web.pages.layout import are_parallel
from feedsvc.web.pages.page_builder import PageBuilder
from feedsvc.web.pages.page_head import plain
from feedsvc.web.pages.structured_data import media_beside, news_article, open_graph, picture
from feedsvc.web.pages.wording import sentence


class ArticlePages:
    """The pages of articles."""

    def __init__(self, pages: PageBuilder) -> None:
        self._pages = pages

    def article(self, slug: str) -> Response:
        """Show one article, in all its languages or in the one asked for."""
        asked = request.args.get("lang")
        # What it is in is known once it is read; before, it is any of the site's that was asked for.
        return self._pages.answer(self._article, asked if asked in self._pages.site.languages else None, slug)

    def _article(self, asked: str | None, slug: str) -> str:
        entry = self.entry(slug)
        article = entry.article
        language = asked if asked in article.languages else None
        languages = (language,) if language else self._pages.in_title_order(article.languages)
        categories = [each for each in map(self._pages.settings.category, article.categories) if each is not None]
        earlier, later = (
            self._pages.library.neighbours(article.id, category=categories[0].slug, language=language)
            if categories
            else (None, None)
        )
        head = self._pages.head(
            f"{plain(article.title, languages)} – {plain(self._pages.site.title, languages)}",
            article.summary if article.summary.items else article.title,
            language=language,
            languages=languages,
            categories=article.categories,
        )
        head = replace(
            head,
            choices=self._pages.in_title_order(article.languages),
            kind="article",
            image=picture(article),
            facts=tuple(open_graph(article, languages=languages, categories=categories)),
            structured=news_article(
                entry, address=head.canonical or "", languages=languages, categories=categories, site=self._pages.site
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
        response = page_answer(body, media_type=MEDIA_TYPE, made_at=g.made_at, now=self._pages.clock())
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def entry(self, slug: str) -> Entry:
        """Return the live article with *slug*; 410 for one that is gone, 404 for one that never was."""
        entry = self._pages.library.entry(slug)
        if entry is None:
            tombstone = self._pages.library.tombstone(slug)
            if tombstone is not None:
                raise Gone(tombstone.reason or sentence("withdrawn_article"))
            abort(404, sentence("no_article"))
        return entry
