"""Tell which documents are others that are gone: renamed and edited at once, they tell the same story elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from feedsvc.identity import EMPTY
from feedsvc.model.documents import KnownDocument, Problem

Alike = Callable[[str, str, str], tuple[str, ...] | None]


def moved_and_edited(
    gone: Sequence[KnownDocument], come: Mapping[int, str]
) -> tuple[dict[int, KnownDocument], dict[KnownDocument, tuple[int, ...]]]:
    """Return which of *come* each of the documents *gone* is, and those that may be one of several.

    A story is the same where the day stands and the headline or the first paragraph does; without a day, where both
    do. Two that may each be either are none: readers lose less by a story that is announced again than by one that is
    shown under another's id.

    come:   gists of documents that nobody knows, by number.
    source: docs/decisions/0053-a-rename-with-an-edit.md.
    """
    left, found = dict(come), {}
    rest = {each: each.gist for each in gone if each.article}
    in_doubt: dict[KnownDocument, tuple[int, ...]] = {}
    for alike in _LIKENESSES:
        for olds, news in _groups(alike, rest, left):
            if len(olds) == len(news) == 1:
                found[news[0]] = olds[0]
                del rest[olds[0]], left[news[0]]
            else:
                in_doubt |= dict.fromkeys(olds, tuple(news))
    return found, {old: news for old, news in in_doubt.items() if old in rest and left.keys() >= set(news)}


def doubt(old: KnownDocument, paths: Sequence[str]) -> Problem:
    """Return what is told of a document that may be any of those at *paths*."""
    several = " and ".join(sorted(paths))
    message = (
        f"is gone, and {several} may be it, edited; published as new. "
        "If it is one of them, give that the old name again, and rename it without an edit"
    )
    return Problem(source=old.source, path=old.path, message=message, severity="note")


def _groups(
    alike: Alike, gone: Mapping[KnownDocument, str], come: Mapping[int, str]
) -> Iterator[tuple[list[KnownDocument], list[int]]]:
    """Yield those that are gone, and those that have come, which are *alike*."""
    groups: dict[tuple[str, ...], tuple[list[KnownDocument], list[int]]] = {}
    for old, gist in gone.items():
        if key := alike(*gist.split()):
            groups.setdefault(key, ([], []))[0].append(old)
    for number, gist in come.items():
        key = alike(*gist.split())
        if key in groups:
            groups[key][1].append(number)
    yield from [(olds, news) for olds, news in groups.values() if news]


def _all(headline: str, day: str, paragraph: str) -> tuple[str, ...] | None:
    return None if EMPTY in {headline, paragraph} else (headline, day, paragraph)


def _day_and_headline(headline: str, day: str, _paragraph: str) -> tuple[str, ...] | None:
    return None if EMPTY in {headline, day} else (headline, day)


def _day_and_paragraph(_headline: str, day: str, paragraph: str) -> tuple[str, ...] | None:
    return None if EMPTY in {day, paragraph} else (day, paragraph)


# The surest first: what it pairs is in no doubt any more.
_LIKENESSES: tuple[Alike, ...] = (_all, _day_and_headline, _day_and_paragraph)
