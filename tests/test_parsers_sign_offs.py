"""Last lines of wire copy: end marks and whoever filed the story are no copy; every other last line is."""

from __future__ import annotations

import pytest

from drafts import draft
from feedsvc.model.draft import Draft

WRAPPED = (
    "OPORTO, May 26 (Quay Wire) - The ferry left the quay on Tuesday with forty passengers\n"
    "and a cello aboard, and the office of the harbour said on the\n"
    "telephone that it would stay."
)
PARAGRAPH = WRAPPED.replace("\n", " ")


def ended(ending: str) -> Draft:
    return draft(f"Ferry sails\n\n{WRAPPED}\n{ending}\n")


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(" REUTER", id="an agency, indented below its last paragraph"),
        pytest.param("\nReuter", id="an agency"),
        pytest.param("\nAAP RTV jc/nh", id="an agency, a service and initials"),
        pytest.param("\ndpa abc de xy", id="an agency and groups of letters"),
        pytest.param("\n/quaynews/", id="a name between slashes"),
        pytest.param("\nkj/lm/no/pq", id="initials"),
        pytest.param("\nEnditem/ls", id="an end mark and initials"),
        pytest.param("\nENDIT", id="an end mark"),
        pytest.param("\n(MORE)", id="more follows"),
        pytest.param("\n-- more --", id="more follows, between dashes"),
        pytest.param("\n-30-", id="thirty"),
        pytest.param("\n（完）", id="Chinese"),
        pytest.param("\n(끝)", id="Korean"),
        pytest.param("\nmt/jk\n\n###", id="initials and an end mark"),
    ],
)
def test_an_end_mark_and_the_sender_are_no_copy(ending):
    found = ended(ending)

    assert [paragraph.text for paragraph in found.paragraphs] == [PARAGRAPH]
    assert [note.text for note in found.notes] == [line.strip() for line in ending.split("\n") if line]


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param("The Reuters office", id="an agency in a sentence"),
        pytest.param("Reuter\n\nThe bell rang.", id="an agency above copy"),
        pytest.param("a/b/c\n\nThe bell rang.", id="initials above copy"),
        pytest.param("Writing by hand is back", id="writing"),
        pytest.param("It rained.", id="a short sentence"),
    ],
)
def test_every_other_last_line_is_copy(ending):
    shown = [paragraph.text for paragraph in ended(f"\n{ending}").paragraphs]

    assert shown == [PARAGRAPH, *ending.split("\n\n")]


@pytest.mark.parametrize(
    ("ending", "people"),
    [
        pytest.param(
            "(Reporting by Ines Duarte, editing by Tom Ardley)",
            [("Ines Duarte", "author"), ("Tom Ardley", "editor")],
            id="a comma between the credits",
        ),
        pytest.param(
            "Reporting by Ines Duarte in Porto and Eva Lind; Additional reporting by Jo Mar; Editing by Tom Ardley",
            [("Ines Duarte", "author"), ("Eva Lind", "author"), ("Jo Mar", "author"), ("Tom Ardley", "editor")],
            id="without brackets",
        ),
        pytest.param(
            "(Writing by Ines Duarte. Editing by Tom Ardley.)",
            [("Ines Duarte", "author"), ("Tom Ardley", "editor")],
            id="full stops",
        ),
    ],
)
def test_credits_below_a_story_name_each_person_once(ending, people):
    found = ended(f"\n{ending}")

    assert [(person.name, person.role) for person in found.bylines] == people
    assert [paragraph.text for paragraph in found.paragraphs] == [PARAGRAPH]
