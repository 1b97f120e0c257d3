"""List the output formats.

The order is that in which a page offers them: RSS is what most readers expect, Atom says most, JSON is for programs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from feedsvc.feeds.entry import make_item
from feedsvc.feeds.formats.atom_and_rss import Atom, Rss
from feedsvc.feeds.formats.jsonfeed import JsonFeed
from feedsvc.model.article import Entry
from feedsvc.model.feed import Feed
from feedsvc.model.ports import Renderer

RENDERERS: Mapping[str, Renderer] = {renderer.name: renderer for renderer in (Rss(), Atom(), JsonFeed())}


def render(feed: Feed, entries: Sequence[Entry], *, brief: frozenset[int] = frozenset()) -> bytes:
    """Return *feed*, in its format, with all of *entries*.

    entries: newest first.
    brief:   0-based numbers of those that are shown by their summaries.
    raises:  RenderError naming the first article that cannot be written.
    """
    renderer = RENDERERS[feed.format]
    items = (make_item(entry, feed) for entry in entries)
    shown = (replace(item, content=None) if number in brief else item for number, item in enumerate(items))
    return renderer.feed(feed, [renderer.entry(feed, item) for item in shown])
