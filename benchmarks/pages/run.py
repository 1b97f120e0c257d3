"""Measure what a page costs: the first time after an edition, and again in the same edition.

Usage: python benchmarks/pages/run.py [--counts N …] [--asked N]

Processor time of the whole application (Flask, the store, the template) for one GET without a socket, medians. "First"
is asked of an edition of which nothing is kept but itself and the list of its feeds, "again" of pages that are kept.
Each article is another one. Up to a thousand articles are published; a larger store has the rows of those many times.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from feedsvc.config.loading import load_settings
from feedsvc.stores import open_store
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from feedsvc.web.delivery.feed_cache import REFRESH_S
from feedsvc.web.static_site.site import ask

PUBLISHED = 1_000
# The modules of the publishing benchmark are in no package.
sys.path.insert(0, str(Path(__file__).parents[1] / "publishing"))
corpus, publishing = importlib.import_module("corpus"), importlib.import_module("run")


class Moving(Store):
    """Be another store whenever a new edition is wanted."""

    moves = 0

    def identity(self) -> object:
        """Return what changes with each move."""
        return self.moves, super().identity()

    def last_write(self) -> object:
        """Return what changes with each move, too: the cache asks for the identity only after a write."""
        return self.moves, super().last_write()

    def move(self) -> None:
        """Make the cache drop all that it has of the store."""
        self.moves += 1
        time.sleep(REFRESH_S * 1.5)  # for as long nobody asks


STANDS = ("category", "language", "article", "sequence", "published", "gone_at", "reason", "notice_until")


def main() -> None:
    """Print a table."""
    asked = argparse.ArgumentParser(description="Measure what a page costs.")
    asked.add_argument("--counts", type=int, nargs="+", default=[1_000, 100_000], help="of articles")
    asked.add_argument("--asked", type=int, default=40, help="requests for each figure")
    arguments = asked.parse_args()
    heads = [f"{count:,} articles, first ms | again ms" for count in arguments.counts]
    print(f"| page | {' | '.join(heads)} |")
    print(f"| --- {'| ---: | ---: ' * len(heads)}|")
    with ExitStack() as stack:
        # Page by page over all counts, so that what else the machine does falls on each alike.
        counts = [
            measured(Path(stack.enter_context(tempfile.TemporaryDirectory())), count, arguments.asked)
            for count in arguments.counts
        ]
        for found in zip(*counts, strict=True):
            figures = " | ".join(f"{first_ms:.2f} | {again_ms:.2f}" for _, first_ms, again_ms in found)
            print(f"| {found[0][0]} | {figures} |")


def measured(folder: Path, count: int, times: int) -> Iterator[tuple[str, float, float]]:
    """Yield (page, first, again) in milliseconds of processor time, over *count* articles."""
    published = min(count, PUBLISHED)
    corpus.file_articles(folder / "articles", published)
    publishing.configure(folder, corpus.CATEGORIES)
    environ = {**os.environ, "FEEDSVC_CONFIG": str(folder / "config")}
    subprocess.run([sys.executable, "-m", "feedsvc", "publish"], env=environ, check=True, stdout=subprocess.DEVNULL)
    settings = load_settings(environ)
    open_store(settings).close()
    multiply(folder / "var" / "feedsvc.db", count // published)
    store = Moving(settings.store_url)
    application = make_app(settings, store)
    category = corpus.CATEGORIES[0]
    pages = max(1, -(-store.count(category=category, language=None) // 30))
    slugs = store.slugs(category="all", language=None)
    asked = {
        "front": ["/"],
        "front, one language": ["/zh/"],
        "category": [f"/categories/{category}/"],
        "category, last page": [f"/categories/{category}/page/{pages}/" if pages > 1 else f"/categories/{category}/"],
        "feeds": ["/feeds/"],
        "article": [f"/articles/{slug}" for slug in slugs[:: max(1, len(slugs) // times)]],
    }
    for paths in asked.values():
        ask(application, paths[0])  # templates are compiled once
    for name, paths in asked.items():
        firsts = []
        for number in range(times):
            store.move()
            ask(application, "/.nowhere")  # which reads the edition and the list of its feeds, once for all pages
            firsts.append(_cost(application, paths[number % len(paths)]))
        again = [_cost(application, paths[(times - 1) % len(paths)]) for _ in range(times)]
        yield name, statistics.median(firsts), statistics.median(again)
    store.close()


def multiply(database: Path, times: int) -> None:
    """Have each article, and where it stands, *times* in the store, the copies later than all before."""
    numbers = "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT value FROM n LIMIT ?)"
    with closing(sqlite3.connect(database)) as connection, connection:
        (last,) = connection.execute("SELECT max(sequence) FROM placements").fetchone()
        connection.execute(
            "INSERT INTO articles (id, slug, state, edition, data, links) SELECT id || '-' || value, "  # noqa: S608  ours
            f"slug || '-' || value, state, edition, data, links FROM articles, {numbers}",
            (times - 1,),
        )
        connection.execute(
            f"INSERT INTO placements ({', '.join(STANDS)}) "  # noqa: S608  ours
            "SELECT category, language, article || '-' || value, sequence + value * ?, "
            f"published, gone_at, reason, notice_until FROM placements, {numbers}",
            (last, times - 1),
        )


def _cost(application: object, path: str) -> float:
    began = time.process_time()
    answer, _ = ask(application, path)  # type: ignore[arg-type]
    spent = time.process_time() - began
    if answer.status != 200:  # noqa: PLR2004  what every page is answered with
        raise SystemExit(f"{path}: {answer.status}")
    return spent * 1000


if __name__ == "__main__":
    main()
