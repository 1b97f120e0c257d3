"""Write the same articles for site generators, and say how each makes its whole site, if it is installed.

They get the English text of each article in Markdown, with title, date, category and tags. They write a page for each
article, lists, and feeds of the newest fifty in each category and in all: no second language, no related articles, no
codings. They begin from nothing each time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import corpus

HUGO = """
baseURL = "https://quay.example/"
title = "Quay News"
disableKinds = ["taxonomy", "term"]
[services.rss]
limit = 50
"""
LAYOUT = "<!doctype html><title>{{ .Title }}</title>"
SINGLE = f"{LAYOUT}<h1>{{{{ .Title }}}}</h1><time>{{{{ .Date }}}}</time>{{{{ .Content }}}}"
LIST = f'{LAYOUT}{{{{ range first 50 .Pages }}}}<p><a href="{{{{ .RelPermalink }}}}">{{{{ .Title }}}}</a>{{{{ end }}}}'
PELICAN = """
SITENAME = "Quay News"
SITEURL = "https://quay.example"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "simple"
FEED_MAX_ITEMS = 50
FEED_ALL_ATOM, FEED_ALL_RSS = "feeds/all.atom", "feeds/all.rss"
CATEGORY_FEED_ATOM, CATEGORY_FEED_RSS = "feeds/{slug}.atom", "feeds/{slug}.rss"
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
DEFAULT_PAGINATION = 50
"""


def installed(folder: Path, count: int) -> Iterator[tuple[str, Sequence[str]]]:
    """Write *count* articles below *folder* for each generator that is installed; yield its name and its command."""
    if hugo := shutil.which("hugo"):
        home = folder / "hugo"
        _write(home / "hugo.toml", HUGO)
        _write(home / "config.toml", HUGO)  # as it is called before 0.110
        _write(home / "layouts/_default/single.html", SINGLE)
        _write(home / "layouts/_default/list.html", LIST)
        for story in corpus.stories(count):
            head = f'---\ntitle: "{story.titles[0]}"\ndate: {story.when.isoformat()}\ntags: {list(story.tags)}\n---\n\n'
            _write(home / f"content/{story.category}/{story.number:06}.md", head + "\n\n".join(story.english))
        yield "Hugo, whole site", [hugo, "--quiet", "--source", str(home), "--cleanDestinationDir"]
    if pelican := shutil.which("pelican"):
        home = folder / "pelican"
        _write(home / "pelicanconf.py", PELICAN)
        for story in corpus.stories(count):
            head = f"Title: {story.titles[0]}\nDate: {story.when:%Y-%m-%d %H:%M}\nTags: {', '.join(story.tags)}\n\n"
            _write(home / f"content/{story.category}/{story.number:06}.md", head + "\n\n".join(story.english))
        output, settings = str(home / "output"), str(home / "pelicanconf.py")
        yield "Pelican, whole site", [pelican, "-q", "-d", "-o", output, "-s", settings, str(home / "content")]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
