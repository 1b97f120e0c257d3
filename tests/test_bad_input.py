"""Whatever comes in: it is published rightly, or rejected with its place and reason, and everything else is served."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import lxml.html
import pytest

from newsroom import START, Newsroom, said

HEAD = "Gulls return to the pier\n\nLISBON, Oct 30 (Quay News) -- "


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/good.txt", HEAD.replace("Gulls", "Terns") + "They came at dawn.\n")
    return newsroom


def served(room: Newsroom) -> dict[str, feedparser.FeedParserDict]:
    """Return the entries of every feed, by title; every feed is well-formed and holds the good article."""
    found = {}
    for form in ("rss", "atom"):
        parsed = feedparser.parse(room.feed(f"/feeds/all.{form}"))
        assert not parsed.bozo, parsed.get("bozo_exception")
        found = {entry.title: entry for entry in parsed.entries}
        assert "Terns return to the pier" in found
    return found


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.txt", b"", "a.txt: is empty", id="empty"),
        pytest.param("a.txt", b" \n\r\n\t\n", "a.txt: is empty", id="white space"),
        pytest.param("a.txt", bytes(range(256)) * 40, "a.txt: ", id="binary"),
        pytest.param("a.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "a.txt: ", id="image under a text's name"),
        pytest.param("a.md", b"---\ntitle: Gulls\n\nText without an end of the head.\n", "a.md:1: ", id="unclosed"),
        pytest.param("a.md", b"---\ntitle: [Gulls\n---\nText\n", "a.md:", id="invalid YAML"),
        pytest.param("a.md", b"+++\ntitle = Gulls\n+++\nText\n", "a.md:2: ", id="invalid TOML"),
        pytest.param("a.md", b"---\ndate: 2026-10-30\n---\n\nText only.\n", "a.md:", id="no title"),
        pytest.param(
            "a.txt", b"LISBON, Oct 30 (Quay News) -- They came at dawn.\n", "a.txt:1: no title", id="no headline"
        ),
        pytest.param("a.md", b"---\ntitle: Gulls\ndate: 2026-02-30\n---\nText\n", "a.md", id="30 February"),
        pytest.param("a.md", b"---\ntitle: Gulls\ndate: 9999-12-31\n---\nText\n", "a.md", id="year 9999"),
        pytest.param(
            "a.html",
            b"<!DOCTYPE html><body><p>Gulls</p>",
            "a.html: is a web page without an article",
            id="HTML",
        ),
    ],
)
def test_what_is_no_article_is_rejected_with_its_place(room, name, content, message):
    room.file(f"world/{name}", content)

    edition = room.publish()

    (problem,) = edition.problems
    assert str(problem).startswith(f"world/{message}"), problem
    assert problem.severity in {"rejected", "held"}
    assert list(served(room)) == ["Terns return to the pier"]


def test_a_document_of_60_mb_is_not_read(room):
    with room.file("world/huge.txt", b"").open("wb") as file:
        file.truncate(60_000_000)

    room.publish()

    assert said(room) == ["rejected: world/huge.txt: is 60.0 MB, over the limit of 10.0 MB"]
    assert list(served(room)) == ["Terns return to the pier"]


@pytest.mark.parametrize(
    ("content", "removed"),
    [
        pytest.param((HEAD + "They\0came\x01at\x02dawn.").encode(), 3, id="control characters"),
        pytest.param((HEAD + "They came \ufffe\uffff at dawn.").encode(), 2, id="noncharacters"),
        pytest.param(HEAD.encode() + b"They \xed\xa0\x80 came.", None, id="lone surrogate"),
    ],
)
def test_characters_that_xml_forbids_are_removed_and_counted(room, content, removed):
    room.file("world/a.txt", content)

    room.publish()

    assert "Gulls return to the pier" in served(room)
    if removed:
        assert said(room) == [f"note: world/a.txt: {removed} characters that XML forbids removed"]


def test_a_surrogate_that_an_escape_makes_is_removed_and_counted(room):
    head = '---\ntitle: "Gulls \\ud800return to the pier"\ndate: 2026-10-30\nauthors: ["A \\udfff"]\n---\n'
    room.file("world/a.md", head + "They came.")

    room.publish()

    assert "Gulls return to the pier" in served(room)
    assert said(room) == ["note: world/a.md: 1 character that XML forbids removed"]


@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_scripts_do_nothing_in_any_feed(room, suffix):
    body = (
        '<script>alert(1)</script>\n\n<p onclick="alert(1)">Text</p>\n\n[link](javascript:alert(1)) '
        '<a href="javascript:alert(1)">x</a> <img src=x onerror=alert(1)> <iframe src="//evil.example"></iframe>'
    )
    head = HEAD if suffix == "txt" else "---\ntitle: Gulls return to the pier\ndate: 2026-10-30\n---\n"
    room.file(f"world/a.{suffix}", head + body)

    room.publish()

    article = room.store.entry("gulls-return-to-the-pier").article
    elements = list(lxml.html.fromstring(f"<div>{article.body.get('en')}</div>").iter())
    assert {element.tag for element in elements} <= {"div", "p", "a", "img"}
    assert {name for element in elements for name in element.attrib} <= {"href", "src"}
    assert not any("javascript" in value for element in elements for value in element.attrib.values())
    assert "Gulls return to the pier" in served(room)


def test_a_document_without_any_date_takes_its_arrival_and_says_so(room):
    arrival = START - timedelta(hours=5)
    room.file("world/a.txt", "Gulls return to the pier\n\nThey came at dawn.\n", arrival=arrival)

    room.publish()

    published = room.store.entry("gulls-return-to-the-pier").article.versions[0].published
    assert (published.instant, published.provenance) == (arrival, "arrival")
    assert datetime.fromisoformat(served(room)["Gulls return to the pier"].published) == arrival


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("with spaces & signs.txt", id="spaces"),
        pytest.param("海鸥 回来.txt", id="Han"),
        pytest.param("100%25%2e%2e.txt", id="per cent"),
        pytest.param("a..b...txt", id="inner dots"),
        pytest.param("'; DROP TABLE articles; --.txt", id="quotes"),
    ],
)
def test_any_file_name_will_do(room, name):
    room.file(f"world/{name}", HEAD + "They came at dawn.\n")

    room.publish()

    assert said(room) == []
    assert served(room)["Gulls return to the pier"].link == "https://quay.example/articles/gulls-return-to-the-pier"


def test_a_file_name_with_a_line_break_is_refused_in_one_line(room):
    room.file("world/line\nbreak.txt", HEAD + "They came at dawn.\n")

    room.publish()

    assert said(room) == ["rejected: world/line\\nbreak.txt: its name holds a control character; rename it"]


def test_a_link_out_of_the_source_is_rejected_and_not_read(room, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(HEAD + "Not for readers.\n", encoding="utf-8")
    (room.articles / "world/a.txt").symlink_to(secret)

    edition = room.publish()

    (problem,) = edition.problems
    assert "symbolic link" in str(problem)
    assert list(served(room)) == ["Terns return to the pier"]


def test_a_folder_that_links_to_its_parent_does_not_go_round_for_ever(room):
    (room.articles / "world/loop").symlink_to(room.articles)

    edition = room.publish()

    assert edition.articles == 1


def test_what_is_no_file_is_not_waited_for(room):
    os.mkfifo(room.articles / "world" / "pipe.txt")

    room.publish()

    assert list(served(room)) == ["Terns return to the pier"]


def test_a_file_that_cannot_be_read_keeps_what_was_published_from_it(room):
    path = room.file("world/a.txt", HEAD + "They came at dawn.\n")
    room.publish()
    path.unlink()
    path.mkdir()
    (path / "x.txt").symlink_to(Path("/nonexistent/target"))

    room.publish()

    assert "Terns return to the pier" in served(room)


def test_deeply_nested_markup_stops_nothing(room):
    head = "---\ntitle: Gulls return to the pier\ndate: 2026-10-30\n---\n"
    room.file("world/a.md", head + "<div><b>\n\n" * 3_000 + "x")

    room.publish()

    assert "Gulls return to the pier" in served(room)


def test_a_damaged_byte_in_utf_8_costs_one_character_and_is_told_with_its_line(room):
    room.file("world/a.txt", "码头重开\n\n海雾已散。\n\nIt".encode() + b"\x92s open.\n")

    room.publish()

    assert "码头重开" in served(room)
    damaged = "is UTF-8, but for one place shown as U+FFFD, first at byte 33; save it again from its original"
    assert said(room) == [f"note: world/a.txt:5: {damaged}"]


def test_copy_in_an_encoding_that_is_a_guess_in_doubt_is_told_and_dates_nothing_for_sure(room):
    room.file("world/a.txt", f"{HEAD}They came.\n\n바다의 노래\n".encode("cp949"))

    room.publish()

    article = room.store.entry("gulls-return-to-the-pier").article
    assert {version.published.confidence for version in article.versions} == {"medium"}
    doubt = "its bytes are read as EUC-KR, in which no language of the site is written"
    assert said(room) == [f"note: world/a.txt: {doubt}; save it as UTF-8, or give its source its `encoding`"]
