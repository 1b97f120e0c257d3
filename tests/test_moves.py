"""Tell a document that was renamed and edited from one that is gone and one that is new."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedsvc.model.document import KnownDocument
from feedsvc.publish.moves import doubt, moved_and_edited


def document(name: str, gist: str, *, article: str | None = "tag:it") -> KnownDocument:
    return KnownDocument(
        source="desk",
        path=f"world/{name}.txt",
        fingerprint="",
        digest=name,
        arrival=datetime(2026, 11, 1, tzinfo=UTC),
        live=True,
        article=article,
        gist=gist,
        serial=1,
    )


# A gist is headline, day and first paragraph; "-" stands for what a document lacks.
GULLS = document("gulls", "gulls oct30 dawn")


@pytest.mark.parametrize(
    ("gist", "is_it"),
    [
        pytest.param("gulls oct30 dawn", True, id="edited further down"),
        pytest.param("gulls oct30 dusk", True, id="another first paragraph"),
        pytest.param("birds oct30 dawn", True, id="another headline"),
        pytest.param("gulls oct31 dawn", False, id="another day: a column by the same name"),
        pytest.param("birds oct30 dusk", False, id="the day alone"),
        pytest.param("gulls - dawn", False, id="a day that is missing"),
        pytest.param("- oct30 -", False, id="no more than a day"),
    ],
)
def test_a_story_is_known_again_by_its_day_and_its_headline_or_first_paragraph(gist, is_it):
    assert moved_and_edited([GULLS], {7: gist}) == ({7: GULLS} if is_it else {}, {})


@pytest.mark.parametrize(("gist", "is_it"), [("gulls - dawn", True), ("gulls - dusk", False), ("gulls - -", False)])
def test_a_story_without_a_day_is_known_again_by_all_the_rest(gist, is_it):
    undated = document("gulls", "gulls - dawn")

    assert moved_and_edited([undated], {7: gist}) == ({7: undated} if is_it else {}, {})


def test_a_document_that_was_in_no_article_goes_on_nowhere():
    assert moved_and_edited([document("gulls", "gulls oct30 dawn", article=None)], {7: "gulls oct30 dawn"}) == ({}, {})


def test_the_surest_likeness_counts_first_and_leaves_no_doubt_of_the_rest():
    other = document("other", "gulls oct30 dusk")

    found = moved_and_edited([GULLS, other], {1: "gulls oct30 noon", 2: "gulls oct30 dawn"})

    assert found == ({2: GULLS, 1: other}, {})


def test_what_may_be_either_is_neither_and_is_told():
    found, in_doubt = moved_and_edited([GULLS], {1: "gulls oct30 noon", 2: "gulls oct30 dusk"})

    assert (found, in_doubt) == ({}, {GULLS: (1, 2)})
    assert str(doubt(GULLS, ["world/b.txt", "world/a.txt"])) == (
        "world/gulls.txt: is gone, and world/a.txt and world/b.txt may be it, edited; published as new. "
        "If it is one of them, give that the old name again, and rename it without an edit"
    )
