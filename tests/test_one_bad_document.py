"""One document never stops another: whatever it holds or does becomes its own problem, and the pass goes on."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import event, text

from feedsvc.articles import compose as composition
from feedsvc.articles.holds import kept_back
from feedsvc.articles.identity import free_slug, mint_slug
from feedsvc.articles.related import title_digest
from feedsvc.publish import assemble as assembly
from feedsvc.publish import join as joining
from feedsvc.publish import reading
from feedsvc.stores.backups import faults_of
from feedsvc.text.failures import KILLED
from newsroom import Newsroom, said, titles
from service import environment

DATE = "date: 2026-10-30 09:00 +00:00\n"
WIRE = "LISBON, Oct 30 (Quay News) -- They came at dawn.\n"


def letters(count: int) -> str:
    """Return letters that no store can compress."""
    return "".join(hashlib.sha256(b"%d" % number).hexdigest() for number in range(count // 64 + 1))[:count]


def han(count: int) -> str:
    digests = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(count // 16 + 1))
    pairs = zip(digests[::2], digests[1::2], strict=True)
    return "".join(chr(0x4E00 + (high << 8 | low) % 20_000) for high, low in pairs)[:count]


def note(title: str, *, rest: str = "", date: str = DATE, body: str = "They came at dawn.\n") -> str:
    return f"---\ntitle: {title}\n{date}{rest}\n---\n\n{body}"


def toml(rest: str) -> str:
    return f'+++\ntitle = "Lamps"\n{rest}\n+++\n\nThey came at dawn.\n'


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
GOOD = {
    "title.zh.md": note(han(1100)),
    "title.en.md": note(letters(5000)),
    "related.md": note("Related", rest=f'related: ["{letters(5000)}", "{han(1500)}"]'),
    "related.txt": f"Related\n\n{WIRE}\nRelated News:\n{han(1500)}\n",
    "id.md": note("Id", rest=f"id: {letters(5000)}"),
    "iri.md": note("Iri", rest=f"id: 'tag:{han(500)}'\nrelated: [\"{letters(700)}\"]"),
    "translation.md": note("Translation", rest=f"translation_of: {letters(5000)[::-1]}"),
    "slug.md": note("Slug", rest=f"slug: {letters(5000)}"),
    "word.md": note("Word", body=letters(9000)),
    "words.md": note("Words", body=han(9000)),
    "author.md": note("Author", rest=f"author: {letters(9000)}"),
    "tags.md": note("Tags", rest=f'tags: [{letters(9000)}, "\\0", "\\ud800"]'),
    "category.md": note("Category", rest=f'category: "{letters(9000)}\\ud800"'),
    "keys.md": note("Keys", rest='"\\ud800": x\n"titl\\ud800e": y'),
    "links.md": note(
        "Links", rest='related: ["https://[::1/", "http://\\0/", "http://\\ud800/"]', body="[x](http://[::1/)"
    ),
    "expiry.md": note("Expiry", rest="updated: 2026-10-30 09:00 +00:00"),
    "quotes.md": note("Quotes", body=">" * 5000 + " x\n"),
    "stars.md": note("Stars", body="*a " * 3000 + "*" * 3000),
    "brackets.md": note("Brackets", body="[" * 20_000 + "](x)" * 20_000),
    "elements.md": note("Elements", body="<div>" * 20_000),
    "lists.md": note("Lists", body="- " * 3000 + " x\n"),
    "figures.txt": f"{'9' * 5000}\n\n{WIRE}",
    "hours.txt": f"Hours\nPublished: 2026-10-30 {'9' * 5000}:00\n\n{WIRE}",
    "zone.txt": f"Zone\nPublished: 2026-10-30 10:00 GMT+{'9' * 5000}\n\n{WIRE}",
}
BAD = {
    "empty.txt": "",
    "integer.toml.md": toml(f"x = {'9' * 5000}"),
    "hexadecimal.toml.md": toml(f"x = 0x{'f' * 4000}"),
    "key.toml.md": toml(f"{'.'.join('a' * 600)} = 1"),
    "table.toml.md": toml(f"[{'.'.join('a' * 600)}]"),
    "nul.id.md": note("Nul id", rest='id: "a\\0b"'),
    "nul.iri.md": note("Nul iri", rest='id: "tag:a\\0b"'),
    "nul.translation.md": note("Nul", rest='translation_of: "a\\0b"'),
    "surrogate.id.md": note("Surrogate", rest='id: "a\\ud800b"'),
    "surrogate.language.md": note("Surrogate", rest='language: "\\ud800"'),
    "surrogate.withdrawn.md": note("Surrogate", rest='withdrawn: "\\ud800\\0"'),
    "surrogate.date.md": note("Surrogate", date='date: "\\ud800"\n'),
    "surrogate.embargo.md": note("Surrogate", rest='embargo: "\\ud800\\0"'),
    "bytes.md": note("Bytes", rest=f"enclosures:\n  - url: https://x.example/a.mp3\n    length: {10**40}"),
    "negative.md": note("Bytes", rest=f"enclosures:\n  - url: https://x.example/a.mp3\n    length: {-(2**63)}"),
    "year1.md": note("Year", date="date: 0001-01-01T00:00:00+14:00\n"),
    "year9999.md": note("Year", date="date: 9999-12-31T23:59:59-14:00\n"),
    "year0.md": note("Year", date="date: 0000-00-00\n"),
    "updated.md": note("Updated", rest="updated: 0001-01-01T00:00:00+14:00"),
    "embargo.md": note("Embargo", rest="embargo: until 9999-12-31 23:59 -14:00"),
    "nested.yaml.md": note("Nested", rest=f"x: {'[' * 2000}{']' * 2000}"),
    "laughs.md": note("Laughs", rest=LAUGHS),
    "alias.md": note("Alias", rest="x: &x [*x]"),
    "nul.txt": b"\0" * 5000,
    "large.txt": b"x" * 10_000_001,
}


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    newsroom.file("world/terns.md", note("Terns"))
    return newsroom


def test_a_folder_of_nasty_documents_is_published_but_for_the_bad_ones_which_are_named(room):
    for number, (name, content) in enumerate({**GOOD, **BAD}.items()):
        room.file(f"world/{number}/{name}", content)
    too_long = "/".join([letters(200)] * 15) + "/path.md"
    room.file(too_long, note("Path"))

    edition = room.publish()

    refused = {problem.path.rsplit("/", 1)[-1] for problem in edition.problems if problem.severity != "note"}
    assert refused - {*BAD} == {next(each.path for each in edition.problems if "path is longer than" in each.message)}
    assert refused >= {*BAD}
    assert edition.articles == len(GOOD) + 1
    assert "Terns" in titles(room)
    assert faults_of(room.store) == ()


def refuse(room: Newsroom, table: str, column: str, value: str) -> None:
    """Have the store refuse rows of *table* with *value*, as it does those that it finds too large."""
    with room.store.transaction() as connection:
        if connection.dialect.name == "sqlite":
            for change in ("INSERT", "UPDATE"):
                connection.execute(
                    text(
                        f"CREATE TRIGGER no_{change} BEFORE {change} ON {table} WHEN NEW.{column} = '{value}' "
                        "BEGIN SELECT RAISE(ABORT, 'no such row'); END"
                    )
                )
        else:
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT no_row CHECK ({column} <> '{value}')"))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        pytest.param("documents", "path", "world/lamps.md", id="a document"),
        pytest.param("names", "name", "path:desk/world/lamps.md", id="a name"),
        pytest.param("articles", "slug", "lamps", id="an article"),
        pytest.param("titles", "digest", title_digest("Lamps"), id="a title"),
        pytest.param("wants", "digest", title_digest("Nobody has this"), id="a related line"),
    ],
)
def test_a_row_that_the_store_refuses_keeps_its_own_article_out_and_no_other(room, table, column, value):
    refuse(room, table, column, value)
    room.file("world/lamps.md", note("Lamps", rest="related: [Nobody has this]"))
    room.file("world/moths.md", note("Moths", rest="related: [Terns, Lamps]"))

    edition = room.publish()

    assert titles(room) == ["Moths", "Terns"]
    (problem,) = edition.problems
    assert str(problem).startswith(("world/lamps.md: could not be published: ", "world/lamps.md: could not be read: "))
    assert faults_of(room.store) == ()


def test_a_row_that_the_store_refuses_leaves_what_was_published_of_its_article(room):
    room.file("world/lamps.md", note("Lamps"))
    room.publish()
    refuse(room, "titles", "digest", title_digest("Lamps lit"))
    room.file("world/lamps.md", note("Lamps lit"))
    room.file("world/moths.md", note("Moths"))

    room.publish()
    meanwhile = titles(room), len(said(room))
    room.file("world/lamps.md", note("Lamps out"))
    room.publish()

    assert meanwhile == (["Lamps", "Moths", "Terns"], 1)
    assert (titles(room), said(room)) == (["Lamps out", "Moths", "Terns"], [])


def test_a_translation_of_what_makes_no_slug_is_joined_to_no_article_whose_slug_is_none(room):
    room.file("world/gulls.md", note("Gulls", rest="slug: 海鸥"))
    room.file("world/lamps.md", note("灯", rest="translation_of: 港口"))

    assert room.publish().articles == 3


def broken(work):
    """Return *work*, but that it fails for whatever has "lamps" in its place."""

    def fails(item, *rest, **more):
        if "lamps" in str(item):
            raise RecursionError("maximum recursion depth exceeded")
        return work(item, *rest, **more)

    return fails


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(reading, "parse", id="reading"),
        pytest.param(composition, "kept_back", id="composing"),
        pytest.param(joining, "bytes_name", id="joining"),
        pytest.param(assembly, "public_names", id="assembling"),
    ],
)
def test_an_error_of_our_own_is_told_of_its_document_and_logged_once(newsroom, monkeypatch, caplog, module, name):
    newsroom.file("world/terns.md", note("Terns"))
    newsroom.file("world/lamps.md", note("Lamps", rest="id: tag:lamps"))
    if name == "bytes_name":
        digest = hashlib.sha256((newsroom.articles / "world/lamps.md").read_bytes()).hexdigest()[:32]
        monkeypatch.setattr(module, name, lambda each: broken(str)("lamps" if each == digest else each))
    else:
        monkeypatch.setattr(module, name, broken(getattr(module, name)))

    with caplog.at_level(logging.ERROR):
        newsroom.publish()
        newsroom.publish()

    assert titles(newsroom) == ["Terns"]
    (problem,) = said(newsroom)
    assert problem.startswith("rejected: world/lamps.md: could not be ")
    assert problem.endswith("RecursionError: maximum recursion depth exceeded")
    assert caplog.text.count("Traceback") == 1


def test_of_articles_of_one_title_each_gets_a_slug_though_two_have_the_same_salt(room):
    salts: dict[str, str] = {}
    for number in range(1_000_000):
        declared, slug = f"tag:{number}", free_slug("lamps", identity=f"tag:{number}", is_taken={"lamps"}.__contains__)
        if slug in salts:
            break
        salts[slug] = declared
    for each in (salts[slug], declared, "tag:first"):
        room.file(f"world/{each.removeprefix('tag:')}.md", note("Lamps", rest=f"id: {each}"))
    room.file("world/sly.md", note("Lamps", rest=f"id: tag:sly\nslug: {slug}"))

    edition = room.publish()

    assert (edition.articles, edition.problems) == (5, ())
    assert len({item["url"] for item in json.loads(room.feed("/feeds/all.json"))["items"]}) == 5


def test_a_killed_article_gets_a_slug_that_no_other_has(room):
    room.file("world/lamps.md", note("Lamps", rest="id: tag:lamps"))
    room.file("world/sly.md", note("Moths", rest=f"slug: {mint_slug((), identity='tag:lamps')}"))
    room.publish()

    room.file("world/lamps.md", note("Lamps", rest="id: tag:lamps\nkilled: true"))
    room.publish()

    assert titles(room) == ["Moths", "Terns", "Withdrawn"]


def test_a_kill_goes_through_though_another_document_of_the_article_cannot_be_read_any_more(newsroom, monkeypatch):
    newsroom.file("world/lamps.en.md", note("Lamps"))
    newsroom.file("world/lamps.zh.md", note("灯"))
    newsroom.file("world/moths.en.md", note("Moths"))
    newsroom.file("world/moths.zh.md", note("蛾"))
    newsroom.publish()
    monkeypatch.setattr(composition, "kept_back", failing_on_chinese)

    newsroom.file("world/lamps.en.md", note("Lamps", rest="killed: true"))
    newsroom.file("world/moths.en.md", note("Moths again"))
    newsroom.publish()

    assert titles(newsroom) == ["Moths / 蛾", "Withdrawn / 稿件已撤回"]
    assert {each.split(": could")[0] for each in said(newsroom)} >= {"rejected: world/moths.zh.md"}


def failing_on_chinese(arrived, **more):
    if arrived.draft.path.endswith(".zh.md"):
        raise ValueError("no Chinese today")
    return kept_back(arrived, **more)


def test_a_document_larger_than_the_store_takes_is_told_and_all_else_is_published(newsroom):
    engine = newsroom.store._engine
    event.listen(engine, "connect", lambda own, _: own.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100_000))
    engine.dispose()
    newsroom.file("world/lamps.md", note("Lamps", body="They were lit. " * 10_000))
    newsroom.file("world/terns.md", note("Terns"))

    newsroom.publish()

    assert titles(newsroom) == ["Terns"]
    assert said(newsroom) == ["rejected: world/lamps.md: could not be read: DataError: string or blob too big"]


# Read by each Python that is started, those of other processes too.
DEADLY = """
import os, signal
from feedsvc.publish import reading
from feedsvc.articles import compose as composition

parse, kept_back = reading.parse, composition.kept_back

def deadly_parse(document, **more):
    if b"ends its reader" in document.content:
        os.kill(os.getpid(), signal.SIGKILL)
    return parse(document, **more)

def deadly_kept_back(arrived, **more):
    if "composer" in arrived.draft.path:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept_back(arrived, **more)

reading.parse, composition.kept_back = deadly_parse, deadly_kept_back
"""


@pytest.mark.parametrize(
    ("count", "statuses"),
    [
        pytest.param(2, [-signal.SIGKILL, 1, 1], id="few, that are read in the very process"),
        pytest.param(
            300,
            [1, 1],
            id="many, that others read",
            marks=pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="nobody else is called in"),
        ),
    ],
)
def test_documents_that_end_the_process_are_found_told_and_not_tried_again(newsroom, count, statuses):
    (newsroom.folder / "sitecustomize.py").write_text(DEADLY)
    for number in range(count):
        newsroom.file(f"world/{number}.md", note(f"Terns {number}"))
    newsroom.file("world/reader.md", note("Reader", body="It ends its reader."))
    newsroom.file("world/composer.md", note("Composer"))
    environ = environment(newsroom.folder, PYTHONPATH=str(newsroom.folder))

    ended = [publish(newsroom, environ) for _ in statuses]

    assert [each.returncode for each in ended] == statuses, ended[-1].stderr
    assert "Terns 1" in titles(newsroom)
    assert sorted(each.partition(": could not be")[0] for each in said(newsroom)) == [
        "rejected: world/composer.md",
        "rejected: world/reader.md",
    ]
    assert all(each.endswith(KILLED) for each in said(newsroom))
    assert newsroom.store.edition().articles == count


def publish(room: Newsroom, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "feedsvc", "publish"],
        cwd=room.folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
