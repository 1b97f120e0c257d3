"""Read the tables of feeds.toml: feeds of the newsroom's own, each with the articles that it selects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from feedsvc.config.selections import KEYS as OF_SELECTIONS
from feedsvc.config.selections import read_selection
from feedsvc.config.tables import SLUG, Tables
from feedsvc.model.feed import Category

FILE = "feeds.toml"
KEYS = ("title", "description", *OF_SELECTIONS)
MOST_FEEDS = 100


def read_own_feeds(
    check: Tables,
    tables: Mapping[str, Any],
    *,
    languages: tuple[str, ...],
    taken: Collection[str],
    categories: Collection[str],
    sources: Collection[str],
) -> tuple[Category, ...]:
    """Return the feeds in the order of the file; *check* collects faults.

    taken: slugs that no feed may have. categories, sources: the slugs and names that the configuration has.
    """
    file = check.folder / FILE
    if len(tables) > MOST_FEEDS:
        check.faults.append(f"{file}: has {len(tables)} feeds; each pass may render all, so {MOST_FEEDS} are the most")
    found = []
    for slug, table in tables.items():
        if not SLUG.fullmatch(slug) or slug in taken:
            names = ", ".join(sorted(taken))
            check.fault(file, slug, f"must be lower-case letters, digits and hyphens, and none of {names}")
        if not isinstance(table, dict):
            check.fault(file, slug, f"must be a table: [{slug}]")
            continue
        check.unknown(file, slug, table, KEYS)
        title = table.get("title", slug)
        found.append(
            Category(
                slug=slug,
                title=check.text(file, f"{slug}.title", title, languages),
                description=check.text(file, f"{slug}.description", table.get("description") or title, languages),
                selection=read_selection(check, file, slug, table, categories=categories, sources=sources),
            )
        )
    return tuple(found)
