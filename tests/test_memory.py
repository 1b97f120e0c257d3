"""Memory of a node: caches know their bytes, and the operators' page adds up the bounds that the code has."""

from __future__ import annotations

import functools
import gc
import importlib
import pkgutil
import re
import sqlite3
import tracemalloc
from pathlib import Path

import feedsvc
from feedsvc.config.settings import DEFAULT_CACHE_BYTES
from feedsvc.feeds import entry_cache
from feedsvc.parsers.lines import LONGEST_REMEMBERED, Line, remembered
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.stores import sqlite
from feedsvc.web.pages import explain_page, page_builder, search_page

OPERATE = Path(__file__).parent.parent / "docs" / "operate.md"
ROW = re.compile(r"^\| (?P<what>[^|]+?) \|(?P<worker>[^|]*)\|(?P<publisher>[^|]*)\|$", re.MULTILINE)
STORY = "---\ntitle: Tide {number}\ndate: 2026-10-30 09:00 +00:00\n---\n\n{body}\n"


def test_the_cache_of_entries_knows_how_much_memory_it_takes(newsroom):
    for number in range(20):
        body = f"Water rose over pier {number}. " * 40
        newsroom.file(f"world/tide{number}.md", STORY.format(number=number, body=body))
    cache = entry_cache.EntryCache()
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


AN_ANSWER = 200  # bytes
NO_CACHES = (
    "feedsvc.__main__",
    "feedsvc.web.gunicorn_conf",
    "feedsvc.stores.picture_child",
    "feedsvc.stores.migrations",
)


def small_answers() -> int:
    """Return how many answers all functions of the package remember at most, but for those that have only a few."""
    for module in pkgutil.walk_packages(feedsvc.__path__, "feedsvc."):
        if not module.name.startswith(NO_CACHES):
            importlib.import_module(module.name)
    caches = [found for found in gc.get_objects() if isinstance(found, functools._lru_cache_wrapper)]
    return sum(
        {
            (cache.__module__, cache.__qualname__): cache.cache_info().maxsize or 0
            for cache in caches
            if (cache.__module__ or "").startswith("feedsvc.") and "." not in cache.__qualname__
        }.values()
    )


def megabytes(cell: str) -> int | None:
    """Return the megabytes at the end of a cell of a table, None if it has none."""
    found = re.search(r"([0-9]+) MB\s*$", cell)
    return int(found[1]) if found else None


def test_the_memory_of_a_node_is_what_the_bounds_of_its_caches_add_up_to(newsroom):
    section = OPERATE.read_text(encoding="utf-8").partition("### Memory of a node")[2].partition("\n###")[0]
    told = {row["what"]: (megabytes(row["worker"]), megabytes(row["publisher"])) for row in ROW.finditer(section)}
    pool = newsroom.store._engine.pool
    pages_kb = -sqlite3.connect(":memory:").execute("PRAGMA cache_size").fetchone()[0]  # where nothing is written
    connections = pool.size() + pool._max_overflow
    answers = round(small_answers() * AN_ANSWER / 1e6)

    assert {what: cells for what, cells in told.items() if cells != (None, None)} == {
        "at the start": told["at the start"],
        "feeds, with the heads of their answers": (round(DEFAULT_CACHE_BYTES / 1e6), None),
        "the changed ones among them once more, while an edition is adopted": (round(DEFAULT_CACHE_BYTES / 1e6), None),
        "pages": (round(page_builder.MOST_BYTES / 1e6), None),
        "explanations": (round(explain_page.MOST_BYTES / 1e6), None),
        "feeds of searches": (round(search_page.MOST_BYTES / 1e6), None),
        "rendered entries": (None, round(entry_cache.MOST_BYTES / 1e6)),
        "pages in memory of SQLite": (
            round(connections * pages_kb * 1024 / 1e6),
            round(sqlite.PAGES_KB * 1024 / 1e6),
        ),
        "answers to small questions": (answers, answers),
        "**together**": told["**together**"],
    }
    for column, total in enumerate(told["**together**"]):
        parts = [cells[column] for what, cells in told.items() if what != "**together**"]
        assert total == sum(part for part in parts if part is not None)


def test_answers_about_long_lines_are_not_remembered():
    asked: list[Line] = []
    ask = remembered(asked.append)
    short, long = (
        Line("x" * length, start=0, block=0, indented=False) for length in (LONGEST_REMEMBERED, LONGEST_REMEMBERED + 1)
    )

    for line in (short, short, long, long):
        ask(line)

    assert asked == [short, long, long]
