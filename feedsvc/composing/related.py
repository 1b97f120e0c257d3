"""Turn related lines into links to articles."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from feedsvc.identity import article_url
from feedsvc.model.articles import Article, Entry, RelatedLink, Text

REASON = "named by the article as related"


def fold_title(title: str) -> str:
    """Return *title* as titles are compared: letters and figures alone, without case, width and accents of width."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(filter(str.isalnum, folded))


def titles_of(article: Article) -> frozenset[str]:
    """Return the folded titles that other articles may ask for *article* by, in any language."""
    return frozenset(filter(None, (fold_title(title) for _, title in article.title.items)))


def wanted_titles(article: Article) -> frozenset[str]:
    """Return the folded titles that *article* asks for."""
    return frozenset(filter(None, (fold_title(wanted.title) for wanted in article.wanted if wanted.url is None)))


def resolve_links(article: Article, titles: Mapping[str, Article], *, base_url: str) -> Entry:
    """Return *article* as an entry, its related lines turned into links where they lead somewhere.

    titles: folded title to the live article that has it.
    """
    related: dict[str, RelatedLink] = {}
    unresolved: list[str] = []
    for wanted in article.wanted:
        found = titles.get(fold_title(wanted.title)) if wanted.url is None else None
        if found is not None and found.id != article.id:
            href = article_url(base_url, found.slug)
            language = found.languages[0]
            related.setdefault(href, RelatedLink(href=href, title=found.title, language=language, reason=REASON))
        elif wanted.url is not None:
            title = Text(items=(("und", wanted.title),)) if wanted.title else Text()
            related.setdefault(wanted.url, RelatedLink(href=wanted.url, title=title, media_type=None, reason=REASON))
        elif found is None and wanted.title not in unresolved:
            unresolved.append(wanted.title)
    return Entry(
        article=article,
        url=article_url(base_url, article.slug),
        related=tuple(related.values()),
        unresolved=tuple(unresolved),
    )
