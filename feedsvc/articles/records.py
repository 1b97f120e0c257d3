"""Make the record of an article: everything that a pass asks of it, so that it need not be unpacked to be kept."""

from __future__ import annotations

from feedsvc.articles.related import unlinked
from feedsvc.articles.title_keys import digests_of
from feedsvc.model.article import Article, ArticleRecord
from feedsvc.model.packing import pack, pack_links
from feedsvc.text.search_words import article_words


def record_of(article: Article, *, base_url: str) -> ArticleRecord:
    """Return the record of *article*, none of whose related lines was looked up."""
    return ArticleRecord(
        id=article.id,
        slug=article.slug,
        state=article.state,
        reason=article.reason,
        categories=article.categories,
        versions=tuple((version.language, version.published.instant.timestamp()) for version in article.versions),
        confidences=tuple(version.published.confidence for version in article.versions),
        corrected_at=None if article.corrected_at is None else article.corrected_at.timestamp(),
        titles=digests_of(article),
        is_asking=bool(article.wanted),
        article=pack(article),
        links=pack_links(unlinked(article, base_url=base_url)),
        words=article_words(article) if article.state == "live" else "",
    )
