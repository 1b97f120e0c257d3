"""Fill a newsroom with many small stories, and walk feeds back through their archives as a client does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from lxml import etree

from newsroom import Newsroom

ATOM = "{http://www.w3.org/2005/Atom}"
OLD = datetime(2026, 9, 1, tzinfo=UTC)


def story(
    room: Newsroom, number: int, *, category: str = "world", languages: str = "en", date: datetime = OLD, rest: str = ""
) -> None:
    """Write story *number*, in each of *languages* ("en zh"), dated as many minutes after *date*."""
    titles = {"en": f"Story {number}", "zh": f"第{number}则"}
    title = ", ".join(f"{language}: {titles[language]}" for language in languages.split())
    when = f"{date + timedelta(minutes=number):%Y-%m-%d %H:%M} +00:00"
    room.file(f"{category}/{number:05}.md", f"---\ntitle: {{{title}}}\ndate: {when}\n{rest}\n---\n\nText of it.\n")


def read(body: bytes, form: str) -> tuple[list[str], dict[str, str]]:
    """Return the ids in a document in their order, and where it leads, by relation."""
    if form == "json":
        document = json.loads(body)
        more = document["_feedsvc"]
        links = {
            "self": document["feed_url"],
            "prev-archive": document.get("next_url"),
            "next-archive": more.get("next_archive"),
            "current": more.get("current"),
        }
        return [item["id"] for item in document["items"]], {rel: url for rel, url in links.items() if url}
    root = etree.fromstring(body)
    top, ids = (root[0], "item/guid") if form == "rss" else (root, f"{ATOM}entry/{ATOM}id")
    links = {link.get("rel"): link.get("href") for link in top.findall(f"{ATOM}link") if link.get("rel") != "alternate"}
    return [identity.text for identity in top.findall(ids)], links


def walk(ask: Callable[..., object], path: str) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Yield (path, ids, links) of the feed at *path* and of every page of its archive, the newest first."""
    while path:
        answer = ask(path)
        assert answer.status == 200, (path, answer.status)
        ids, links = read(answer.body, path.rpartition(".")[2])
        yield path, ids, links
        path = urlsplit(links.get("prev-archive", "")).path


def live(room: Newsroom, category: str, language: str | None) -> set[str]:
    """Return the ids that a feed gives to all of its live entries."""
    found = room.store.latest(category=category, language=language, limit=1_000_000)
    return {f"{entry.article.id}/{language}" if language else entry.article.id for entry in found}
