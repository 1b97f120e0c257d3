"""Memory of a node: caches know how many bytes they take."""

from __future__ import annotations

import gc
import tracemalloc

from feedsvc.feeds.render import EntryCache
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish

STORY = "---\ntitle: Tide {number}\ndate: 2026-10-30 09:00 +00:00\n---\n\n{body}\n"


def test_the_cache_of_entries_knows_how_much_memory_it_takes(newsroom):
    for number in range(20):
        body = f"Water rose over pier {number}. " * 40
        newsroom.file(f"world/tide{number}.md", STORY.format(number=number, body=body))
    cache = EntryCache()
    tracemalloc.start()
    try:
        publish(newsroom.store, PassRequest(settings=newsroom.settings, now=newsroom.now, entry_cache=cache))
        gc.collect()
        size, with_entries = cache.size, tracemalloc.get_traced_memory()[0]
        cache.clear()
        gc.collect()
        taken = with_entries - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert size > 20 * 6 * 1000  # in two kinds of feeds and three formats each
    assert 0.75 * size < taken <= size
