"""Lines between a headline and a story: no line of the story leaves it, and no line of the head stays in it."""

from __future__ import annotations

import pytest

from drafts import draft
from feedsvc.model.draft import Draft

STORY = "The ferry left the quay on Tuesday with forty passengers and a cello aboard, the harbour office said."
STORY_ZH = "渡轮周二在停航多年之后重新驶出码头，港务处说它将一直开下去，每天往返八次，也运送一把大提琴。"
DATED = f"LISBON, May 26 (Harbour Wire) -- {STORY}"


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


def people(found: Draft) -> list[str]:
    return [person.name for person in found.bylines]


@pytest.mark.parametrize(
    ("line", "names", "publisher"),
    [
        pytest.param("By: Ines Duarte / Staff reporter", ["Ines Duarte"], None, id="a post behind a stroke"),
        pytest.param("By Ines Duarte, Senior Writer", ["Ines Duarte"], None, id="a post behind a comma"),
        pytest.param("Ines Duarte, Eva Lind, Quay News", ["Ines Duarte", "Eva Lind"], "Quay News", id="a paper"),
        pytest.param("dpa", [], "dpa", id="an agency in small letters"),
    ],
)
def test_a_list_of_names_is_of_people_and_their_publisher(line, names, publisher):
    found = draft(f"Ferry sails\n\n{line}\n\n{STORY}")

    assert people(found) == names
    assert (found.publisher.text if found.publisher else None) == publisher
    assert paragraphs(found) == [STORY]


def test_chinese_names_may_be_listed_with_commas():
    assert people(draft(f"渡轮复航\n\n林晓舟, 王立\n\n{STORY_ZH}")) == ["林晓舟", "王立"]


def test_the_heads_of_a_table_are_no_people():
    table = ["All Times EDT", "EASTERN CONFERENCE", "Atlantic Division", "W L Pct GB", "Porto 30 30 .500 10"]
    found = draft("\n\n".join(["Rowing Expanded Glance", *table, STORY]))

    assert (people(found), found.publisher) == ([], None)
    assert paragraphs(found) == [*table, STORY]


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(STORY_ZH, id="one sentence"),
        pytest.param("人们庆祝灯节,纪念第一盏灯。 1794年7月4号,代表们正式点灯。", id="two, a blank between them"),
    ],
)
def test_copy_in_another_script_than_the_headline_is_no_headline(copy):
    found = draft(f"iPhone 16 vs Pixel 9\n\n{copy}")

    assert [headline.text for headline in found.headlines] == ["iPhone 16 vs Pixel 9"]
    assert paragraphs(found) == [copy]


def test_a_dateline_that_repeats_the_title_is_of_the_head():
    found = draft(f"渡轮复航\n\n新华社里斯本7月26日电 题：渡轮复航\n\n新华社记者林晓舟、王立\n\n{STORY_ZH}")

    assert [(dateline.agency, dateline.day) for dateline in found.datelines] == [("Xinhua", 26)]
    assert (people(found), paragraphs(found)) == (["林晓舟", "王立"], [STORY_ZH])


def test_a_dateline_below_captions_is_found():
    caption, credit = "7月26日，在里斯本，赛艇列队参加赛艇日活动。", "港湾社发（林晓舟摄）"
    found = draft(f"海港举行赛艇日\n\n{caption}\n\n{credit}\n\n新华社里斯本7月26日电 {STORY_ZH}")

    assert [dateline.text for dateline in found.datelines] == ["新华社里斯本7月26日电"]
    assert paragraphs(found)[:2] == [caption, credit]


def test_a_press_wire_and_a_place_below_the_headline_are_no_part_of_it():
    found = draft(f"The ferry celebrates fifty years at the quay\nPRNewswire\nNEW YORK\n\n{STORY}")

    assert [headline.text for headline in found.headlines] == ["The ferry celebrates fifty years at the quay"]
    assert found.publisher is not None
    assert found.publisher.text == "PRNewswire"
    assert [dateline.places for dateline in found.datelines] == [("New York",)]
    assert people(found) == []


@pytest.mark.parametrize(
    "note",
    [
        "[Editor's note: call the mayor (again) before use]",
        "(EDS: adds quote in para 3)",
        "{Eds note: trim here}",
        "<Note to editors: pictures follow>",
        "【编者按：请核实】",
        "（编辑请注意：图片随后发）",
        "[NDLR : à vérifier]",
    ],
)
def test_a_note_to_editors_in_any_bracket_is_never_published(note):
    alone = draft(f"Ferry sails\n\n{DATED}\n\n{note}\n\nIt rained.")
    inside = draft(f"Ferry sails\n\n{DATED}\n\nIt rained {note} on the quay.")
    wrapped = draft(f"Ferry sails\n\n{DATED}\n\nIt rained on the quay, as the harbour office says. {note}")

    assert paragraphs(alone) == [DATED, "It rained."]
    assert paragraphs(inside) == [DATED, "It rained on the quay."]
    assert paragraphs(wrapped) == [DATED, "It rained on the quay, as the harbour office says."]
    assert [note.text for note in alone.notes] == [note]


@pytest.mark.parametrize("words", ["(Ann Lee edits it)", "the editors: three of them", "(Eds and Co)"])
def test_other_brackets_are_copy(words):
    assert paragraphs(draft(f"Ferry sails\n\n{DATED}\n\nIt rained {words}."))[1] == f"It rained {words}."


@pytest.mark.parametrize(
    "note", ["[Eds: HOLD for legal]", "(EDITORS: EMBARGOED UNTIL 1 Jan 2027)", "【编者按：暂不发布】"]
)
def test_a_note_to_editors_anywhere_holds_the_copy(note):
    for text in (f"{note}\n\n{DATED}", f"{DATED}\n\n{note}", f"{DATED}\n\nIt rained. {note}"):
        assert draft(f"Ferry sails\n\n{text}").holds, text


def test_a_day_of_embargo_beside_a_publisher_is_no_stamp():
    assert draft(f"Ferry sails\n\n(Quay News) Embargoed: 2027-05-19 12:23\n\n{STORY}").dates == ()


@pytest.mark.parametrize(
    "mark",
    ["草稿: Ferry sails again", "请勿发布: Ferry sails again", "Slug: Release: after the meeting\n\nFerry sails again"],
)
def test_a_mark_below_what_may_be_a_masthead_holds_the_copy(mark):
    assert draft(f"THE HARBOUR NEWS\n\n{mark}\n\n{STORY}\n").holds
