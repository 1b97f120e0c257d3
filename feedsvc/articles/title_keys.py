"""Say what articles are asked for by: their titles and addresses, as digests, which say nothing of what was killed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable

from feedsvc.articles.identity import slugify
from feedsvc.model.article import Article, WantedLink
from feedsvc.model.draft import Draft, RelatedLine
from feedsvc.text.characters import clean_text

MOST_RELATED = 100  # related lines of an article; more are no help to readers, and cost a pass and a page each
ADDRESS = re.compile(r"/articles/([a-z0-9-]{1,200})(?![a-z0-9-])")


def fold_title(title: str) -> str:
    """Return *title* as titles are compared: letters and figures alone, without case, width and accents of width."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(filter(str.isalnum, folded))


def title_digest(title: str) -> str | None:
    """Return the digest of *title*, the same for all that fold alike; None where nothing to compare is in it."""
    folded = fold_title(title)
    return _digest(folded) if folded else None


def digests_of(article: Article) -> frozenset[str]:
    """Return what other articles may ask for *article* by: its titles, in any language, and its address."""
    titles = (title_digest(title) for _, title in article.title.items)
    return frozenset((*filter(None, titles), _address_digest(article.slug)))


def digests_of_draft(draft: Draft) -> frozenset[str]:
    """Return what articles could ask for the one that *draft* would be."""
    titles = (title_digest(clean_text(headline.text)[0]) for headline in draft.headlines)
    slug = (_address_digest(slugify(draft.slug.text)),) if draft.slug else ()
    return frozenset((*filter(None, titles), *slug))


def asked_by(lines: Iterable[WantedLink | RelatedLine]) -> frozenset[str]:
    """Return what related lines ask for: the title of each, and the article whose address it has."""
    found: set[str] = set()
    for line in lines:
        title = title_digest(line.title)
        found |= {title} if title else set()
        address = ADDRESS.search(line.url) if line.url else None
        found |= {_address_digest(address[1])} if address else set()
    return frozenset(found)


def not_asking(lines: Iterable[WantedLink], digests: Collection[str]) -> tuple[WantedLink, ...]:
    """Return those of *lines* that ask for none of *digests*."""
    return tuple(line for line in lines if asked_by([line]).isdisjoint(digests))


def _address_digest(slug: str) -> str:
    return _digest(f"/{slug}")  # a folded title has no such mark


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
