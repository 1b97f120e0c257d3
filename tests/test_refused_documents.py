"""Documents that were refused are read again only if something changed that decides on them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from feedsvc.stores.backups import faults_of
from newsroom import MAIN, START, Newsroom, said, titles
from openings import watched

DATE = "date: 2026-10-30 09:00 +00:00"


def note(title: str, *, rest: str = DATE, body: str = "They came at dawn.") -> str:
    return f"---\ntitle: {title}\n{rest}\n---\n\n{body}\n"


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    newsroom.file("world/terns.md", note("Terns"))
    return newsroom


def write_over(file: Path, text: str) -> None:
    """Write *text* over *file* such that its size, modification time and inode stay."""
    status = file.stat()
    content = text.encode()
    assert len(content) <= status.st_size
    with file.open("r+b") as opened:
        opened.write(content.ljust(status.st_size))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


REFUSED = {
    "front matter": note("Lamps", rest=f"{DATE}\nx: [[[[[[[[[[[[[[[["),
    "date": note("Lamps", rest="date: no such day, whatever it may be"),
    "hold": note("Lamps", rest=f"{DATE}\ndraft: true"),
    "empty": " " * 100,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in REFUSED.items()])
def test_a_refused_file_that_did_not_change_is_not_read_again_and_still_told(room, text):
    lamps = room.file("world/lamps.md", text)
    room.publish()
    told = said(room)
    with watched(lamps) as is_read:
        room.publish()
        room.publish(among=["world"])
        was_read = is_read()

    assert (len(told), said(room), was_read) == (1, told, False)
    assert titles(room) == ["Terns"]
    assert faults_of(room.store) == ()


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in REFUSED.items()])
def test_a_refused_file_is_read_again_once_it_is_written_over_with_its_size_and_time_kept(room, text):
    lamps = room.file("world/lamps.md", text)
    room.publish()
    write_over(lamps, note("Lamps", body="Lit."))
    room.publish()

    assert (said(room), titles(room)) == ([], ["Lamps", "Terns"])


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in REFUSED.items()])
def test_a_refused_file_is_read_again_under_other_settings(room, text):
    lamps = room.file("world/lamps.md", text)
    room.publish()
    room.configure(MAIN.replace("Asia/Shanghai", "Europe/Lisbon"))
    with watched(lamps) as is_read:
        room.publish()

        assert is_read()


def test_a_refused_file_is_read_again_once_its_source_is_back_if_the_settings_changed_meanwhile(room):
    lamps = room.file("world/lamps.md", REFUSED["front matter"])
    room.publish()
    away = room.articles.rename(room.folder / "away")
    room.configure(MAIN.replace("Asia/Shanghai", "Europe/Lisbon"))
    room.publish()
    away.rename(room.articles)
    with watched(lamps) as is_read:
        room.publish()

        assert is_read()


def test_a_document_that_was_spoiled_and_mended_is_told_no_more(room):
    sound = note("Lamps")
    room.file("world/lamps.md", sound)
    room.publish()
    room.file("world/lamps.md", REFUSED["front matter"])
    room.publish()
    meanwhile = said(room)
    room.publish()
    later = said(room)
    room.file("world/lamps.md", sound)
    room.publish()

    assert (len(meanwhile), later) == (1, meanwhile)
    assert (said(room), titles(room)) == ([], ["Lamps", "Terns"])


def test_a_change_of_its_translation_hides_no_rejection(room):
    room.file("world/lamps.en.md", note("Lamps"))
    room.file("world/lamps.zh.md", note("灯"))
    room.publish()
    room.file("world/lamps.zh.md", REFUSED["front matter"])
    room.publish()
    told = said(room)
    room.file("world/lamps.en.md", note("Lamps lit", rest=f"{DATE}\nupdated: 2026-10-31"))
    room.publish()

    assert (len(told), said(room)) == (1, told)


def test_a_rejected_file_that_is_gone_is_told_no_more(room):
    lamps = room.file("world/lamps.md", REFUSED["front matter"])
    room.publish()
    lamps.unlink()
    room.publish()

    assert said(room) == []


EMBARGO = note("Lamps", rest=f"{DATE}\nembargo: 2026-11-01 13:30 UTC")


@pytest.mark.parametrize("among", [pytest.param([], id="what is due"), pytest.param(None, id="everything")])
def test_an_embargo_ends_without_its_file_being_read(room, among):
    lamps = room.file("world/lamps.md", EMBARGO)
    room.publish()
    before = titles(room)
    room.now = START + timedelta(hours=1, minutes=30)
    with watched(lamps) as is_read:
        room.publish(among=among)
        was_read = is_read()

    assert (before, titles(room), said(room), was_read) == (["Terns"], ["Lamps", "Terns"], [], False)
    with room.store.begin() as tx:
        assert tx.documents.due(room.now) == {}


def test_an_embargo_does_not_end_while_its_source_is_away(room):
    room.file("world/lamps.md", EMBARGO)
    room.publish()
    away = room.articles.rename(room.folder / "away")
    room.now = START + timedelta(hours=2)
    room.publish()
    meanwhile = titles(room)
    away.rename(room.articles)
    room.publish()

    assert (meanwhile, titles(room)) == (["Terns"], ["Lamps", "Terns"])


def test_a_document_that_arrives_with_a_date_ahead_says_what_to_do(room):
    room.file("world/lamps.md", "---\ntitle: Lamps\ndate: 2026-12-24\n---\nThey are lit.\n")

    room.publish()

    told = "'2026-12-24' is dated 2026-12-24, 53 days ahead of its arrival on 2026-11-01; correct the date"
    assert said(room) == [f"held: world/lamps.md:3: {told}"]


def test_copied_copy_dated_ahead_is_published_once_its_day_is_near(room):
    for month, day in (("Nov.", 20), ("Oct.", 1), ("Sept.", 1)):
        room.file(
            f"world/{day}{month}txt", f"Lamps {day}\n\nLISBON, {month} {day}, 2026 (Quay News) -- They are lit.\n"
        )
    room.publish()
    held, before = said(room), titles(room)
    room.now = room.store.next_release(room.now) or room.now
    with watched(room.articles / "world/20Nov.txt") as is_read:
        room.publish(among=[])
        was_read = is_read()

    assert [each.partition("lies ahead; ")[2] for each in held] == ["it holds the copy back until 2026-11-18 12:00 UTC"]
    assert ("Lamps 20" in before, was_read) == (False, False)
    assert titles(room) == sorted([*before, "Lamps 20"])
