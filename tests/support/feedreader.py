"""A feed reader like a subscriber's: it keeps entries by id and lists what a poll would show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import feedparser

from parsedxml import parsed

DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a reader keeps of an entry; two that differ are shown as a change."""

    title: str
    text: str
    link: str
    categories: frozenset[str]
    published: datetime
    updated: datetime

    @staticmethod
    def of(entry: feedparser.FeedParserDict) -> Kept:
        return Kept(
            title=entry.title,
            text=" ".join(entry.content[0].value.split()),  # as it is shown
            link=entry.link,
            categories=frozenset(tag.term for tag in entry.get("tags", ())),
            published=datetime(*entry.published_parsed[:6]),  # noqa: DTZ001  feedparser's are all UTC
            updated=datetime(*entry.updated_parsed[:6]),  # noqa: DTZ001
        )

    def otherwise_in(self, other: Kept) -> list[str]:
        """Return what of it *other* has otherwise."""
        return [name for name in self.__slots__ if getattr(self, name) != getattr(other, name)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a poll shows: titles that are new, that changed and in what, that are in the feed no longer."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(slots=True)
class FeedReader:
    """Follow one feed, in RSS or Atom; of what was in it before, `kept` has what stood there last, by id.

    told_gone: ids that the last poll was told of as deleted; of those that say it, Atom alone.
    """

    kept: dict[str, Kept] = field(default_factory=dict)
    here: frozenset[str] = frozenset()
    told_gone: frozenset[str] = frozenset()

    def poll(self, body: bytes) -> Seen:
        """Take the feed in, and return what that shows."""
        feed = feedparser.parse(body)
        assert not feed.bozo, feed.get("bozo_exception")
        entries = {entry.id: Kept.of(entry) for entry in feed.entries}
        assert len(entries) == len(feed.entries), "an id stands twice"
        self.told_gone = frozenset(tombstone.get("ref") for tombstone in parsed(body).iter(DELETED))
        seen = Seen(
            new=tuple(entry.title for identity, entry in entries.items() if identity not in self.kept),
            changed=tuple(self._changes(entries)),
            gone=tuple(sorted(self.kept[identity].title for identity in self.here - entries.keys())),
        )
        self.kept |= entries
        self.here = frozenset(entries)
        return seen

    def _changes(self, entries: Mapping[str, Kept]) -> list[str]:
        told = []
        for identity, after in entries.items():
            before = self.kept.get(identity)
            if before is None:
                continue
            back = ["back"] if identity not in self.here else []
            if what := back + before.otherwise_in(after):
                told.append(f"{after.title}: {' '.join(what)}")
        return told
