"""Choose the dates of an entry: `published` and `updated` of Atom, `pubDate` of RSS, `date_modified` of JSON Feed.

Every format writes the dates that are chosen here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from feedsvc.model.article import Article, Entry
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import Feed

LEAST_YEAR = 1000  # RFC 822 as RSS reads it, and RFC 3339, write four digits
MINUTE = timedelta(minutes=1)


def entry_dates(entry: Entry, feed: Feed) -> tuple[datetime, datetime]:
    """Return when the entry was published and last updated: the earliest and the latest date that the feed shows.

    returns: aware, whole seconds, offsets of whole minutes, because no standard reads others.
    raises:  RenderError for a year that feeds cannot write.
    """
    article = entry.article
    if not article.versions:
        raise RenderError(f"{article.id}: has no version, so no date")
    versions = [article.version(language) for language in article.shown_languages(feed.languages) or ("",)]
    published = min(version.published.instant for version in versions)
    updated = max(version.updated.instant for version in versions)
    return _writable(article, published), _writable(article, max(published, updated))


def last_update(entries: Iterable[Entry], feed: Feed) -> datetime:
    """Return when the last of *entries* was updated; the time of *feed* if there are none."""
    return max((entry_dates(entry, feed)[1] for entry in entries), default=feed.updated)


def _writable(article: Article, instant: datetime) -> datetime:
    """Return *instant* with whole seconds and minutes of offset: local mean times of old have seconds."""
    offset = instant.utcoffset()
    if offset is None:
        raise RenderError(f"{article.id}: the date {instant} has no zone")
    try:
        moved = instant.astimezone(timezone(round(offset / MINUTE) * MINUTE)).replace(microsecond=0)
    except OverflowError as error:
        raise RenderError(f"{article.id}: the date {instant} cannot be written") from error
    if moved.year < LEAST_YEAR:
        raise RenderError(f"{article.id}: the year of {instant} cannot be written with four digits")
    return moved
