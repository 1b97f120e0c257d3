"""Hold the data of datelines together: the words of languages and the table of agencies."""

from __future__ import annotations

import shutil
import zoneinfo
from pathlib import Path

import pytest

import feedsvc
from feedsvc.config import settings
from feedsvc.datelines.agency_table import HOMES, HOMONYMS, PRESS_WIRES, national_zone
from feedsvc.datelines.languages import FURTHER_TAGS, LANGUAGES, TAGS, language
from feedsvc.datelines.languages.language import read_language

PACKAGE = Path(feedsvc.__file__).parent
COLUMNS = ("printed", "name", "language", "home", "kind", "countries")


def rows() -> list[dict[str, str]]:
    heading, *lines = (PACKAGE / "datelines" / "agencies.tsv").read_text(encoding="utf-8").splitlines()
    assert tuple(heading.split("\t")) == COLUMNS
    values = [line.split("\t") for line in lines if not line.startswith("#")]
    return [dict(zip(COLUMNS, (*row, *[""] * (len(COLUMNS) - len(row))), strict=True)) for row in values]


def test_every_row_of_an_agency_is_of_a_language_and_says_its_names():
    assert [
        row for row in rows() if row["language"] not in {*TAGS, *FURTHER_TAGS} or not row["printed"] or not row["name"]
    ] == []
    assert {row["kind"] for row in rows()} == {"", "world", "wire"}


def test_no_name_is_printed_twice_in_one_language():
    printed = [(row["language"], row["printed"], row["countries"]) for row in rows()]

    assert [name for name in printed if printed.count(name) > 1] == []


def test_home_and_kind_of_an_agency_stand_in_its_first_row_alone():
    seen: set[str] = set()
    late = []
    for row in rows():
        if row["name"] in seen and (row["home"] or row["kind"]):
            late.append(row)
        seen.add(row["name"])

    assert late == []


def test_every_home_is_a_zone():
    assert set(HOMES.values()) - zoneinfo.available_timezones() == set()


def test_a_name_that_two_agencies_share_is_told_apart_by_countries():
    bare = {(row["language"], row["printed"]): row["name"] for row in rows() if not row["countries"]}
    told = [row for row in rows() if row["countries"]]

    assert told
    assert {
        (bare[row["language"], row["printed"]], country): row["name"]
        for row in told
        for country in row["countries"].split()
    } == HOMONYMS


@pytest.mark.parametrize(
    ("agency", "zone"),
    [
        pytest.param("PAP", "Europe/Warsaw", id="national"),
        pytest.param("AFP", None, id="of the world"),
        pytest.param("Business Wire", None, id="of press releases"),
        pytest.param("AAP", None, id="of a country with several zones"),
        pytest.param("Harbour Wire", None, id="not listed"),
        pytest.param(None, None, id="none"),
    ],
)
def test_an_unlisted_city_keeps_the_zone_of_a_national_agency_alone(agency, zone):
    assert national_zone(agency) == zone


def test_press_wires_are_no_news_agencies():
    assert "Business Wire" in PRESS_WIRES
    assert not PRESS_WIRES & {"AP", "AFP", "PAP"}


def test_a_key_that_is_no_field_of_a_language_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(language, "__file__", str(tmp_path / "language.py"))
    (tmp_path / "eo.toml").write_text('monts = [["januaro"]]\n', encoding="utf-8")

    with pytest.raises(TypeError, match="monts"):
        read_language("eo")


@pytest.mark.parametrize("field", ["months", "weekdays"])
def test_a_language_has_all_months_and_weekdays_or_none(field):
    whole = {"months": 12, "weekdays": 7}[field]

    assert {language.tag: len(getattr(language, field)) for language in LANGUAGES if getattr(language, field)} == {
        language.tag: whole for language in LANGUAGES if getattr(language, field)
    }


@pytest.mark.parametrize(
    "data", ["datelines/agencies.tsv", "datelines/places_generated.tsv", "datelines/languages/de.toml"]
)
def test_a_changed_word_or_agency_makes_another_software(data, tmp_path, monkeypatch):
    copy = tmp_path / "feedsvc"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(settings, "PACKAGE", copy)
    before = settings.software_digest.__wrapped__()
    with (copy / data).open("a", encoding="utf-8") as file:
        file.write("# another line\n")

    assert settings.software_digest.__wrapped__() != before
