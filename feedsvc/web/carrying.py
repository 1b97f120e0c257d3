"""Say which feeds carry an article, and why the others do not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedsvc.feeds import ALL, archive_path, feed_path, feeds_of
from feedsvc.model.articles import Article
from feedsvc.model.feeds import FeedListing
from feedsvc.model.origins import Standing
from feedsvc.settings import Settings
from feedsvc.stores.archives import PAGE
from feedsvc.web.holdings import Holdings


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """Say of one feed, in all its formats, whether it carries an article.

    paths:   of its formats. archive: of the page of its archive that has the article, None when none has.
    reason:  why it does, or does not.
    """

    category: str
    language: str | None
    paths: tuple[str, ...]
    carries: bool
    reason: str
    archive: str | None = None


def carryings(
    article: Article, standings: Sequence[Standing], *, holdings: Holdings, settings: Settings
) -> tuple[Carrying, ...]:
    """Return what is to be said of every feed, in the order of the configuration.

    raises: StoreError.
    """
    return tuple(_carryings(article, standings, holdings, settings))


def _carryings(
    article: Article, standings: Sequence[Standing], holdings: Holdings, settings: Settings
) -> Iterator[Carrying]:
    listings: dict[tuple[str, str | None], list[FeedListing]] = {}
    for each in holdings.listings():
        listings.setdefault((each.category, each.language), []).append(each)
    places = {(each.category, each.language): each.place for each in standings}
    for category, language in feeds_of(settings):
        there = listings.get((category, language), [])
        paths = tuple(each.path for each in there)
        if (category, language) not in places or not there:
            reason = _reason(article, category, language)
            yield Carrying(category=category, language=language, paths=paths, carries=False, reason=reason)
            continue
        carries = _holds(article, category, language, holdings)
        page = -(-(places[category, language] or 0) // PAGE)
        form = there[0].format
        archive = archive_path(category, language, page, form) if 1 <= page <= there[0].archives else None
        reason = "is in it" if carries else f"newer articles fill it: {_limits(settings)}"
        yield Carrying(
            category=category, language=language, paths=paths, carries=carries, reason=reason, archive=archive
        )


def _reason(article: Article, category: str, language: str | None) -> str:
    if category not in {ALL, *article.categories}:
        return "is not of this category"
    return "is not in it" if language is None else f"has no title in this language ({language})"


def _limits(settings: Settings) -> str:
    rules = settings.feeds
    return f"{rules.limit} entries and those younger than 48 hours, {rules.max_bytes:,} bytes"


def _holds(article: Article, category: str, language: str | None, holdings: Holdings) -> bool:
    """Return whether the feed holds the article now; its JSON form tells as well as the others."""
    ready = holdings.ready(feed_path(category, language, "json"))
    identity = article.id if language is None else f"{article.id}/{language}"
    mark = b'{"id":' + json.dumps(identity, ensure_ascii=False).encode() + b","
    return ready is not None and mark in ready.body
