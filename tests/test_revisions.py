"""What readers are told of a revision: a correction in the open, a plain edit without a word."""

from __future__ import annotations

import json

import feedparser
import pytest
from test_desk_changes import note, wire

from feedsvc.web import make_app
from newsroom import Newsroom

TOLD = "Correction: The ferry leaves at nine, not at ten."
CORRECTED = "date: 2026-10-30 09:00 +00:00\ncorrection: The ferry leaves at nine, not at ten."
CHINESE = "{mark}渡轮九点开船\n\n{note}港湾社里斯本10月30日电 渡轮{hour}点开船。\n"


def heads(room: Newsroom, feed: str = "all") -> list[str]:
    """Return the first line of the content of the first entry in each format."""
    formats = [feedparser.parse(room.feed(f"/feeds/{feed}.{form}")) for form in ("rss", "atom")]
    contents = [each.entries[0].content[0].value for each in formats]
    contents.append(json.loads(room.feed(f"/feeds/{feed}.json"))["items"][0]["content_html"])
    return [content.split("\n")[0] for content in contents]


def updated(room: Newsroom) -> str:
    return json.loads(room.feed("/feeds/all.json"))["items"][0]["date_modified"]


@pytest.fixture
def ferry(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/ferry.md", note("Ferry sails", body="It leaves at ten."))
    newsroom.publish()
    return newsroom


def test_a_correction_stands_at_the_head_of_the_content_in_every_format_and_on_the_page(ferry):
    ferry.file("world/ferry.md", note("Ferry sails", rest=CORRECTED, body="It leaves at nine."))
    ferry.publish()

    assert heads(ferry) == [f'<p lang="en">{TOLD}</p>'] * 3
    client = make_app(ferry.settings, ferry.store).test_client()
    assert f'<p class="revised" lang="en">{TOLD}</p>' in client.get("/articles/ferry-sails").text
    revised = client.get("/articles/ferry-sails.json").json["versions"]["en"]["revised"]
    assert revised == {"take": "correction", "note": TOLD.removeprefix("Correction: "), "language": "en"}


def test_an_explanation_names_the_feed_of_a_category_and_not_that_of_its_corrections(ferry):
    ferry.file("world/ferry.md", note("Ferry sails", rest=CORRECTED, body="It leaves at nine."))
    ferry.publish()

    client = make_app(ferry.settings, ferry.store).test_client()
    told = client.get("/articles/ferry-sails/explain.json").json["feeds"]

    world = next(each["paths"] for each in told if each["category"] == "world" and each["language"] is None)
    assert world == ["/feeds/world.rss", "/feeds/world.atom", "/feeds/world.json"]


def test_a_plain_edit_tells_readers_nothing(ferry):
    ferry.file("world/ferry.md", note("Ferry sails", body="It leaves at nine."))
    ferry.publish()

    assert heads(ferry) == ['<div lang="en"><p>It leaves at nine.</p></div>'] * 3


def test_a_correction_stays_in_sight_when_the_document_no_longer_says_it(ferry):
    ferry.file("world/ferry.md", note("Ferry sails", rest=CORRECTED, body="It leaves at nine."))
    ferry.publish()
    ferry.file("world/ferry.md", note("Ferry sails", rest="minor: true", body="It leaves at nine sharp."))
    ferry.publish()

    assert heads(ferry) == [f'<p lang="en">{TOLD}</p>'] * 3


def test_a_later_note_takes_the_place_of_the_correction(ferry):
    ferry.file("world/ferry.md", note("Ferry sails", rest=CORRECTED, body="It leaves at nine."))
    ferry.publish()
    later = "date: 2026-10-30 09:00 +00:00\ncorrection: The fare is two pounds."
    ferry.file("world/ferry.md", note("Ferry sails", rest=later, body="It leaves at nine."))
    ferry.publish()

    assert heads(ferry) == ['<p lang="en">Correction: The fare is two pounds.</p>'] * 3


def test_a_correction_alone_moves_updated_once_and_stays_as_it_is_after(ferry):
    ferry.file("world/ferry.md", note("Ferry sails", rest=CORRECTED, body="It leaves at ten."))
    before = updated(ferry)
    ferry.publish()
    moved = updated(ferry)
    ferry.file("world/ferry.md", note("Ferry sails", rest=CORRECTED + "\ntags: [sea]", body="It leaves at ten."))
    ferry.publish()

    assert before < moved == updated(ferry)


def test_a_note_of_wire_copy_is_told_without_its_brackets(newsroom):
    newsroom.file("world/ferry.txt", wire("Ferry sails"))
    newsroom.publish()
    mark = "UPDATE 2-Ferry sails\n(Adds the captain's words)"
    newsroom.file("world/ferry.txt", wire("", mark=mark, body="They came at dawn. 'Cold,' said the captain."))
    newsroom.publish()

    assert heads(newsroom) == ['<p lang="en">Update: Adds the captain&#x27;s words</p>'] * 3


def test_a_correction_without_words_says_that_it_is_one_when_words_that_were_out_changed(newsroom):
    newsroom.file("world/ferry.zh.txt", CHINESE.format(mark="更正：", note="", hour="十"))
    newsroom.publish()
    assert "更正" not in heads(newsroom)[0]

    newsroom.file("world/ferry.zh.txt", CHINESE.format(mark="更正：", note="", hour="九"))
    newsroom.publish()

    assert heads(newsroom) == ['<p lang="zh">本文已更正。</p>'] * 3


def test_a_correction_in_chinese_stands_in_the_feeds_that_show_the_chinese(ferry):
    ferry.file("world/ferry.zh.txt", CHINESE.format(mark="", note="", hour="十"))
    ferry.publish()
    ferry.file("world/ferry.zh.txt", CHINESE.format(mark="", note="（更正：渡轮九点开船）\n\n", hour="九"))
    ferry.publish()

    told = '<p lang="zh">更正：渡轮九点开船</p>'
    assert (heads(ferry), heads(ferry, "all.zh")) == ([told] * 3, [told] * 3)
    assert told not in heads(ferry, "all.en")
