"""A picture, film or sound above the first paragraph is copy, and what describes it says nothing about the copy."""

from __future__ import annotations

import json

import pytest
from test_parsers_frontmatter import draft

from newsroom import Newsroom

FIRST = "The pier reopened on Friday after a long winter."
PICTURES = [
    pytest.param("![](p.jpg)", id="no description"),
    pytest.param("![The pier at dawn](p.jpg)", id="a description"),
    pytest.param('![](p.jpg "Dawn")', id="a title"),
    pytest.param("[![](p.jpg)](pier.html)", id="a link around it"),
    pytest.param('<img src="p.jpg">', id="HTML"),
    pytest.param('<p align="center"><img src="p.jpg" alt="By Ann Lee"></p>', id="HTML in a paragraph"),
    pytest.param('<figure><img src="p.jpg" alt="HOLD"></figure>', id="a figure"),
    pytest.param(
        '<figure>\n<img src="p.jpg">\n<figcaption>Photo by Ann Lee</figcaption>\n</figure>',
        id="a figure with a caption",
    ),
    pytest.param('<picture><source srcset="p.webp"><img src="p.jpg"></picture>', id="a picture of several"),
    pytest.param('<video src="p.mp4" poster="p.jpg">KILL</video>', id="a film"),
    pytest.param('<audio src="p.mp3"></audio>', id="a sound"),
    pytest.param("| ![](p.jpg) | ![](q.jpg) |\n|---|---|", id="a table of pictures"),
    pytest.param("- ![](p.jpg)\n- ![](q.jpg)", id="a list of pictures"),
    pytest.param("![Photo by Ann Lee](p.jpg)", id="a credit"),
    pytest.param("![EMBARGOED UNTIL FRIDAY](p.jpg)", id="a hold mark"),
    pytest.param("![KILL](p.jpg)", id="a kill mark"),
    pytest.param("![CORRECTED: the pier](p.jpg)", id="a take mark"),
    pytest.param("![2017-05-26 10:00](p.jpg)", id="a stamp"),
    pytest.param("![LISBON, May 26 (Harbour Wire) -- The pier](p.jpg)", id="a dateline"),
    pytest.param("![Source: Harbour Wire](p.jpg)", id="a header"),
    pytest.param("![（完）](p.jpg)", id="an end mark"),
    pytest.param("![Related news](p.jpg)", id="a heading of related stories"),
    pytest.param("## ![](p.jpg)", id="a heading"),
    pytest.param("![a][b]\n\n[b]: p.jpg", id="an address below"),
]


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_above_the_first_paragraph_stays_and_says_nothing(picture: str) -> None:
    alone = draft(f"---\ntitle: Pier\n---\n{FIRST}\n")

    found = draft(f"---\ntitle: Pier\n---\n{picture}\n\n{FIRST}\n")

    pictured, first = found.paragraphs
    assert (pictured.text, "p." in pictured.html, first.text) == ("", True, FIRST)
    assert (found.headlines, found.holds, found.take) == (alone.headlines, (), "new")
    assert (found.bylines, found.dates, found.datelines, found.publisher, found.notes, found.related) == (
        ((), (), (), None, (), ())
    )


def test_the_head_below_a_picture_is_read_as_it_is_without_one() -> None:
    found = draft(
        f"![](p.jpg)\n\n# Pier\n\nBy Ann Lee\n\nLISBON, May 26 (Harbour Wire) -- {FIRST}\n".join(
            ("---\nx: y\n---\n", "")
        )
    )

    assert [each.text for each in found.headlines] == ["Pier"]
    assert [each.name for each in found.bylines] == ["Ann Lee"]
    assert [each.places for each in found.datelines] == [("Lisbon",)]
    assert [each.text for each in found.paragraphs] == ["", f"LISBON, May 26 (Harbour Wire) -- {FIRST}"]


def test_a_picture_beside_words_stays_whatever_the_words_say() -> None:
    found = draft("---\ntitle: Pier\n---\n![](p.jpg)\nPhoto by Ann Lee\n\n![](q.jpg) HOLD\n\n" + FIRST)

    assert [each.text for each in found.paragraphs] == ["Photo by Ann Lee", "HOLD", FIRST]
    assert [each.kind for each in found.holds] == ["hold"]


def test_the_picture_of_a_title_stays_above_the_copy() -> None:
    found = draft(f"---\nx: y\n---\n# ![The harbour's arms](p.png) Pier\n\n{FIRST}\n")

    assert [each.text for each in found.headlines] == ["Pier"]
    assert found.paragraphs[0].html == '<p><img src="p.png" alt="The harbour\'s arms" /></p>'


def test_a_dateline_is_found_behind_a_picture() -> None:
    text = f"---\ntitle: Pier\n---\n![BEIJING, June 1 (Quay News) --](p.jpg) LISBON, May 26 (Harbour Wire) -- {FIRST}\n"

    (dateline,) = draft(text).datelines

    assert (dateline.places, text[dateline.span.start : dateline.span.end]) == (("Lisbon",), dateline.text)


def test_the_summary_is_made_of_words_and_not_of_a_picture(newsroom: Newsroom) -> None:
    newsroom.file(
        "world/pier.md", f"---\ntitle: Pier\n---\n![The pier at dawn](https://quay.example/p.jpg)\n\n{FIRST}\n"
    )

    newsroom.publish()

    (item,) = json.loads(newsroom.feed("/feeds/all.json"))["items"]
    assert item["summary"] == FIRST
    assert '<img src="https://quay.example/p.jpg" alt="The pier at dawn">' in item["content_html"]


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        pytest.param("![a](https://quay.example/p.jpg) <img src='https://quay.example/q.jpg'>", [], id="all are shown"),
        pytest.param("<!-- <img> -->", [], id="in a comment"),
        pytest.param(f"![a](data:image/png;base64,{'A' * 20_000})", ["1 picture is"], id="written in the text"),
        pytest.param(
            f"{FIRST} ![a](ftp://quay.example/p.jpg)\n\n<img src='file:///p.jpg'>",
            ["2 pictures are"],
            id="no addresses",
        ),
    ],
)
def test_a_picture_that_is_left_out_is_told(newsroom: Newsroom, body: str, notes: list[str]) -> None:
    newsroom.file("world/pier.md", f"---\ntitle: Pier\n---\n{body}\n\n{FIRST}\n")

    edition = newsroom.publish()

    assert [each.message.partition(" left out")[0] for each in edition.problems] == notes
