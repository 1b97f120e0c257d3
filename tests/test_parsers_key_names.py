"""Front matter whose keys are misspelt: told, and held back where the key meant would hold."""

from __future__ import annotations

import pytest
from test_parsers_frontmatter import front

from feedsvc.parsers.frontmatter.key_names import meant
from newsroom import Newsroom


@pytest.mark.parametrize(
    ("written", "known"),
    [
        pytest.param("relase", "release", id="a letter missing"),
        pytest.param("reelease", "release", id="a letter too much"),
        pytest.param("ralease", "release", id="a wrong letter"),
        pytest.param("embrago", "embargo", id="two letters in each other's place"),
        pytest.param("catgory", "category", id="a category"),
        pytest.param("draf", "draft", id="the last letter missing"),
        pytest.param("ddraft", "draft", id="the first letter twice"),
        pytest.param("relaes", None, id="two slips"),
        pytest.param("lug", None, id="like a short key"),
        pytest.param("layout", None, id="a site's own key"),
    ],
)
def test_a_key_is_meant_for_the_one_that_it_is_a_slip_away_from(written, known):
    assert meant(written) == known


@pytest.mark.parametrize(
    "line", ["relase: 2030-01-01", "Embrago: until Friday", "drfat: true", "killd: true", "withdrawm: Staged."]
)
def test_a_slip_in_a_key_that_holds_copy_back_holds_it(line):
    draft = front(line)

    assert [(hold.kind, hold.alone) for hold in draft.holds] == [("hold", False)]
    assert draft.misspelt == ()


@pytest.mark.parametrize("line", ["drfat: false", "relase:", "catgory: world", "titel: Ferry", "layout: post"])
def test_any_other_slip_holds_nothing(line):
    assert front(line).holds == ()


def test_a_misspelt_key_is_told_with_the_key_that_may_be_meant(newsroom: Newsroom):
    newsroom.file("world/gulls.md", "---\ntitle: Gulls\ncatgory: science\n---\n\nThey are back.\n")
    newsroom.file("world/tide.md", "---\ntitle: Tide\nrelase: 2026-10-30\n---\n\nIt turns.\n")

    edition = newsroom.publish()

    assert [f"{each.severity}: {each}" for each in edition.problems] == [
        "note: world/gulls.md:3: unknown key catgory, did you mean category?",
        "held: world/tide.md:3: 'unknown key relase, did you mean release?' holds it back",
    ]
    assert edition.articles == 1
