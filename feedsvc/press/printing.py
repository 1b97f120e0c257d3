"""Print one feed from what the store has of it; nothing else is asked, so that another process can do it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from feedsvc.composing.notices import correction_of
from feedsvc.failures import Failure, attempt
from feedsvc.model.articles import Entry
from feedsvc.model.dockets import Standing
from feedsvc.model.documents import Problem
from feedsvc.model.feeds import Feed, ReadyFeed
from feedsvc.press.galleys import Galley, Galleys, fit
from feedsvc.press.sheets import Sheet, changed_sheets
from feedsvc.renderers import RENDERERS


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOrder:
    """Hold what a feed is printed from.

    feeds:       by format, each updated when it was last.
    standing:    what it holds, in its order.
    kept:        by path, (digest, time of the last change) of these feeds as they are.
    made_at:     aware; of the edition being made.
    rank:        of the first format among listings.
    most:        bytes that it does not go beyond.
    bound:       ids of articles that are never left out. archives: pages that it leads back to.
    corrections: it shows each article as what was corrected.
    """

    feeds: Mapping[str, Feed]
    standing: tuple[Standing, ...]
    kept: Mapping[str, tuple[str, datetime]]
    made_at: datetime
    rank: int
    most: int
    bound: frozenset[str] = frozenset()
    archives: int = 0
    corrections: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Hold a feed in every format in which it changed.

    ready:  the sheets with their codings, where these were asked for.
    faults: why entries are left out. sound: the first document of each other entry.
    """

    sheets: tuple[Sheet, ...]
    ready: tuple[ReadyFeed, ...] = ()
    faults: tuple[tuple[Problem, Failure], ...] = ()
    sound: tuple[str, ...] = ()


def print_feed(order: FeedOrder, galleys: Galleys) -> Printed:
    """Return the feed that *order* asks for; an entry that cannot be written is left out, and the others are served.

    galleys: entries that are set already, and will be for the next feed.
    """
    feeds, faults = order.feeds, []
    done: list[Galley] = []
    set_one = partial(galleys.of, feeds=feeds, guise="correction" if order.corrections else "")
    for entry in _entries(order, galleys):
        galley = attempt(set_one, entry)
        if isinstance(galley, Failure):
            article = entry.article
            problem = Problem(source=article.source, path=article.origins[0], message=galley.reason)
            faults.append((problem, galley))
        else:
            done.append(galley)
    if faults:  # what cannot be written is missing, so this is not all there is
        feeds = {form: replace(feed, chain=replace(feed.chain, complete=False)) for form, feed in feeds.items()}
    heads = {form: len(renderer.feed(feeds[form], [])) for form, renderer in RENDERERS.items()}
    sheets = changed_sheets(
        feeds,
        fit(done, heads, most=order.most, bound=order.bound),
        kept=order.kept,
        made_at=order.made_at,
        rank=order.rank,
        archives=order.archives,
    )
    return Printed(sheets=tuple(sheets), faults=tuple(faults), sound=_sound(done))


def print_ready(order: FeedOrder) -> Printed:
    """Return what `print_feed` does, with its codings."""
    printed = print_feed(order, Galleys())
    return replace(printed, ready=tuple(sheet.ready() for sheet in printed.sheets))


def _entries(order: FeedOrder, galleys: Galleys) -> Iterable[Entry]:
    entries = map(galleys.entry, order.standing)
    return map(correction_of, entries) if order.corrections else entries


def _sound(galleys: Sequence[Galley]) -> tuple[str, ...]:
    return tuple(galley.entry.article.origins[0] for galley in galleys)
