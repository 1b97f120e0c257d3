"""Turn related lines into links to articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from feedsvc.articles.identity import article_url
from feedsvc.articles.title_keys import not_asking, title_digest
from feedsvc.model.article import Article, Entry, RelatedLink, Text, WantedLink

REASON = "named by the article as related"


def unlinked(article: Article, *, base_url: str) -> Entry:
    """Return *article* as an entry that shows none of its related lines: none was looked up yet."""
    return Entry(article=article, url=article_url(base_url, article.slug))


def resolve_links(
    article: Article, titles: Mapping[str, Article], *, withheld: Collection[str], base_url: str
) -> Entry:
    """Return *article* as an entry, its related lines turned into links where they lead somewhere.

    titles:   digest of a title to the live article that has it.
    withheld: digests of what readers may not know of; a line that asks for it is not shown.
    """
    related: dict[str, RelatedLink] = {}
    unresolved: dict[str, None] = {}
    for wanted in not_asking(article.wanted, withheld):
        found = titles.get(title_digest(wanted.title) or "") if wanted.url is None else None
        if found is not None:
            href = article_url(base_url, found.slug)
            language = found.languages[0]
            related.setdefault(href, RelatedLink(href=href, title=found.title, language=language, reason=REASON))
        elif wanted.url is not None:
            title = Text(items=(("und", wanted.title),)) if wanted.title else Text()
            related.setdefault(wanted.url, RelatedLink(href=wanted.url, title=title, media_type=None, reason=REASON))
        else:
            unresolved.setdefault(wanted.title)
    return Entry(
        article=article,
        url=article_url(base_url, article.slug),
        related=tuple(related.values()),
        unresolved=tuple(unresolved),
    )


def shown_lines(entry: Entry) -> tuple[WantedLink, ...]:
    """Return the related lines of *entry* that readers see."""
    addresses = {link.href for link in entry.related}
    titles = {title_digest(title) for link in entry.related for _, title in link.title.items}
    return tuple(
        wanted
        for wanted in entry.article.wanted
        if (wanted.url in addresses if wanted.url else wanted.title in entry.unresolved)
        or (wanted.url is None and title_digest(wanted.title) in titles)
    )
