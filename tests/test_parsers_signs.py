"""No line is passed over, for want of a sign, that the rule behind the sign would take."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.document import suffix
from feedsvc.parsers import bylines, labels, names, takes
from feedsvc.parsers import bylines as further_bylines
from feedsvc.parsers import hold_marks_en as marks_en
from feedsvc.parsers import hold_marks_zh as marks_zh
from feedsvc.parsers.hold_marks import has_sign
from feedsvc.parsers.lines import Line
from feedsvc.parsers.takes import find_take
from feedsvc.parsers.wire import line_kinds as wire
from taken import lines_taken

MARKS = [
    *((form, re.IGNORECASE) for _, form in (*marks_en.CLEAR, *marks_en.ALONE)),
    *((form, re.NOFLAG) for _, form in marks_en.CAPITALS),
    *((form, re.NOFLAG) for _, form in (*marks_zh.CLEAR, *marks_zh.ALONE, *marks_zh.BESIDE)),
]
RULES: list[tuple[str, re.Pattern[str], Callable[[str], object]]] = [
    *((f"take {number}", form, takes.BEGINS.match) for number, (_, form) in enumerate(takes.FORMS)),
    *(
        (f"notice {number}", form, lambda text: len(text) > wire.LONGEST_NOTICE or wire.is_notice(line(text)))
        for number, form in enumerate((wire.COPYRIGHT, wire.ADDRESS, wire.PAGE_FURNITURE))
    ),
    ("end", re.compile(wire.END, re.IGNORECASE), lambda text: wire.end_after(line(f"words {text}"))),
    ("reporter", bylines.REPORTER, bylines.REPORTER_SIGN.search),
    ("slashed", bylines.SLASHED, lambda text: not text.isascii()),
    ("text and photo", bylines.TEXT_AND_PHOTO, lambda text: not text.isascii()),
    ("name", names.LATIN_NAME, bylines.CAPITAL_AGAIN.search),
    ("Chinese publisher", names.HAN_PUBLISHER, names.is_publisher),
    ("note", takes.NOTE, lambda text: text[0] in takes.BRACKETS),
    ("further byline", further_bylines.LATIN, lambda text: text[0] in further_bylines.SIGNS),
    ("further Chinese byline", further_bylines.HAN_SECOND, lambda text: text[0] in further_bylines.SIGNS),
    ("label", labels.ALONE, lambda text: len(text) <= labels.LONGEST_LABEL),
]


def line(text: str) -> Line:
    return Line(text=text, start=0, block=0, indented=False)


@pytest.mark.parametrize(("form", "flags"), MARKS)
def test_what_a_form_of_a_mark_takes_has_a_sign(form: str, flags: re.RegexFlag) -> None:
    taken = lines_taken(re.compile(form, flags), whole=False)
    assert taken
    for text in taken:
        assert has_sign(text, 0), text
        assert has_sign(f"## {text}", len("## ")), text


@pytest.mark.parametrize("text", ["Ferry sails again after the repair", "渡轮修复后再次启航"])
def test_a_line_of_copy_has_no_sign_of_a_mark(text: str) -> None:
    assert not has_sign(text, 0)
    assert find_take(line(text)) is None


@pytest.mark.parametrize(("rule", "sign"), [pytest.param(rule, sign, id=name) for name, rule, sign in RULES])
def test_what_a_rule_takes_has_its_sign(rule: re.Pattern[str], sign: Callable[[str], object]) -> None:
    taken = lines_taken(rule)
    assert taken
    for text in taken:
        assert sign(text), text


@given(st.lists(st.sampled_from(["a", ".", "..", "/", "b.md", "-", ".zh"]), max_size=6).map("".join))
def test_a_name_ends_as_the_library_of_paths_says(path: str) -> None:
    if {"", "."}.isdisjoint(path.split("/")):
        assert suffix(path) == PurePosixPath(path).suffix
