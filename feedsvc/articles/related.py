"""Turn related lines into links to articles, which they ask for by title or address.

Titles and addresses are kept as digests, which say nothing of an article that was killed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from feedsvc.articles.identity import article_url, slugify
from feedsvc.articles.references import Led, digest_of, name_digest, place_digests, slug_digest
from feedsvc.model.article import Article, Entry, RelatedLink, Target, Text, WantedLink
from feedsvc.model.draft import Draft, RelatedLine
from feedsvc.text.characters import clean_text

MOST_RELATED = 100  # related lines of an article; more are no help to readers, and cost a pass and a page each
ADDRESS = re.compile(r"/articles/([a-z0-9-]{1,200})(?![a-z0-9-])")


def fold_title(title: str) -> str:
    """Return *title* as titles are compared: only its letters and figures, in one case and width."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(filter(str.isalnum, folded))


def title_digest(title: str) -> str | None:
    """Return the digest of *title*, the same for all that fold alike; None when nothing of it is left to compare."""
    folded = fold_title(title)
    return digest_of(folded) if folded else None


def digests_of(article: Article) -> frozenset[str]:
    """Return the digests that others ask for *article* by: of its titles, its address and its documents' places.

    Of the addresses that its titles would give it too: one may have been guessed before it was published.
    """
    titles = (title_digest(title) for _, title in article.title.items)
    slugs = (slug_digest(slug) for _, title in article.title.items if (slug := slugify(title)))
    places = (
        place_digests(article.source, path, article.languages) for path in (*article.origins, *article.moved_from)
    )
    names = (name_digest(article.source, name) for name in article.named)
    return frozenset((*filter(None, titles), slug_digest(article.slug), *slugs, *names)).union(*places)


def names_of(draft: Draft) -> list[str]:
    """Return the slug that a draft declares, and the paths that lead to it, with a leading "/"."""
    paths = [f"/{address.text.lstrip('/')}" for address in draft.addresses]
    return [clean_text(name)[0] for name in (*((draft.slug.text,) if draft.slug else ()), *paths)]


def digests_of_draft(draft: Draft, languages: Sequence[str]) -> frozenset[str]:
    """Return the digests that others could ask for the article of *draft* by; *languages* are those of the site."""
    titles = (title_digest(clean_text(headline.text)[0]) for headline in draft.headlines)
    wishes = [excerpt.text for excerpt in (*draft.headlines, *((draft.slug,) if draft.slug else ()))]
    slugs = (slug_digest(slug) for slug in map(slugify, wishes) if slug)
    names = [name_digest(draft.source, name) for name in names_of(draft)]
    return place_digests(draft.source, draft.path, languages).union(filter(None, titles), slugs, names)


def asked_by(lines: Iterable[WantedLink | RelatedLine]) -> frozenset[str]:
    """Return the digests that related lines ask for: of each title, of each address of an article, of each path."""
    found: set[str] = set()
    for line in lines:
        title = title_digest(line.title)
        found |= {title} if title else set()
        address = ADDRESS.search(line.url) if line.url else None
        found |= {slug_digest(address[1])} if address else set()
        found |= {*line.places, *line.hiding} if isinstance(line, WantedLink) else set()
    return frozenset(found)


def not_asking(lines: Iterable[WantedLink], digests: Collection[str]) -> tuple[WantedLink, ...]:
    """Return those of *lines* that ask for none of *digests*."""
    return tuple(line for line in lines if asked_by([line]).isdisjoint(digests))


REASON = "named by the article as related"


def unlinked(article: Article, *, base_url: str) -> Entry:
    """Return *article* as an entry that shows none of its related lines: none was looked up yet."""
    return Entry(article=article, url=article_url(base_url, article.slug))


def resolve_links(
    article: Article, titles: Mapping[str, Target], *, withheld: Collection[str], led: Led, base_url: str
) -> Entry:
    """Return *article* as an entry, its related lines turned into links where they lead somewhere.

    titles:   digest of a title to the live article that has it.
    withheld: digests that readers may not learn of; a line that asks for one is not shown.
    led:      the links of its body, looked up.
    """
    related: dict[str, RelatedLink] = {}
    unresolved: dict[str, None] = {}
    for wanted in not_asking(article.wanted, withheld):
        asked = [title_digest(wanted.title) or ""] if wanted.url is None else []
        found = next((titles[digest] for digest in (*wanted.places, *asked) if digest in titles), None)
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
        leads=led.leads,
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
