"""Read datelines in the languages that a caller names beside those that are always read."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.datelines import find_dateline
from feedsvc.datelines.day import of_iran
from feedsvc.datelines.languages import FURTHER_TAGS, TAGS, known_tags
from feedsvc.datelines.languages.language import read_language
from feedsvc.datelines.word_tables import tables
from feedsvc.model.dates import Dateline

ROOT = Path(__file__).parents[1]
LINES = ROOT / "benchmarks" / "datelines"
FURTHER = tuple(read_language(tag) for tag in FURTHER_TAGS)
NAMED = [
    (language, month, name)
    for language in FURTHER
    if language.writing == "spaced"
    for month, names in enumerate(language.months, 1)
    for name in names
]
# Words that mean another month in another of these languages.
TWO_MONTHS = (" lis.", " listopada ", " lip ", " srp ")


def rows(file: str) -> list[dict[str, str]]:
    with (LINES / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def printed(dateline: Dateline | None) -> tuple[str, ...] | None:
    if dateline is None:
        return None
    figures = (dateline.month, dateline.day, dateline.year)
    return ("|".join(dateline.places), *(str(figure or "") for figure in figures), dateline.agency or "")


def expected(row: dict[str, str]) -> tuple[str, ...] | None:
    parts = ("places", "month", "day", "year", "agency")
    return tuple(row[part] for part in parts) if row["kind"] == "dateline" else None


def test_each_further_language_has_ten_lines():
    languages = [row["language"] for row in rows("further.tsv")]

    assert {tag: languages.count(tag) for tag in languages} == dict.fromkeys(FURTHER_TAGS, 10)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["text"][:40]) for row in rows("further.tsv")])
def test_a_line_is_read_where_its_language_is_named(row):
    found = find_dateline(row["text"], languages=(row["language"],))

    assert printed(found) == expected(row)
    assert found is None or found.language == row["language"]
    assert found is None or row["text"].startswith(found.text)


def test_lines_are_read_alike_where_all_languages_are_named():
    other = [
        row["text"]
        for row in rows("further.tsv")
        if printed(find_dateline(row["text"], languages=FURTHER_TAGS)) != expected(row)
    ]

    assert [text for text in other if not any(word in text for word in TWO_MONTHS)] == []


def test_named_languages_change_the_reading_of_no_other():
    changed = []
    for row in rows("lines.tsv"):
        text = row["text"].replace("\\n", "\n")
        alone, beside = find_dateline(text), find_dateline(text, languages=("en", *FURTHER_TAGS))
        # A bare name and figures may be of either language: "Madrid, 5 nov (EFE).-".
        if alone is None or beside is None or replace(alone, language=beside.language) != beside:
            changed += [text] if alone != beside else []

    assert changed == []


@settings()
@given(st.sampled_from(NAMED), st.integers(1, 28), st.sampled_from(("OSLO", "Nairobi")))
def test_each_name_of_a_month_is_read_back(named, day, place):
    language, month, name = named
    figures = f"{name} {day}." if language.month_first else f"{day} {name}"

    dateline = find_dateline(f"{place}, {figures} (AP) - ", languages=(language.tag,))

    assert dateline is not None
    assert (dateline.places, dateline.month, dateline.day) == ((place.capitalize(),), month, day)


@settings()
@given(st.text(st.characters(), max_size=200), st.lists(st.sampled_from((*TAGS, *FURTHER_TAGS, "xx", "")), max_size=5))
def test_no_text_makes_it_raise_whatever_is_named(text, tags):
    dateline = find_dateline(text, languages=tuple(tags))

    assert dateline is None or text[dateline.span.start : dateline.span.end] == dateline.text


def test_a_month_that_two_named_languages_call_alike_is_not_read():
    line = "RIJEKA, 14. listopada (Hina) - Luka"

    assert [find_dateline(line, languages=(tag,)).month for tag in ("hr", "pl")] == [10, 11]
    assert find_dateline(line, languages=("hr", "pl")) is None


def test_a_language_that_is_not_named_is_not_read():
    assert find_dateline("RIJEKA, 14. listopada (Hina) - Luka") is None
    assert find_dateline("RIJEKA, 14. listopada (Hina) - Luka", languages=("sv", "en")) is None


@pytest.mark.parametrize(
    ("tags", "known"),
    [
        pytest.param(("pl", "en"), ("pl", "en"), id="in their order"),
        pytest.param(("sr-Latn-RS", "sr"), ("sr",), id="script and region"),
        pytest.param(("no", "nn", "bs"), ("nb", "sr"), id="other tags of a language"),
        pytest.param(("xx", "", "PL"), ("pl",), id="unknown tags"),
    ],
)
def test_tags_name_languages(tags, known):
    assert known_tags(tags) == known


@pytest.mark.parametrize(
    ("tag", "text", "parts"),
    [
        pytest.param("cs", "Ústí nad Labem 26. května (ČTK) - Most", ("Ústí nad Labem", "5", "26"), id="small word"),
        pytest.param("el", "ΗΡΑΚΛΕΙΟ, 26 ΜΑΪΟΥ (ΑΠΕ-ΜΠΕ) - Η", ("Irakleion", "5", "26"), id="capitals with one accent"),
        pytest.param("th", "กรุงเทพฯ--26 พ.ค.--สะพานใหม่เปิด", ("Bangkok", "5", "26"), id="dashes"),
        pytest.param("hi", "कोलकाता, 26 मई (एएनआई) - नये पुल", ("Kolkata", "5", "26"), id="a zone that was renamed"),
        pytest.param("hi", "छोटागांव, 26 मई (भाषा) नये पुल", ("छोटागांव", "5", "26"), id="unlisted city"),
        pytest.param("pl", "Kraków, 26 maja 2017 r. – Spółka ogłosiła dziś wyniki", ("Krakow", "5", "26"), id="year"),
    ],
)
def test_other_forms_of_the_press_are_read(tag, text, parts):
    assert printed(find_dateline(text, languages=(tag,)))[:3] == parts


def test_tags_that_name_no_further_language_share_the_tables_of_all():
    assert tables(("zh", "en", "xx")) is tables()


@pytest.mark.parametrize("tags", [pytest.param((), id="none"), pytest.param(("en", "xx"), id="no further one")])
def test_the_words_of_a_language_that_is_not_named_are_not_opened(tags):
    script = (
        "import sys\nopened = set()\n"
        "sys.addaudithook(lambda event, about: event == 'open' and opened.add(str(about[0])))\n"
        "from feedsvc.datelines import find_dateline\n"
        f"find_dateline('OSLO, June 3 (AP) -- The', languages={tags!r})\n"
        "print(*sorted(name.rpartition('/')[2][:-5] for name in opened if name.endswith('.toml')))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == sorted(TAGS)


@pytest.mark.parametrize(
    ("iranian", "common"),
    [
        pytest.param((1357, 11, 22), date(1979, 2, 11), id="in winter"),
        pytest.param((1396, 1, 1), date(2017, 3, 21), id="new year"),
        pytest.param((1399, 12, 30), date(2021, 3, 20), id="leap day"),
        pytest.param((1400, 1, 1), date(2021, 3, 21), id="the day after"),
        pytest.param((1402, 7, 15), date(2023, 10, 7), id="in autumn"),
    ],
)
def test_a_day_of_the_iranian_calendar_is_a_common_one(iranian, common):
    assert of_iran(*iranian) == common


def test_an_iranian_day_without_its_year_is_not_read():
    assert find_dateline("تهران، ۵ خرداد (ایرنا) - پل جدید باز شد", languages=("fa",)) is None
