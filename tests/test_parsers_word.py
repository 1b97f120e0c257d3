"""A Word document is read as its desk would have typed it, and no document harms the one that reads it."""

from __future__ import annotations

import sys
from hashlib import sha256

import pytest

from drafts import document
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError
from feedsvc.parsers import parse
from made_files import png
from newsroom import Newsroom
from word_files import PACKAGE, PICTURE, RELATED, SPACES, paragraph, word

STORY = "LISBON, Nov. 22 (Quay News) -- The ferry to the islands sails again."
SECOND = "It had lain in the dock for nine weeks."
TITLE = paragraph("Ferry sails again", style="Title")
BOLD = '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve"> Nine</w:t></w:r>'
HIDDEN = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
ROW = "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>"


def draft(content: bytes, path: str = "ferry.docx") -> Draft:
    return parse(document(content, path), languages=("en", "zh"))[0]


def texts(found):
    return [each.text for each in found]


def part(name: str, *body: str) -> str:
    return f"<w:{name} {SPACES}>{''.join(body)}</w:{name}>"


def test_a_word_document_has_the_head_of_copy_and_keeps_its_form():
    found = draft(
        word(
            TITLE,
            paragraph("渡轮再次启航"),
            paragraph("By Ines Duarte"),
            paragraph(STORY, runs=BOLD + HIDDEN),
            paragraph("Fares", style="Heading2"),
            ROW.format(paragraph("Adults"), paragraph("two")),
            paragraph(runs=PICTURE),
            paragraph("Related News"),
            paragraph("Old pier"),
        )
    )

    assert texts(found.headlines) == ["Ferry sails again", "渡轮再次启航"]
    assert [byline.name for byline in found.bylines] == ["Ines Duarte"]
    assert texts(found.datelines) == ["LISBON, Nov. 22 (Quay News)"]
    assert [each.title for each in found.related] == ["Old pier"]
    assert [(each.text, each.html) for each in found.paragraphs] == [
        (f"{STORY} Nine", f"<p>{STORY}<strong> Nine</strong></p>"),
        ("Fares", "<h2>Fares</h2>"),
        ("Adults | two", "<table><tr><td><p>Adults</p></td><td><p>two</p></td></tr></table>"),
        ("", '<p><img alt="The pier" src="word/media/image1.png"></p>'),
    ]


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        pytest.param((paragraph("By Ines Duarte"), TITLE, paragraph(STORY)), "Ferry sails again", id="the style Title"),
        pytest.param(
            (paragraph("Ferry sails", style="Heading2"), paragraph(STORY)), "Ferry sails", id="the first heading"
        ),
        pytest.param((paragraph("Ferry sails"), paragraph(STORY)), "Ferry sails", id="the first line"),
    ],
)
def test_the_title_is_a_style_a_heading_or_the_first_line(body, headline):
    found = draft(word(*body))

    assert texts(found.headlines) == [headline]
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        pytest.param((paragraph("EMBARGOED UNTIL 27 NOVEMBER 2026"),), {}, id="a line"),
        pytest.param((), {"word/header1.xml": part("hdr", paragraph("EMBARGO: 27 November 2026"))}, id="a header"),
        pytest.param(
            (), {"word/comments.xml": part("comments", paragraph("EMBARGO: 27 November 2026"))}, id="a comment"
        ),
    ],
)
def test_a_mark_holds_a_word_document_wherever_it_is(body, parts):
    found = draft(word(*body, TITLE, paragraph(STORY), parts=parts))

    assert {hold.kind for hold in found.holds} == {"embargo"}
    assert texts(found.paragraphs) == [STORY]


def test_changes_that_nobody_has_accepted_are_told():
    deleted = '<w:del w:id="1"><w:r><w:delText>never</w:delText></w:r></w:del>'
    inserted = '<w:ins w:id="2"><w:r><w:t> today</w:t></w:r></w:ins>'

    found = draft(word(TITLE, paragraph(SECOND, runs=deleted + inserted)))

    assert texts(found.paragraphs) == [f"{SECOND} today"]
    assert ["tracked changes" in remark.text for remark in found.remarks] == [True]


def test_the_text_is_found_under_whatever_name_the_package_says():
    named = f"""<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"
        Type="{RELATED}/officeDocument" Target="/word/document2.xml"/></Relationships>"""
    text = f"<w:document {SPACES}><w:body>{TITLE}{paragraph(STORY)}</w:body></w:document>"

    whole = word(parts={"_rels/.rels": named, "word/document2.xml": text})
    found = draft(whole.replace(b"word/document.xml", b"word/unused_1.xml"))

    assert texts(found.headlines) == ["Ferry sails again"]
    assert texts(found.paragraphs) == [STORY]


DEEP = "<w:sdt><w:sdtContent>" * 60 + paragraph(STORY) + "</w:sdtContent></w:sdt>" * 60
ENTITY = f'<!DOCTYPE d [<!ENTITY e "{SECOND}">]><w:document {SPACES}><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p>'


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            lambda: word(TITLE)[:-30], "is no Word document, or a damaged or encrypted one (BadZipFile)", id="cut off"
        ),
        pytest.param(
            lambda: word(TITLE, DEEP), "is a Word document with more than 100 elements within each other", id="deep"
        ),
        pytest.param(
            lambda: word(parts={"word/document.xml": f"{ENTITY}</w:body></w:document>"}),
            "is a Word document with a DOCTYPE, which Word never writes",
            id="entities",
        ),
        pytest.param(
            lambda: word(TITLE, parts={"word/bomb.xml": f"<a>{' ' * 31_000_000}</a>"}),
            "is a Word document whose parts are larger than 30.0 MB",
            id="a bomb",
        ),
        pytest.param(
            lambda: word(TITLE, parts={f"a{number}": "" for number in range(5_001)}),
            "is a Word document of more than 5000 parts",
            id="many parts",
        ),
        pytest.param(
            lambda: word(parts={"word/document.xml": "<x/>"}),
            "is a Word document that mammoth cannot read",
            id="another root",
        ),
        pytest.param(
            lambda: word(TITLE).replace(b"word/document", b"word/documemt"), "is no Word document: its", id="no text"
        ),
    ],
)
def test_a_hostile_word_document_is_refused_with_the_reason(make, message):
    with pytest.raises(ParseError) as caught:
        draft(make())

    assert caught.value.message.startswith(message.partition("larger")[0])


def test_without_mammoth_the_cure_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "mammoth", None)

    with pytest.raises(ParseError, match="pip install mammoth"):
        draft(word(TITLE, paragraph(STORY)))


def test_the_pictures_in_a_word_document_are_published_with_its_article_and_no_other(newsroom: Newsroom):
    pier = png(8, 6)
    newsroom.file("world/ferry.docx", b"").write_bytes(
        word(TITLE, paragraph(SECOND), paragraph(runs=PICTURE), parts={"word/media/image1.png": pier})
    )
    newsroom.file("world/thief.md", "---\ntitle: Thief\n---\n\nA text. ![](ferry.docx/word/media/image1.png)\n")

    newsroom.publish()

    address = f"/media/{sha256(pier).hexdigest()[:32]}/image1.png"
    assert address in newsroom.store.entry("ferry-sails-again").article.body.best()[1]
    assert "/media/" not in newsroom.store.entry("thief").article.body.best()[1]


def test_a_heading_of_two_words_below_the_title_is_copy_and_no_author():
    found = draft(word(TITLE, paragraph("Harbour Life", style="Heading2"), paragraph(SECOND), paragraph(SECOND)))

    assert found.bylines == ()
    assert texts(found.paragraphs) == ["Harbour Life", SECOND, SECOND]
