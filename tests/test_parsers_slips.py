"""Slips of the pen in YAML front matter are named with their line and their cure."""

from __future__ import annotations

import pytest
from test_parsers_frontmatter import document

from feedsvc.model.errors import ParseError
from feedsvc.parsers import parse


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        pytest.param(
            "title: 港口\ndate：2026-11-20\ntags: [a]",
            3,
            "the colon behind date is a full-width one (：); write a plain one and a blank",
            id="a wide colon",
        ),
        pytest.param(
            "title：港口",
            2,
            "the colon behind title is a full-width one (：); write a plain one and a blank",
            id="only a wide colon",
        ),
        pytest.param(
            "title:\u00a0Ferry\ndate: 2026-11-20",
            2,
            "a no-break space stands behind the colon of title; write a plain blank",
            id="a fixed blank",
        ),
        pytest.param("title:Ferry\ndate: 2026-11-20", 2, "no blank stands behind the colon of title", id="no blank"),
        pytest.param(
            "title: [Update] Ferry\ndate: 2026-11-20",
            2,
            "words stand behind the brackets that the value of title begins with; put the value in quotes",
            id="brackets",
        ),
        pytest.param(
            "title: Ferry\nsummary: %50 off",
            3,
            "the value of summary begins with %; put the value in quotes",
            id="a percent sign",
        ),
        pytest.param(
            "title: Ferry\nauthor: @su",
            3,
            "the value of author begins with @; put the value in quotes",
            id="an at sign",
        ),
        pytest.param(
            "title: *Ferry* sails", 2, "the value of title begins with *; put the value in quotes", id="a star"
        ),
        pytest.param(
            'title: Ferry\nsummary: "It "sails" on."\ndate: 2026-11-20',
            3,
            "the quotes of summary end before its value does; put quotes within quotes in \\\" or use '…'",
            id="double quotes",
        ),
        pytest.param(
            "title: 'It's here'",
            2,
            'the quotes of title end before its value does; write quotes within quotes twice or use "…"',
            id="an apostrophe",
        ),
        pytest.param(
            'title: "Ferry\ndate: 2026-11-20',
            2,
            "the quote that the value of title begins with is never closed",
            id="an open quote",
        ),
        pytest.param("title: Ferry\ntags:\n  x: 1\n\ty: [", 5, "the line begins with a tab; write blanks", id="a tab"),
        pytest.param(
            "title: Ferry\n date: 2026-11-20",
            3,
            "mapping values are not allowed here; take away the blanks before the key, or put the value in quotes",
            id="an indented key",
        ),
    ],
)
def test_a_slip_is_named_with_its_line_and_cure(lines, line, said):
    with pytest.raises(ParseError) as caught:
        parse(document(f"---\n{lines}\n---\nIt sails.\n"))

    assert (caught.value.message, caught.value.line) == (f"the YAML front matter cannot be read: {said}", line)


def test_a_slip_is_named_in_linear_time():
    lines = "\n".join(f"key{number}: 'a' \"b\" [c] {{d}}" for number in range(900))

    with pytest.raises(ParseError, match="the quotes of key0 end"):
        parse(document(f"---\n{lines}\n---\nIt sails.\n"))
