"""Lines between a headline and a story: no line of the story leaves it, and no line of the head stays in it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.parsers import parse

STORY = "The ferry left the quay on Tuesday with forty passengers and a cello aboard, the harbour office said."
STORY_ZH = "渡轮周二在停航多年之后重新驶出码头，港务处说它将一直开下去，每天往返八次，也运送一把大提琴。"
DATED = f"LISBON, May 26 (Harbour Wire) -- {STORY}"


def draft(text: str) -> Draft:
    arrival = datetime(2026, 11, 22, tzinfo=timezone.utc)
    document = Document(
        source="desk",
        path="world/ferry.txt",
        content=text.encode(),
        arrival=arrival,
        fingerprint="",
        media_type="text/plain",
    )
    (found,) = parse(document)
    return found


def paragraphs(found: Draft) -> list[str]:
    return [paragraph.text for paragraph in found.paragraphs]


def summaries(found: Draft) -> list[str]:
    return [summary.text for summary in found.summaries]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("It rained again.", id="a short sentence"),
        pytest.param("Here is why the ferry matters:", id="a colon"),
        pytest.param("What is new at the quay?", id="a question"),
        pytest.param("Porto", id="one word"),
        pytest.param("HAYWARD, Calif. (AP) — The latest on the ferry (all times local):", id="a dateline"),
    ],
)
def test_a_short_first_paragraph_stays_in_the_story(first):
    found = draft(f"Ferry sails\n\n{first}\n\n{STORY}")

    assert paragraphs(found) == [first, STORY]
    assert summaries(found) == []


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        pytest.param(
            "Ferry sails\n\nThe ferry sailed on Tuesday after years of rust\n"
            "and silence, and the harbour office said that it would stay.",
            "The ferry sailed on Tuesday after years of rust and silence, and the harbour office said that it would "
            "stay.",
            id="English",
        ),
        pytest.param(
            "渡轮复航\n\n渡轮周二在停航多年之后重新驶出码头，港务处说它\n将一直开下去，每天往返八次，也运送一把大提琴。",
            STORY_ZH,
            id="Chinese",
        ),
    ],
)
def test_the_first_line_of_a_wrapped_paragraph_stays_in_it(text, whole):
    assert paragraphs(draft(text)) == [whole]


@pytest.mark.parametrize(
    "below",
    [
        pytest.param("By Ines Duarte", id="a byline"),
        pytest.param("Ines Duarte", id="a name"),
        pytest.param("Harbour Wire", id="a publisher"),
        pytest.param("May 26, 2026 10:00", id="a date"),
        pytest.param("Time: 2026-05-26", id="a label"),
    ],
)
def test_a_line_above_others_of_a_head_is_a_standfirst(below):
    found = draft(f"Ferry sails\n\nIt carries a cello\n\n{below}\n\n{STORY}")

    assert summaries(found) == ["It carries a cello"]
    assert paragraphs(found) == [STORY]


def test_a_second_standfirst_is_copy_and_the_byline_below_it_is_read():
    found = draft(f"Ferry sails\n\nIt carries a cello\n\nThe band waits\n\nBy Ines Duarte\n\n{STORY}")

    assert summaries(found) == ["It carries a cello"]
    assert paragraphs(found) == ["The band waits", STORY]
    assert [person.name for person in found.bylines] == ["Ines Duarte"]


def test_a_labelled_summary_below_a_standfirst_is_copy():
    found = draft(f"Race results\n\nSee the quay for all of them\n\nSummary: {STORY}\n\n{STORY}")

    assert paragraphs(found) == [f"Summary: {STORY}", STORY]


@pytest.mark.parametrize(
    ("masthead", "publisher"),
    [
        pytest.param("Harbour Times", "Harbour Times", id="a paper"),
        pytest.param("dpa", "dpa", id="an agency in small letters"),
        pytest.param("Source: Lantern Works, Inc.", "Lantern Works, Inc.", id="a firm with its label"),
        pytest.param(
            "Source: Lantern Works GmbH\nMEDIA RELEASE PR70001",
            "Lantern Works GmbH",
            id="a firm and a release's number",
        ),
    ],
)
def test_a_masthead_above_the_headline_is_the_publisher(masthead, publisher):
    found = draft(f"{masthead}\n\nFerry sails again\n\n{STORY}")

    assert [headline.text for headline in found.headlines] == ["Ferry sails again"]
    assert found.publisher is not None
    assert found.publisher.text == publisher
    assert paragraphs(found) == [STORY]


@pytest.mark.parametrize("masthead", ["港湾日报", "新华社", "来源：灯笼造纸有限公司"])
def test_a_chinese_masthead_above_the_headline_is_the_publisher(masthead):
    found = draft(f"{masthead}\n\n渡轮复航\n\n{STORY_ZH}")

    assert [headline.text for headline in found.headlines] == ["渡轮复航"]
    assert found.publisher is not None
    assert found.publisher.text == masthead.removeprefix("来源：")


@pytest.mark.parametrize(
    "headline",
    [
        pytest.param("Harbour Times", id="a masthead without a headline below"),
        pytest.param("Weather Center Opens", id="a word of organisations, not of mastheads"),
        pytest.param("Source: ferry to sail", id="a label before a sentence"),
    ],
)
def test_a_headline_like_a_masthead_stays_the_headline(headline):
    assert [found.text for found in draft(f"{headline}\n\n{STORY}").headlines] == [headline]


@pytest.mark.parametrize(
    "headline",
    [
        "The harbour gave up its pilots in January. Now it cannot berth the ferry",
        "Ferry Is Late After a Night in Its New Berth. Why You Should Not Worry.",
        "‘Row. Just row.’: Clubs of the bay are divided over the harbour’s campaign",
    ],
)
def test_a_headline_may_be_two_sentences(headline):
    found = draft(f"{headline}\n\n{DATED}\n\n{STORY}")

    assert [found.text for found in found.headlines] == [headline]
    assert paragraphs(found) == [DATED, STORY]


@pytest.mark.parametrize(
    ("stamp", "dates", "publisher", "people"),
    [
        pytest.param(
            "(Quay Wire) Updated: 2026-05-19 12:23",
            [("updated", "2026-05-19 12:23")],
            "Quay Wire",
            [],
            id="an agency in brackets",
        ),
        pytest.param(
            "Updated: 2026-05-19 12:23 (Quay Wire)",
            [("updated", "2026-05-19 12:23")],
            "Quay Wire",
            [],
            id="behind the date",
        ),
        pytest.param(
            "quay.example.org, May 26, 2026", [("stamp", "May 26, 2026")], "quay.example.org", [], id="a site"
        ),
        pytest.param(
            "April 28, 2026 at 6:01 am Updated April 29, 2026 at 3:33 pm",
            [("stamp", "April 28, 2026 at 6:01 am"), ("updated", "April 29, 2026 at 3:33 pm")],
            None,
            [],
            id="two dates",
        ),
        pytest.param(
            "By INES DUARTE March 11, 2026 3:46 PM",
            [("stamp", "March 11, 2026 3:46 PM")],
            None,
            ["INES DUARTE"],
            id="a byline",
        ),
    ],
)
def test_a_stamp_gives_its_dates_and_what_is_beside_them(stamp, dates, publisher, people):
    found = draft(f"Ferry sails\n\n{stamp}\n\n{STORY}")

    assert [(date.label, date.text) for date in found.dates] == dates
    assert (found.publisher.text if found.publisher else None) == publisher
    assert [person.name for person in found.bylines] == people
    assert (found.take, paragraphs(found)) == ("new", [STORY])


@pytest.mark.parametrize(
    "stamp", ["2026年01月30日16:45来源：港湾网", "2026-01-30 16:45港湾网", "港湾网 2026-01-30 16:45"]
)
def test_a_chinese_stamp_may_be_glued_to_its_publisher(stamp):
    found = draft(f"渡轮复航\n\n{stamp}\n\n{STORY_ZH}")

    assert found.publisher is not None
    assert found.publisher.text == "港湾网"
    assert (len(found.dates), paragraphs(found)) == (1, [STORY_ZH])


@pytest.mark.parametrize("line", ["Row to 2026, the mayor says", "The bay on 28 November 2026, in pictures"])
def test_a_line_that_says_more_than_a_stamp_is_no_stamp(line):
    assert paragraphs(draft(f"Ferry sails\n\n{line}\n\n{STORY}")) == [line, STORY]


@pytest.mark.parametrize(
    ("head", "story"),
    [
        pytest.param("Ferry sails\n\nFerry sails", STORY, id="at once"),
        pytest.param("Ferry sails\n\nBy Ines Duarte\n\nFERRY SAILS", STORY, id="below a byline"),
        pytest.param("渡轮复航\n\n渡轮复航", STORY_ZH, id="Chinese"),
    ],
)
def test_a_headline_that_is_repeated_is_no_copy(head, story):
    found = draft(f"{head}\n\n{story}")

    assert (len(found.headlines), summaries(found), paragraphs(found)) == (1, [], [story])
