"""Which articles a feed has that the newsroom defines itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta

from feedsvc.model.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Conditions for articles. An article fits if it has one of the values of each condition that is given.

    Values are compared without regard to case, width and spaces. A selection without conditions takes every article.

    authors:  names in any language. categories: slugs. places: of datelines, by their canonical names.
    sources:  names. tags: words.
    excluded: articles that fit it are not taken; it excludes nothing itself.
    within:   how long after its publication an article is taken; None for ever. `fits` does not know the time.
    """

    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    excluded: Selection | None = None
    within: timedelta | None = None

    def fits(self, article: Article) -> bool:
        """Return whether *article* is taken, at any time."""
        wanted = {name: folded(values) for name in CONDITIONS if (values := getattr(self, name))}
        is_excluded = self.excluded is not None and self.excluded.fits(article)
        return not is_excluded and all(values & _of(article, name) for name, values in wanted.items())


CONDITIONS = tuple(field.name for field in fields(Selection) if field.name not in {"excluded", "within"})


def folded(values: Iterable[str]) -> frozenset[str]:
    """Return *values* as they are compared."""
    return frozenset(" ".join(unicodedata.normalize("NFKC", value).casefold().split()) for value in values)


def _of(article: Article, condition: str) -> frozenset[str]:
    """Return what *article* has for *condition*."""
    if condition == "authors":
        return folded(name for credit in article.credits if credit.role == "author" for _, name in credit.name.items)
    if condition == "places":
        return folded(place for version in article.versions if version.dateline for place in version.dateline.places)
    return folded({"categories": article.categories, "sources": (article.source,), "tags": article.tags}[condition])
