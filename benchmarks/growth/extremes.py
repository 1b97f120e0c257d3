"""Measure copy that is unlike most: the same passes over as many plain articles, and over these, side by side.

Usage: PYTHONPATH=tests/support python benchmarks/growth/extremes.py [--count 1000] [--many 20000] [--rounds 3]

Each row is a newsroom of its own: the first pass, and then one new article beside a watcher, in seconds of processor.
`benchmarks/growth/desk.py` says how they are measured.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk import Desk

HERE = Path(__file__).parent
# What stands before this folder: its modules are of no package.
sys.path.insert(0, str(HERE.parent / "publishing"))
corpus, publishing = importlib.import_module("corpus"), importlib.import_module("run")

LANGUAGES = ("en", "zh", "fr", "es", "pt")
MEGABYTES = 2
TOPICS = tuple(f"topic-{number}" for number in range(1000))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of copy.

    made:       returns (path, text) of the article with a number.
    count:      of articles; less where each is large.
    plain:      the kind that it is compared with.
    """

    name: str
    made: Callable[[int], tuple[str, str]]
    count: int
    plain: str = ""
    categories: Sequence[str] = corpus.CATEGORIES
    languages: Sequence[str] = ("en", "zh")


def kinds(count: int, many: int) -> Iterator[Kind]:
    """Yield the kinds to measure, each after the plain one that it is compared with; *many* are in one folder."""
    plain, few = f"{count:,} plain articles", f"{count // 20:,} plain articles"
    yield Kind(plain, markdown, count)
    yield Kind("five languages each", polyglot, count, plain, languages=LANGUAGES)
    yield Kind("over 1,000 categories", over_topics, count, plain, TOPICS)
    yield Kind("300 tags each", tagged, count, plain)
    yield Kind(few, markdown, count // 20)
    yield Kind(f"bodies of {MEGABYTES} MB", large, count // 20, few)
    apart, together = f"{many:,} documents in 20 folders", f"{many:,} documents in one folder"
    yield Kind(apart, markdown, many)
    yield Kind(together, lambda number: _in("world", markdown(number)), many, apart)


def markdown(number: int) -> tuple[str, str]:
    """Return one article in Markdown, whole in one document."""
    story = corpus.story(number)
    return f"{story.category}/{story.when:%Y%m%d}-{number:06}.md", corpus.markdown(story)


def polyglot(number: int) -> tuple[str, str]:
    """Return one article with its titles and a paragraph in five languages."""
    path, text = markdown(number)
    titles = "\n".join(f'title_{language}: "L\'histoire {language} {number}"' for language in LANGUAGES[2:])
    others = [f"Le port est ouvert, {language}, {number}. " * 8 for language in LANGUAGES[2:]]
    return path, text.replace("\ndate: ", f"\n{titles}\ndate: ", 1) + "\n" + "\n\n".join(others) + "\n"


def over_topics(number: int) -> tuple[str, str]:
    return _in(TOPICS[number % len(TOPICS)], markdown(number))


def tagged(number: int) -> tuple[str, str]:
    path, text = markdown(number)
    tags = ", ".join(f"tag {number % 7} {place}" for place in range(300))
    return path, re.sub(r"tags: \[.*?\]", f"tags: [{tags}]", text, count=1)


def large(number: int) -> tuple[str, str]:
    """Return one article whose body is in Chinese, because a body has at most a million characters."""
    path, text = markdown(number)
    head, _, _ = text.rpartition("---\n")
    paragraphs = "\n\n".join(corpus.story(number).chinese) + "\n\n"
    return path, f"{head}---\n{paragraphs * (MEGABYTES * 1_000_000 // len(paragraphs.encode()))}"


def _in(folder: str, filed: tuple[str, str]) -> tuple[str, str]:
    path, text = filed
    return f"{folder}/{path.rpartition('/')[2]}", text


def main() -> None:
    """Print one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=1_000, help="of articles")
    asked.add_argument("--many", type=int, default=20_000, help="documents in one folder")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--kinds", default="", help="a pattern: only rows whose names have it")
    arguments = asked.parse_args()
    logging.disable(logging.WARNING)
    costs: dict[str, tuple[float, float]] = {}
    print("| CPU s | first pass | by plain | one new article | by plain |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for kind in kinds(arguments.count, arguments.many):
        if re.search(arguments.kinds, kind.name):
            with tempfile.TemporaryDirectory() as folder:
                costs[kind.name] = measured(Path(folder), kind, rounds=arguments.rounds)
            ratios = [
                f"{its / plain:.2f}" if kind.plain else ""
                for its, plain in zip(costs[kind.name], costs.get(kind.plain, costs[kind.name]), strict=True)
            ]
            first, new = costs[kind.name]
            print(f"| {kind.name} | {first:.2f} | {ratios[0]} | {new:.3f} | {ratios[1]} |", flush=True)


def measured(folder: Path, kind: Kind, *, rounds: int) -> tuple[float, float]:
    """Return the seconds of processor of the first pass, and of one new article."""
    desk = Desk(folder)
    publishing.configure(folder, kind.categories, kind.languages)
    for number in range(kind.count):
        path, text = kind.made(number)
        desk.file(path, text, arrival=corpus.story(number).when)
    first = desk.begin()
    fresh = []
    for number in range(kind.count, kind.count + rounds + 1):
        desk.file(*kind.made(number))
        fresh.append(desk.settle())
    desk.end()
    return first, statistics.median(fresh[1:])  # for the first of them, entries are rendered once


if __name__ == "__main__":
    main()
