"""Walk every address of a site for words of stories that are not to be seen, and the store's files after a kill."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
from sqlalchemy import select

from database import Database
from feedsvc.stores import schema
from feedsvc.web import make_app
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import SUFFIXES, Tree
from made_files import alternatives, photo, xmp
from newsroom import START, Newsroom
from partner_room import PARTNERS
from service import serving
from sitewalk import Site, words_in

RELEASE = START + timedelta(days=2)
FIELDS = ("title", "zh", "body", "byline", "tag", "caption", "alt", "related", "file", "picture", "desk")
HAN = {"embargoed": "桫椤", "draft": "蟛蜞", "held": "氍毹", "killed": "饕餮"}
STATES = {
    "embargoed": f"release: {RELEASE.isoformat()}",
    "draft": "draft: true",
    "held": "hold: true",
    "killed": "killed: true",
}
HOME = "https://quay.example"


def words_of(kind: str) -> dict[str, str]:
    """Return a word for each field of the secret story of a *kind*, which is nowhere else."""
    return {field: HAN[kind] if field == "zh" else f"{kind}x{field}" for field in FIELDS}


WORDS = frozenset(word for kind in STATES for word in words_of(kind).values())


def secret(kind: str, rest: str = "") -> str:
    words = words_of(kind)
    return f"""---
title: {{ en: "{words["title"]} comes", zh: "{words["zh"]}来了" }}
date: 2026-10-30 09:00 +00:00
authors: [{words["byline"]}]
tags: [{words["tag"]}]
image: {{ url: "https://media.example/{words["picture"]}.jpg", alt: {words["alt"]}, caption: {words["caption"]} }}
enclosures: ["https://media.example/{words["picture"]}.mp3"]
related: [{words["related"]}]
{rest}
---

It is {words["body"]}, it is.

![{words["alt"]}](https://media.example/{words["picture"]}.png)

![]({words["picture"]}.jpg)
"""


def picture(kind: str) -> bytes:
    """Return the picture of the secret story, with a word of its desk in the file."""
    alternative = alternatives(x_default=words_of(kind)["desk"])
    packet = xmp(f"<Iptc4xmpCore:AltTextAccessibility>{alternative}</Iptc4xmpCore:AltTextAccessibility>")
    return photo(500 + len(kind), 300, packet=packet)


def story(title: str, *, rest: str = "", body: str = "Text of the story.") -> str:
    return f"---\ntitle: {title}\ndate: 2026-10-29 09:00 +00:00\n{rest}\n---\n\n{body}\n"


def others(kind: str) -> Iterator[tuple[str, str]]:
    """Yield published stories that name the secret one, link to it, show or enclose its files, and translate it."""
    words = words_of(kind)
    file, slug = words["file"], f"{words['title']}-comes"
    lines = ", ".join(
        [
            f'"{words["title"]} comes"',
            f'"{words["zh"]}来了"',
            f"{file}.md",
            f"/articles/{slug}",
            f"{HOME}/articles/{slug}",
            f'{{ title: Before, url: "{HOME}/articles/{slug}" }}',
            f'{{ title: Before, url: "{file}.md" }}',
            f'{{ title: Before, url: "/world/{file}/" }}',
        ]
    )
    yield f"world/{kind}-related.md", story(f"Related of {kind}", rest=f"related: [{lines}]")
    targets = [
        f"{file}.md",
        f"./{file}",
        f"../world/{file}.md#part",
        f"/world/{file}/",
        f"/posts/{file}/",
        f"/articles/{slug}",
        f"{HOME}/articles/{slug}",
        f"{HOME}/articles/{slug}?lang=zh#part",
        f"{HOME}/articles/{slug}.json",
        f"{HOME}/world/{file}/",
    ]
    links = "\n\n".join(
        f'See [it]({target}), <a href="{target}">them</a> and [the {number}th].\n\n[the {number}th]: {target}'
        for number, target in enumerate(targets)
    )
    yield f"world/{kind}-links.md", story(f"Links of {kind}", body=links)
    files = [f"{file}.md", f"{file}/a.jpg", f"{file}.jpg", f"/articles/{slug}", f"{HOME}/articles/{slug}"]
    enclosures = ", ".join(f'"{target}", {{ url: "{target}?b", type: image/png }}' for target in files)
    shown = "\n\n".join(
        f'![a view]({target})\n\n<video src="{target}" controls></video> <img srcset="{target} 2x" alt="">'
        for target in files
    )
    rest = f'image: "{files[-1]}"\nenclosures: [{enclosures}]'
    yield f"world/{kind}-media.md", story(f"Media of {kind}", rest=rest, body=shown)
    if kind in ("embargoed", "held"):
        yield f"world/{file}.fr.md", story(f"L'autre moitié de {kind}", body="La mer est calme et le port dort.")
    else:
        rest = f"translation_of: world/{file}.md\nlanguage: fr"
        yield f"science/{kind}-fr.md", story(f"Traduction de {kind}", rest=rest, body="La mer est calme.")


def site_of(room: Newsroom) -> Site:
    app = make_app(room.settings, room.store, clock=lambda: room.now)
    return Site(app=app, settings=room.settings, store=room.store)


def walked(site: Site) -> dict[str, set[str]]:
    """Return the words that the public can read on *site*, by address."""
    found: dict[str, set[str]] = {}
    for told in site.walk():
        if there := words_in(told.text, WORDS):
            found.setdefault(told.path, set()).update(there)
    return found


def unread(site: Site, words: set[str]) -> set[str]:
    """Return those of *words* that the public can read nowhere on *site*, which is walked until each was read."""
    missing = set(words)
    for told in site.walk():
        missing -= words_in(told.text, missing)
        if not missing:
            break
    return missing


def built(room: Newsroom) -> dict[str, set[str]]:
    """Return the words that are in the files of the static site or in their names, by file."""
    found: dict[str, set[str]] = {}
    folder = room.folder / "built"
    with Tree(folder) as tree:
        build(room.settings, room.store, tree, progress=str)
    for path in folder.rglob("*"):
        content = f"{path.relative_to(folder)}\n{_unpacked(path) if path.is_file() else ''}".lower()
        if there := words_in(content, WORDS):
            found[str(path.relative_to(folder))] = there
    return found


def _unpacked(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix in SUFFIXES:
        content = gzip.decompress(content) if path.suffix == ".gz" else brotli.decompress(content)
    return content.decode(errors="replace")


@pytest.fixture
def room(newsroom: Newsroom, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """A newsroom with the four stories, those that name them, and archives."""
    monkeypatch.setattr("feedsvc.stores.archives.PAGE", 10)
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    newsroom.configure(newsroom.main.replace('["en", "zh"]', '["en", "zh", "fr"]'))
    (newsroom.folder / "config/partners.toml").write_text(PARTNERS, encoding="utf-8")
    for kind, mark in STATES.items():
        newsroom.file(f"world/{words_of(kind)['file']}.md", secret(kind, mark))
        newsroom.file(f"world/{words_of(kind)['picture']}.jpg", picture(kind))
        for path, text in others(kind):
            newsroom.file(path, text)
    newsroom.publish()
    return newsroom


def test_nobody_reads_of_a_story_before_its_time_or_after_its_kill(room, request):
    hidden = walked(site_of(room)), built(room)
    room.now = RELEASE
    for kind in ("draft", "held"):
        room.file(f"world/{words_of(kind)['file']}.md", secret(kind))
    room.publish()
    missing = unread(site_of(room), {word for kind in STATES if kind != "killed" for word in words_of(kind).values()})
    for kind in STATES:
        room.file(f"world/{words_of(kind)['file']}.md", "KILL\n")
    room.publish()
    killed = walked(site_of(room)), built(room)
    is_file = room.settings.store_url.startswith("sqlite")
    files = room.folder / "var" if is_file else files_of(request.getfixturevalue("database"))

    assert hidden == ({}, {})
    assert missing == set()
    assert killed == ({}, {})
    assert in_rows(room) == {}
    assert in_files(files) == {}


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_who_guesses_an_address_of_a_story_learns_nothing(room):
    site, learnt = site_of(room), []
    for kind in STATES:
        words = words_of(kind)
        slug, path = f"{words['title']}-comes", f"world/{words['file']}.md"
        guesses = {
            "slug": (slug, words["file"], words["tag"], words["byline"]),
            "name": (f"{slug}.rss",),
            "path": (path, words["file"]),
        }
        values = {**site.values(), **guesses}
        paths = [
            path
            for rule in site.app.url_map.iter_rules()
            if guesses.keys() & rule.arguments
            for path in site.paths_of(rule, values)
        ]
        searched = [f"{where}?q={quote(word)}" for word in words.values() for where in ("/search", "/feeds/search.rss")]
        learnt += [path for path in (*paths, *searched) if _answer(site, path) != _answer(site, _elsewhere(path))]

    assert learnt == []


def _elsewhere(path: str) -> str:
    """Return *path* with other words, which no document has, in the place of secret ones."""
    for word in WORDS:
        other = "".join("囧" if ord(letter) > 127 else "q" for letter in word)
        path = path.replace(word, other).replace(quote(word), quote(other))
    return path


def _answer(site: Site, path: str) -> tuple[int, str]:
    """Return the answer, its address and its words made those of another."""
    told = site.ask(path)
    text = _elsewhere(f"{told.headers}\n{told.body.decode()}")
    return told.status, re.sub(r"(?m)^(?:ETag|Set-Cookie): .*$", "", text)


def test_a_page_that_is_new_is_walked(newsroom):
    newsroom.file("world/tide.md", story("Tide turns"))
    newsroom.publish()
    site = site_of(newsroom)
    site.app.add_url_rule("/categories/<slug>/drafts", "drafts", lambda slug: f"{slug}: heldxbody")

    assert walked(site).keys() >= {"/categories/world/drafts"}


def test_a_page_whose_addresses_nobody_knows_stops_the_walk(newsroom):
    newsroom.file("world/tide.md", story("Tide turns"))
    newsroom.publish()
    site = site_of(newsroom)
    site.app.add_url_rule("/desks/<desk>", "desks", lambda desk: desk)

    with pytest.raises(AssertionError, match="say in sitewalk what desk may be"):
        walked(site)


def test_the_log_of_the_service_tells_nothing_of_a_story_but_its_place(newsroom):
    newsroom.file("world/tide.md", story("Tide turns"))
    with serving(newsroom.folder) as service:
        for kind, mark in {**STATES, "embargoed": "release: 2150-01-01 09:00 +00:00"}.items():
            newsroom.file(f"world/{words_of(kind)['file']}.md", secret(kind, mark))
        newsroom.file("world/first.md", story("First"))
        service.wait_for("/articles/first", lambda answer: answer.status == 200)
        for path, text in (other for kind in STATES for other in others(kind)):
            newsroom.file(path, text)
        newsroom.file("world/last.md", story("Last"))
        service.wait_for("/articles/last", lambda answer: answer.status == 200)
        for kind in STATES:
            service.ask(f"/articles/{words_of(kind)['title']}-comes")
        for kind in STATES:
            newsroom.file(f"world/{words_of(kind)['file']}.md", "KILL\n")
        newsroom.file("world/end.md", story("End"))
        service.wait_for("/articles/end", lambda answer: answer.status == 200)
    log = (newsroom.folder / "service.log").read_text(encoding="utf-8")

    assert words_in(log.lower(), WORDS) <= {words_of(kind)["file"] for kind in STATES}


def files_of(database: Database) -> Path:
    database.ask("CHECKPOINT")
    return database.folder / "data" / "base"


def in_files(folder: Path) -> dict[str, set[str]]:
    """Return the words in the files of a store, but for the paths of documents, which a kill leaves."""
    found = {}
    for path in folder.rglob("*"):
        text = path.read_bytes().decode(errors="replace").lower() if path.is_file() else ""
        if there := {word for word in words_in(text, WORDS) if not word.endswith("file")}:
            found[str(path)] = there
    return found


def in_rows(room: Newsroom) -> dict[str, set[str]]:
    """Return the words in the rows of a store, packed ones unpacked, but for the paths of the killed documents."""
    found: dict[str, set[str]] = {}
    with room.store.snapshot() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                fields = dict(row._mapping)
                is_its = table.name in {"documents", "names"} or fields.get("state") == "killed"
                text = "\n".join(content.decode(errors="replace") for value in row for content in _forms(value))
                is_its |= table.name == "problems" and "kill" in text  # of one of its documents
                if there := {word for word in words_in(text.lower(), WORDS) if not (is_its and word.endswith("file"))}:
                    found.setdefault(table.name, set()).update(there)
    return found


def _forms(value: object) -> Iterator[bytes]:
    """Yield the value of a column as bytes, and unpacked in each way in which it can be."""
    content = value if isinstance(value, bytes) else str(value).encode()
    yield content
    for unpack in (gzip.decompress, zlib.decompress, brotli.decompress):
        with suppress(OSError, EOFError, zlib.error, brotli.error):
            yield unpack(content)
