"""Each case is a document beside the draft that is expected of it: adding a case is adding two files.

The expected draft holds what differs from an empty draft. A place in the text is given by the text that stands there
("at"), and left out where that is the value itself. Of a dateline its text is expected: what it says is the business of
the library that reads it.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from feedsvc.model.dates import Dateline, Span
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.parsers import PARSERS, parse, text_of

PACKAGE = Path(__file__).parent.parent / "feedsvc" / "parsers"
CASES = Path(__file__).parent / "cases"
FILES = sorted(path for path in CASES.glob("*/*") if path.suffix in {".txt", ".md", ".ninjs", ".xml"})
EMPTY = Draft(source="desk", path="")


def document(path: Path) -> Document:
    return Document(
        source="desk",
        path=path.relative_to(CASES).as_posix(),
        content=path.read_bytes(),
        arrival=datetime(2026, 11, 22, tzinfo=timezone.utc),
        fingerprint="",
        media_type="text/plain",
    )


def shown(value: object, text: str) -> object:
    """Return *value* as JSON can hold it, places as the text that stands there."""
    if isinstance(value, Span):
        return text[value.start : value.end]
    if isinstance(value, Dateline):
        return value.text
    if isinstance(value, tuple):
        return [shown(each, text) for each in value]
    if not is_dataclass(value):
        return value
    found = {each.name: shown(getattr(value, each.name), text) for each in fields(value)}
    at = found.pop("span", None)
    if at is not None and at not in found.values():
        found["at"] = at
    if found.get("alone") is True:  # a hold's, which is so nearly always
        del found["alone"]
    found.pop("printed", None)  # a date's: whether it stands in the copy
    return {key: each for key, each in found.items() if each not in (None, [])}


def draft_shown(draft: Draft, text: str) -> object:
    changed = [each.name for each in fields(draft) if getattr(draft, each.name) != getattr(EMPTY, each.name)]
    return {name: shown(getattr(draft, name), text) for name in changed if name != "path"}


def test_there_are_cases_of_every_kind():
    assert {path.parent.name for path in FILES} == {"markdown", "newsml-g2", "ninjs", "nitf", "wire"}
    assert len(FILES) >= 28


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_document_gives_the_expected_draft(path):
    given = document(path)

    (draft,) = parse(given)

    assert draft_shown(draft, text_of(given)) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dateline_is_exactly_what_stands_at_its_place(path):
    given = document(path)
    text = text_of(given)

    datelines = [dateline for draft in parse(given) for dateline in draft.datelines]

    assert [text[each.span.start : each.span.end] for each in datelines] == [each.text for each in datelines]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_line_ends_of_other_systems_change_nothing(path):
    given = document(path)
    expected = parse(given)
    content = given.content.replace(b"\n", b"\r\n")

    drafts = parse(Document(**{each.name: getattr(given, each.name) for each in fields(given)} | {"content": content}))

    assert drafts == expected


def test_parsers_are_asked_strictest_first():
    assert list(PARSERS) == ["newsml-g2", "nitf", "ninjs", "frontmatter", "markdown", "wire"]
    assert [parser.name for parser in PARSERS.values()] == list(PARSERS)
