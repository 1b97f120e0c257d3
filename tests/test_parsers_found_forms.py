"""Heads as mail, web pages and wires write them, and lines that are copy though they begin like something else."""

from __future__ import annotations

import pytest

from drafts import draft
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError

STORY = "LISBON, Nov. 22 (Harbour Wire) -- Twelve keepers sang on Sunday to an empty sea, and nobody came to listen."
MORE = "They will sing again on Monday, the choir master said to reporters on the pier."
STORY_ZH = "港湾通讯社厦门11月22日电 厦门港周日迎来一艘没有船员的帆船，港口管理员说它是自己漂来的。"


def texts(values) -> list[str]:
    return [each.text for each in values]


def people(found: Draft) -> list[tuple[str, str]]:
    return [(each.name, each.role) for each in found.bylines]


def test_the_subject_of_a_message_is_the_headline_and_its_date_a_stated_one():
    found = draft(
        "From: Ines <ines@harbour.example>\nTo: desk@harbour.example\nSubject: Fwd: Ferry sails again\n"
        f"Date: Fri, 20 Nov 2026 10:20:00 +0000\n\n{STORY}\n"
    )

    assert texts(found.headlines) == ["Ferry sails again"]
    assert [(each.label, each.text) for each in found.dates] == [("date", "Fri, 20 Nov 2026 10:20:00 +0000")]
    assert texts(found.paragraphs) == [STORY]


def test_a_kill_in_the_subject_of_a_message_kills():
    found = draft(f"From: Ines\nSubject: KILL: Ferry sails again\n\n{STORY}\n")

    assert (texts(found.headlines), found.take) == (["Ferry sails again"], "kill")


def test_a_slug_line_is_a_note_that_tells_the_take():
    found = draft(f"BC-Portugal-Choir, 1st Ld-Writethru,0350\nChoir sings\n\n{STORY}\n")

    assert texts(found.headlines) == ["Choir sings"]
    assert (found.take, texts(found.notes)) == ("writethru", ["BC-Portugal-Choir, 1st Ld-Writethru,0350"])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ferry sails again / 渡轮复航", ["Ferry sails again", "渡轮复航"]),
        ("渡轮复航 / Ferry sails again", ["渡轮复航", "Ferry sails again"]),
        ("Ferry sails / and returns", ["Ferry sails / and returns"]),
        ("NASA/渡轮复航", ["NASA/渡轮复航"]),
        ("Bed &amp; breakfast &#8212; on the pier", ["Bed & breakfast — on the pier"]),
        ("AT&T; and &unknown; sail", ["AT&T; and &unknown; sail"]),
    ],
)
def test_a_line_holds_the_headlines_that_it_says(line, expected):
    assert texts(draft(f"{line}\n\n{STORY}\n\n{STORY_ZH}\n").headlines) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Ines Duarte in Lisbon and Rui Melo in Porto", ["Ines Duarte", "Rui Melo"]),
        ("By Ines Duarte in Bosnia and Herzegovina", ["Ines Duarte"]),
        ("Ines Duarte | Harbour Wire", ["Ines Duarte"]),
        ("By Ines Duarte\nines@harbour.example", ["Ines Duarte"]),
    ],
)
def test_a_byline_names_everybody_and_nobody_else(line, expected):
    found = draft(f"Ferry sails again\n\n{line}\n\n{STORY}\n")

    assert [each.name for each in found.bylines] == expected
    assert texts(found.paragraphs) == [STORY]
    assert texts(found.headlines) == ["Ferry sails again"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026年11月20日 10:20 来源：港湾通讯社", "2026年11月20日 10:20"),
        ("Source: Harbour Wire | 2026-11-20 10:30:15", "2026-11-20 10:30:15"),
    ],
)
def test_a_date_beside_a_source_keeps_its_clock(line, expected):
    assert texts(draft(f"Ferry sails again\n\n{line}\n\n{STORY}\n").dates) == [expected]


def test_keywords_and_sizes_of_type_are_no_copy():
    found = draft(f"渡轮复航\n\n字号：大 中 小\n\n{STORY_ZH}\n\n关键词：港口 渡轮\n")

    assert (texts(found.tags), texts(found.notes)) == (["港口", "渡轮"], ["字号：大 中 小"])
    assert texts(found.paragraphs) == [STORY_ZH]


def test_lines_of_tags_are_refused_as_html():
    with pytest.raises(ParseError, match="is HTML"):
        draft(f"<h1>Ferry</h1>\n<p>{STORY}</p>\n")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["Reporter: Why do you sing?", "Master: The sea is empty.", "Reporter: Thanks", MORE], id="talk"),
        pytest.param(["记者：你为什么唱歌？", "船长：因为大海是空的。"], id="talk in Chinese"),
        pytest.param(["Editors: take note of the tide", MORE], id="an address to editors"),
        pytest.param(["Source: the sea"], id="a source that is no name"),
        pytest.param(["Editor: Li Lei", MORE], id="a name between paragraphs"),
    ],
)
def test_copy_that_begins_like_a_credit_stays_copy(lines):
    found = draft("Ferry sails again\n\n渡轮复航\n\n" + "\n\n".join([STORY, *lines]) + "\n")

    assert texts(found.paragraphs) == [STORY, *lines]
    assert (people(found), found.publisher) == ([], None)


def test_credits_below_a_story_are_read():
    found = draft(f"Ferry sails again\n\n{STORY}\n\n{MORE}\n\nEditor: Li Lei\nSource: Harbour Wire\n")

    assert texts(found.paragraphs) == [STORY, MORE]
    assert people(found) == [("Li Lei", "editor")]


@pytest.mark.parametrize("heading", ["READ MORE: The choir", "See also: The choir", "相关阅读：The choir"])
def test_a_related_title_on_its_headings_line_ends_with_it(heading):
    found = draft(f"Ferry sails again\n\n{STORY}\n\n{heading}\n\nA short line\n\n{MORE}\n")

    assert texts(found.paragraphs) == [STORY, "A short line", MORE]
    assert [each.title for each in found.related] == ["The choir"]


def test_related_titles_end_at_prose_and_at_a_copyright():
    found = draft(
        f"Ferry sails\n\n{STORY}\n\nRelated News\n\nWhere does it go?\n- Seals vote\n\n{MORE}\n\nCopyright 2026 Wire\n"
    )

    assert [each.title for each in found.related] == ["Where does it go?", "Seals vote"]
    assert (texts(found.paragraphs), texts(found.notes)) == ([STORY, MORE], ["Copyright 2026 Wire"])


def test_names_in_two_languages_stand_in_one_order():
    found = draft(
        "---\ntitle: F\nauthors:\n- {en: Li Lei, zh: 李雷}\n- {en: Ana Luz, zh: Ana Luz}\n---\nIt sails.\n", "a.md"
    )

    assert [(each.name, each.language) for each in found.bylines] == [
        ("Li Lei", "en"),
        ("李雷", "zh"),
        ("Ana Luz", "en"),
        ("Ana Luz", "zh"),
    ]


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        pytest.param("---\ntitle: C\n---\n" + "![" * 70_000, "a.md", "more than 50000 opening brackets", id="pictures"),
        pytest.param("Ferry\n\n" + "word " * 200_000, "a.txt", "a line of 999999 characters", id="one line"),
    ],
)
def test_what_would_cost_too_much_is_refused(text, path, message):
    with pytest.raises(ParseError, match=message):
        draft(text, path)
