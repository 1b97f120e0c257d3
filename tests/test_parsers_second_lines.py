"""What a head says on two lines, or two things of on one; and lines of copy that begin in the same way."""

from __future__ import annotations

import pytest

from drafts import draft
from feedsvc.model.draft import Draft

STORY = "The rope walk sold its last coil of hemp on Saturday, and closed a door that had stood open for ninety years."
STORY_ZH = "绳匠在码头的小店里卖出了最后一卷麻绳，随后关上了店门，附近居民纷纷前来道别。"


def texts(values) -> list[str]:
    return [each.text for each in values]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Marta Oliveira\n& Hans Brandt", ["Marta Oliveira", "Hans Brandt"]),
        ("By Marta Oliveira\nwith Hans Brandt in New Haven", ["Marta Oliveira", "Hans Brandt"]),
        ("BY MARTA OLIVEIRA\nAND HANS BRANDT", ["MARTA OLIVEIRA", "HANS BRANDT"]),
        ("By Marta Oliveira\nand Hans Brandt, Harbour Wire", ["Marta Oliveira", "Hans Brandt"]),
        ("By Marta Oliveira\nand Hans Brandt\nand Eva Lind", ["Marta Oliveira", "Hans Brandt", "Eva Lind"]),
        ("Marta Oliveira\nwith Hans Brandt and Eva Lind", ["Marta Oliveira", "Hans Brandt", "Eva Lind"]),
    ],
)
def test_a_byline_goes_on_in_the_line_below(byline, names):
    found = draft(f"Rope walk sells its last coil\n\n{byline}\n\n{STORY}")

    assert [each.name for each in found.bylines] == names
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize("second", ["与 李蕾", "和本报记者李蕾", "及 李 蕾"])
def test_a_chinese_byline_goes_on_in_the_line_below(second):
    found = draft(f"绳匠卖出最后一卷麻绳\n\n记者 张锴\n{second}\n\n{STORY_ZH}")

    assert [each.name for each in found.bylines] == ["张锴", "李蕾"]
    assert texts(found.paragraphs) == [STORY_ZH]


@pytest.mark.parametrize(
    ("head", "copy"),
    [
        ("By Marta Oliveira\nand the last coil went to sea.", "and the last coil went to sea."),
        ("By Marta Oliveira\nand Porto", "and Porto"),
        ("By Marta Oliveira\nand Hans Brandt said nothing", "and Hans Brandt said nothing"),
        ("By Marta Oliveira\nand Maria Costa in tears", "and Maria Costa in tears"),
        ("By Marta Oliveira\n\nand Hans Brandt", "and Hans Brandt"),
        ("By Marta Oliveira\nand Hans Brandt\nwere there to see it.", "and Hans Brandt\nwere there to see it."),
        ("记者 张锴\n及时雨", "及时雨"),
    ],
)
def test_copy_below_a_byline_that_begins_with_and_stays_copy(head, copy):
    found = draft(f"Rope walk sells its last coil\n绳匠卖出最后一卷麻绳\n\n{head}\n\n{STORY}")

    assert len(found.bylines) == 1
    assert "\n".join(texts(found.paragraphs)) == f"{copy}\n{STORY}"


def datelines(found: Draft) -> list[tuple[tuple[str, ...], int | None, int | None, int | None]]:
    return [(each.places, each.year, each.month, each.day) for each in found.datelines]


@pytest.mark.parametrize(
    "head",
    [
        "LISBON\n28 November 2026",
        "By Ana Costa\n\nLisbon\n\nSaturday, 28 November 2026",
        "By Ana Costa\nLISBON, Portugal\nNovember 28, 2026",
        "By Ana Costa\n\nLISBON, 28 November 2026",
    ],
)
def test_a_place_and_a_date_in_a_head_are_its_dateline(head):
    found = draft(f"Rope walk sells its last coil\n{head}\n\n{STORY}")

    assert texts(found.headlines) == ["Rope walk sells its last coil"]
    assert datelines(found) == [(("Lisbon",), 2026, 11, 28)]
    assert not found.summaries
    assert texts(found.paragraphs) == [STORY]


def test_a_chinese_place_and_a_date_below_it_are_a_dateline():
    found = draft(f"绳匠卖出最后一卷麻绳\n\n里斯本\n2026年11月28日\n\n{STORY_ZH}")

    assert datelines(found) == [(("Lisbon",), 2026, 11, 28)]
    assert not found.summaries
    assert texts(found.paragraphs) == [STORY_ZH]


def test_the_date_counts_below_a_place_that_is_unknown_or_a_section_of_the_paper():
    found = draft(f"Rope walk sells its last coil\n\nBy Ana Costa\n\nQUAYSIDE\n28 November 2026\n\n{STORY}")

    assert [(each.label, each.text) for each in found.dates] == [("stamp", "28 November 2026")]
    assert (found.datelines, texts(found.notes), texts(found.paragraphs)) == ((), ["QUAYSIDE"], [STORY])


def test_the_dateline_of_the_story_counts_more_than_a_place_above_a_date():
    story = f"LISBON (Harbour Wire) - {STORY}"
    found = draft(f"Rope walk sells its last coil\n\nLISBON\n28 November 2026\n\n{story}")

    assert texts(found.datelines) == ["LISBON (Harbour Wire)"]
    assert texts(found.dates) == ["28 November 2026"]
    assert texts(found.paragraphs) == [story]


@pytest.mark.parametrize(
    ("head", "copy"),
    [
        ("Dear diary\n28 November 2026", ["Dear diary", "28 November 2026"]),
        ("Lisbon waits\n28 November 2026", ["Lisbon waits", "28 November 2026"]),
        ("LISBON", ["LISBON"]),
        ("LISBON\nNovember 2026", ["LISBON", "November 2026"]),
        ("Lisbon, 28 November 2026, was a day to remember", ["Lisbon, 28 November 2026, was a day to remember"]),
    ],
)
def test_copy_that_begins_like_a_place_and_a_date_stays_copy(head, copy):
    found = draft(f"Rope walk sells its last coil\n\nBy Ana Costa\n\n{head}\n\n{STORY}")

    assert texts(found.paragraphs) == [*copy, STORY]


def test_a_headline_may_end_in_a_place_above_a_date_and_somebody_may_be_named_there():
    found = draft(
        f"Rope walk sells its last coil in\nLisbon\n28 November 2026\n\nANA COSTA\n28 November 2026\n\n{STORY}"
    )

    assert texts(found.headlines) == ["Rope walk sells its last coil in Lisbon"]
    assert [each.name for each in found.bylines] == ["ANA COSTA"]
    assert not found.datelines


@pytest.mark.parametrize(
    "head",
    [
        "Rope walk sells its last coil\nNQPA",
        "NQPA\n\nRope walk sells its last coil",
        "Rope walk sells its last coil\n\nBy Ana Costa\nNQPA",
    ],
)
def test_the_agency_of_the_dateline_alone_on_a_line_is_the_publisher(head):
    story = f"LONDON, Nov. 28 (NQPA) -- {STORY}"
    found = draft(f"{head}\n\n{story}")

    assert found.publisher is not None
    assert found.publisher.text == "NQPA"
    assert texts(found.headlines) == ["Rope walk sells its last coil"]
    assert not found.summaries
    assert texts(found.paragraphs) == [story]


def test_other_letters_than_the_agency_s_and_its_letters_as_the_only_headline_are_no_publisher():
    story = f"LONDON, Nov. 28 (NQPA) -- {STORY}"

    assert texts(draft(f"Rope walk sells its last coil\n\nNQPB\n\n{story}").summaries) == ["NQPB"]
    assert texts(draft(f"Rope walk sells its last coil\n\nLONDON\n\n{story}").summaries) == ["LONDON"]
    assert texts(draft(f"NQPA\n\n{story}").headlines) == ["NQPA"]
    assert texts(draft(f"Rope walk sells\nNQPA its last coil\n\n{story}").headlines) == [
        "Rope walk sells NQPA its last coil"
    ]


@pytest.mark.parametrize(
    ("line", "publisher", "date"),
    [
        ("Quay Bulletin, 28 November 2026, 9.30am", "Quay Bulletin", "28 November 2026, 9.30am"),
        ("Quay Bulletin, Saturday, November 28, 2026", "Quay Bulletin", "Saturday, November 28, 2026"),
        ("Quay Bulletin | 28 November 2026", "Quay Bulletin", "28 November 2026"),
        ("Quay Bulletin – 2026-11-28", "Quay Bulletin", "2026-11-28"),
        ("Quay Bulletin 28 November 2026", "Quay Bulletin", "28 November 2026"),
    ],
)
def test_a_publisher_s_line_may_end_in_its_day(line, publisher, date):
    found = draft(f"Rope walk sells its last coil\n{line}\nBy Ana Costa\n\n{STORY}")

    assert texts(found.headlines) == ["Rope walk sells its last coil"]
    assert found.publisher is not None
    assert (found.publisher.text, [(each.label, each.text) for each in found.dates]) == (publisher, [("stamp", date)])
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize("line", ["港湾日报，2026年11月28日", "港湾日报2026年11月28日", "港湾日报 ｜ 2026年11月28日"])
def test_a_chinese_publisher_s_line_may_end_in_its_day(line):
    found = draft(f"绳匠卖出最后一卷麻绳\n{line}\n\n{STORY_ZH}")

    assert texts(found.headlines) == ["绳匠卖出最后一卷麻绳"]
    assert found.publisher is not None
    assert (found.publisher.text, texts(found.dates)) == ("港湾日报", ["2026年11月28日"])


def test_a_headline_that_ends_in_a_day_stays_one_and_so_does_a_standfirst():
    report = draft(f"Weather Report 28 November 2026\n\n{STORY}")
    bilingual = draft(f"Rope walk sells its last coil\n\n地震速报 2026年11月28日\n\n{STORY}\n\n{STORY_ZH}")
    closing = draft(
        f"Rope walk sells its last coil\n\nThe Quay Bulletin closed on 28 November 2026\n\nBy Ana Costa\n\n{STORY}"
    )

    assert texts(report.headlines) == ["Weather Report 28 November 2026"]
    assert texts(bilingual.headlines) == ["Rope walk sells its last coil", "地震速报 2026年11月28日"]
    assert texts(closing.summaries) == ["The Quay Bulletin closed on 28 November 2026"]
    assert [each.publisher for each in (report, bilingual, closing)] == [None] * 3


@pytest.mark.parametrize(
    ("note", "take"),
    [
        ("(Corrects spelling in paragraph 1) ", "correction"),
        ("[Adds quotes]", "writethru"),
        ("(UPDATES: price of hemp) ", "writethru"),
        ("（更正：第一段人名）", "correction"),
        ("（更新：价格）", "writethru"),
    ],
)
def test_a_note_in_brackets_before_a_headline_counts_as_on_its_own_line(note, take):
    found = draft(f"{note}Rope walk sells its last coil (video)\n\n{STORY}")

    assert texts(found.headlines) == ["Rope walk sells its last coil (video)"]
    assert found.take == take
    assert found.take_note is not None
    assert found.take_note.text == note.strip()


@pytest.mark.parametrize(
    "headline",
    [
        "(Adds) up: rope walk sells its last coil",
        "(Edited by Ana Costa) Rope walk sells its last coil",
        "Rope walk (adds a coil) sells its last",
        "Corrects (or not) the price of hemp",
    ],
)
def test_other_brackets_in_a_headline_stay(headline):
    found = draft(f"{headline}\n\n{STORY}")

    assert texts(found.headlines) == [headline]
    assert (found.take, found.take_note) == ("new", None)


def test_a_note_on_its_own_line_may_hold_brackets():
    found = draft(f"(Corrects a name (Oliveira) in paragraph 1)\nRope walk sells its last coil\n\n{STORY}")

    assert texts(found.headlines) == ["Rope walk sells its last coil"]
    assert found.take_note is not None
    assert found.take_note.text == "(Corrects a name (Oliveira) in paragraph 1)"


@pytest.mark.parametrize(
    ("line", "place", "country"),
    [
        pytest.param("NEW YORK 2026-11-22", "New York", "US", id="a city of two words"),
        pytest.param("RIO DE JANEIRO 2026-11-22", "Rio de Janeiro", "BR", id="a city of three"),
        pytest.param("SAN JOSE, Costa Rica 2026-11-22", "San José", "CR", id="a city and its country"),
        pytest.param("QUAYHAVEN WELLS, Portugal 2026-11-22", "Quayhaven Wells", "PT", id="a village and its country"),
    ],
)
def test_a_place_beside_a_whole_date_is_a_dateline_and_names_nobody(line, place, country):
    found = draft(f"Rope walk sells its last coil\n\n{line}\n\n{STORY}")

    assert [(each.places, each.place_country, each.day) for each in found.datelines] == [((place,), country, 22)]
    assert found.bylines == ()
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        pytest.param("Von Ines Duarte und Jan Berg, dpa", ["Ines Duarte", "Jan Berg"], id="German"),
        pytest.param("Kommentar von Ines Duarte", ["Ines Duarte"], id="a comment in German"),
        pytest.param("Par Ines Duarte", ["Ines Duarte"], id="French"),
        pytest.param("Por Inês Duarte, da Agência Lusa", ["Inês Duarte"], id="Portuguese"),
        pytest.param("di Ines Duarte e Marta Lind", ["Ines Duarte", "Marta Lind"], id="Italian"),
        pytest.param("Door Ines Duarte", ["Ines Duarte"], id="Dutch"),
        pytest.param("Av Ines Duarte och Eva Lind", ["Ines Duarte", "Eva Lind"], id="Swedish"),
        pytest.param("P.V. Duarte", ["P.V. Duarte"], id="initials alone"),
        pytest.param("Von Duarte", ["Von Duarte"], id="a first name"),
        pytest.param("Women's World Cup", [], id="an event"),
    ],
)
def test_a_byline_of_another_language_gives_its_names(byline, names):
    found = draft(f"Rope walk sells its last coil\n\n{byline}\n\n{STORY}")

    assert [each.name for each in found.bylines] == names


@pytest.mark.parametrize("between", ["\n\n", "\nTo Full Houses\n\n"])
def test_a_headline_may_begin_with_a_word_that_bylines_of_another_language_have(between):
    found = draft(f"Von Duarte Family Sings Again{between}By Eva Lind\n\n{STORY}")

    assert texts(found.headlines) == [f"Von Duarte Family Sings Again{between.rstrip()}".replace("\n", " ")]
    assert [each.name for each in found.bylines] == ["Eva Lind"]
