"""Make every feed as a script with feedgen would: read all copy, then write RSS and Atom of the newest entries.

Usage: python benchmarks/publishing/naive.py ARTICLES FEEDS

No date is read, nothing is remembered, kept consistent or compressed, and there is no JSON Feed; and still each entry
is set anew for every feed that holds it.
"""

from __future__ import annotations

import html
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from feedgen.feed import FeedGenerator

LIMIT = 50
LANGUAGES = ("en", "zh", "en-zh")


@dataclass(frozen=True, slots=True)
class Story:
    """Hold a story: its name, when its file was changed, its titles and paragraphs."""

    name: str
    when: datetime
    titles: tuple[str, str]
    paragraphs: tuple[str, ...]


def main() -> None:
    """Write the feeds of all articles and of each folder."""
    articles, feeds = Path(sys.argv[1]), Path(sys.argv[2])
    feeds.mkdir(parents=True, exist_ok=True)
    stories = {folder.name: [read(file) for file in folder.iterdir()] for folder in articles.iterdir()}
    stories["all"] = [story for folder in stories.values() for story in folder]
    for name, several in stories.items():
        newest = sorted(several, key=lambda story: story.when)[-LIMIT:]
        for language in LANGUAGES:
            write(feeds / f"{name}.{language}", newest, language)


def read(file: Path) -> Story:
    """Return the story in *file*, split at blank lines and nothing more; a pair of files is two stories."""
    text = file.read_text(encoding="utf-8")
    when = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    if text.startswith("---"):
        _, front, text = text.split("---", 2)
        said = dict(line.split(": ", 1) for line in front.strip().split("\n") if ": " in line)
        titles = said["title"].strip('"'), said.get("title_zh", said["title"]).strip('"')
        return Story(file.stem, when, titles, tuple(text.strip().split("\n\n")))
    head, *paragraphs = text.split("\n\n")
    first, second = head.split("\n")
    return Story(file.stem, when, (first, second), tuple(paragraphs[2:-2]))


def write(path: Path, stories: list[Story], language: str) -> None:
    """Write one feed in both formats that feedgen knows."""
    feed = FeedGenerator()
    feed.id(f"https://quay.example/feeds/{path.name}")
    feed.title(path.name)
    feed.link(href="https://quay.example/", rel="alternate")
    feed.description(path.name)
    feed.language(language)
    for story in stories:
        shown = [words for words in story.paragraphs if language == "en-zh" or words.isascii() == (language == "en")]
        entry = feed.add_entry()
        entry.id(f"https://quay.example/{story.name}")
        entry.title(" / ".join(story.titles) if language == "en-zh" else story.titles[language == "zh"])
        entry.link(href=f"https://quay.example/articles/{story.name}")
        entry.published(story.when)
        entry.updated(story.when)
        entry.content("\n".join(f"<p>{html.escape(words)}</p>" for words in shown), type="html")
    feed.rss_file(f"{path}.rss")
    feed.atom_file(f"{path}.atom")


if __name__ == "__main__":
    main()
