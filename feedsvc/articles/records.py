"""Write the docket of an article: everything that a pass asks of it, so that it need not be unpacked to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedsvc.articles.related import unlinked
from feedsvc.articles.title_keys import digests_of
from feedsvc.model.article import Article, ArticleRecord
from feedsvc.model.packing import pack, pack_links
from feedsvc.text.search_words import article_words

# A quotation mark inside a text is escaped, so this stands in no text.
UNNUMBERED = b'"sequence":0,'


def record_of(article: Article, *, base_url: str) -> ArticleRecord:
    """Return the docket of *article*."""
    return ArticleRecord(
        id=article.id,
        slug=article.slug,
        state=article.state,
        reason=article.reason,
        categories=article.categories,
        versions=tuple((each.language, each.published.instant.timestamp(), each.sequence) for each in article.versions),
        confidences=tuple(each.published.confidence for each in article.versions),
        corrected_at=None if article.corrected_at is None else article.corrected_at.timestamp(),
        titles=digests_of(article),
        is_asking=bool(article.wanted),
        article=pack(article),
        links=pack_links(unlinked(article, base_url=base_url)),
        words=article_words(article) if article.state == "live" else "",
    )


def numbered(record: ArticleRecord, sequences: Sequence[int]) -> ArticleRecord:
    """Return *docket* with *sequences* for those of its versions that have none yet, in their order.

    They are written into the packed article: nobody knows them before all articles of a pass are composed, and to
    unpack and pack each again takes twenty times as long.

    raises: ValueError if the versions without a sequence are not as many.
    """
    fresh = iter(sequences)
    versions = tuple((language, when, sequence or next(fresh, 0)) for language, when, sequence in record.versions)
    first, *rest = record.article.split(UNNUMBERED)
    if len(rest) != len(sequences) or any(not sequence for _, _, sequence in versions):
        raise ValueError(f"{record.id}: {len(sequences)} sequences for {len(rest)} versions without one")
    written = [b'"sequence":%d,%s' % pair for pair in zip(sequences, rest, strict=True)]
    return replace(record, versions=versions, article=b"".join((first, *written)))
