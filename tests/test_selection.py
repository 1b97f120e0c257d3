from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from feedsvc.config.selections import read_selection
from feedsvc.config.tables import Tables
from feedsvc.model.article import Article, Credit, Text, Version
from feedsvc.model.dates import Dateline, Span, Timestamp
from feedsvc.model.selection import Selection

NOW = Timestamp(
    instant=datetime(2026, 11, 1, tzinfo=UTC), precision="day", confidence="high", provenance="arrival", text=""
)
DATELINE = Dateline(places=("Lisbon", "Porto"), language="en", text="LISBON/PORTO", span=Span(start=0, end=12))
TIDE = Article(
    id="tag:quay.example,2026:1",
    slug="tide",
    source="desk",
    origins=("tide.md",),
    title=Text(items=(("en", "Tide"), ("zh", "潮汐"))),
    summary=Text(),
    body=Text(),
    credits=(
        Credit(name=Text(items=(("en", "Ines Duarte"), ("zh", "伊内斯"))), role="author"),
        Credit(name=Text(items=(("en", "Rui Gato"),)), role="editor"),
    ),
    categories=("world", "science"),
    tags=("Sea level", "ports"),
    versions=(Version(language="en", dateline=DATELINE, published=NOW, updated=NOW),),
)


@pytest.mark.parametrize(
    ("selection", "is_taken"),
    [
        pytest.param(Selection(), True, id="no condition"),
        pytest.param(Selection(tags=("ships", "SEA  LEVEL")), True, id="one of the tags"),
        pytest.param(Selection(tags=("sea",)), False, id="a part of a tag"),
        pytest.param(Selection(tags=("ports",), categories=("sport",)), False, id="one condition of two"),
        pytest.param(Selection(tags=("ports",), categories=("science",)), True, id="both conditions"),
        pytest.param(Selection(authors=("伊内斯",)), True, id="an author in another language"),
        pytest.param(Selection(authors=("Rui Gato",)), False, id="an editor"),
        pytest.param(Selection(places=("porto",)), True, id="a place"),
        pytest.param(Selection(sources=("wire",)), False, id="another source"),
        pytest.param(Selection(sources=("desk",), excluded=Selection(tags=("ports",))), False, id="an excluded tag"),
        pytest.param(
            Selection(excluded=Selection(tags=("ports",), categories=("sport",))), True, id="excluded only by half"
        ),
    ],
)
def test_an_article_fits_if_it_meets_every_condition(selection, is_taken):
    assert selection.fits(TIDE) is is_taken


def read(tmp_path, text):
    """Return the selection in the table [sea], and the faults."""
    file = tmp_path / "feeds.toml"
    file.write_text(text, encoding="utf-8")
    check = Tables(tmp_path, [])
    table = tomllib.loads(text)["sea"]
    return read_selection(check, file, "sea", table, categories=["world", "science"], sources=["desk"]), check.faults


def test_a_selection_is_read_from_a_table(tmp_path):
    text = '[sea]\nlimit = 3\ntags = ["sea"]\nplaces = ["Lisbon"]\nwithin = "36 hours"\n'
    text += '[sea.except]\ncategories = ["world"]\nauthors = ["Ines"]\n'

    selection, faults = read(tmp_path, text)

    excluded = Selection(categories=("world",), authors=("Ines",))
    assert selection == Selection(tags=("sea",), places=("Lisbon",), within=timedelta(hours=36), excluded=excluded)
    assert faults == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param('tags = "sea"', "sea.tags: must be a list of texts such as [\"sea\"], not 'sea'", id="no list"),
        pytest.param("tags = []", 'sea.tags: must be a list of texts such as ["sea"], not []', id="an empty list"),
        pytest.param(
            'categories = ["wrold"]',
            "sea.categories: 'wrold' is not in the configuration, did you mean world?; known are science, world",
            id="an unknown category",
        ),
        pytest.param(
            'within = "2 weeks"',
            'sea.within: must be a number of hours or days such as "48 hours" or "30 days", not \'2 weeks\'',
            id="another unit",
        ),
        pytest.param(
            'except = ["live"]',
            "sea.except: must be a table of what is left out, such as except = { tags = [\"live\"] }, not ['live']",
            id="no table of exceptions",
        ),
        pytest.param(
            'except = { tag = ["live"] }',
            "sea.except.tag: unknown key, did you mean tags?; "
            "known keys are authors, categories, places, sources, tags",
            id="an unknown exception",
        ),
    ],
)
def test_a_fault_of_a_selection_names_file_line_and_cure(tmp_path, line, fault):
    _, faults = read(tmp_path, f"# of ours\n[sea]\n{line}\n")

    assert faults == [f"{tmp_path}/feeds.toml:3: {fault}"]
