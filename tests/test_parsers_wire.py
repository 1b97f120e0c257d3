from __future__ import annotations

from pathlib import Path

import pytest

from drafts import document, draft
from feedsvc.model.errors import ParseError
from feedsvc.parsers import parse, text_of

STORY = "LISBON, May 26 (Harbour Wire) -- The ferry left for the islands with forty passengers and a cello aboard."
STORY_ZH = "港湾通讯社青岛5月26日电（记者林晓舟）一座只收海洋书籍的图书馆二十六日在码头开门。"
SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"


def headlines(text: str) -> list[str]:
    return [each.text for each in draft(text).headlines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"Ferry sails\n\n渡轮复航\n\n{STORY}", ["Ferry sails", "渡轮复航"], id="English first"),
        pytest.param(
            f"渡轮终于复航\n\nFerry sails again today\n\n{STORY}\n\n{STORY_ZH}",
            ["渡轮终于复航", "Ferry sails again today"],
            id="Chinese first",
        ),
        pytest.param(
            f"Ferry sails\n渡轮终于复航\nHarbour Wire\n{STORY}", ["Ferry sails", "渡轮终于复航"], id="no blank lines"
        ),
        pytest.param(
            f"Ferry sails again after\nten years of waiting\n\n{STORY}",
            ["Ferry sails again after ten years of waiting"],
            id="over two lines",
        ),
        pytest.param(
            f"Ferry sails\nHarbour Wire\nClare Penrose\n\n{STORY}", ["Ferry sails"], id="publisher in the same block"
        ),
        pytest.param(f"Title: Ferry sails\n标题：渡轮复航\n\n{STORY}", ["Ferry sails", "渡轮复航"], id="labelled"),
        pytest.param(
            f"Photo: a history of the harbour\n\n{STORY}", ["Photo: a history of the harbour"], id="like a label"
        ),
        pytest.param(
            f"Time runs out for the ferry\n\n{STORY}", ["Time runs out for the ferry"], id="like a label and a blank"
        ),
        pytest.param(f"By the sea, a new town\n\n{STORY}", ["By the sea, a new town"], id="like a byline"),
        pytest.param(
            f"Where does the ferry go in winter?\n\n{STORY}", ["Where does the ferry go in winter?"], id="a question"
        ),
        pytest.param(f"By Tom Ardley\n\nFerry sails\n\n{STORY}", ["Ferry sails"], id="below its byline"),
        pytest.param("快讯\n", ["快讯"], id="two characters"),
    ],
)
def test_headlines_are_found_in_either_order_and_form(text, expected):
    assert headlines(text) == expected


@pytest.mark.parametrize(
    ("head", "publisher", "people"),
    [
        pytest.param("China Quay\nSu Nian", "China Quay", [("Su Nian", "editor")], id="two names in one block"),
        pytest.param(
            "Harbour Wire\n\nSu Nian\n\nBy Tom Ardley",
            "Harbour Wire",
            [("Su Nian", "editor"), ("Tom Ardley", "author")],
            id="in blocks of their own, with a byline below",
        ),
        pytest.param("Harbour Wire\n\nSu Nian", "Harbour Wire", [("Su Nian", "author")], id="a name without a byline"),
        pytest.param("Source\nHarbour Wire\nEditor\nSu Nian", "Harbour Wire", [("Su Nian", "editor")], id="labels"),
        pytest.param("苏 念", None, [("苏念", "author")], id="a Chinese name, spaced"),
        pytest.param("Su Nian", None, [("Su Nian", "author")], id="an English name"),
        pytest.param(
            "Ministry of Tides and Ferries News Office",
            "Ministry of Tides and Ferries News Office",
            [],
            id="a long one",
        ),
    ],
)
def test_lines_between_headline_and_story_are_publisher_editor_and_authors(head, publisher, people):
    found = draft(f"Ferry sails\n\n{head}\n\n{STORY}")

    assert (found.publisher.text if found.publisher else None) == publisher
    assert [(each.name, each.role) for each in found.bylines] == people
    assert len(found.paragraphs) == 1


def test_paragraphs_of_both_languages_keep_their_order():
    found = draft(f"Ferry sails\n渡轮终于复航\n\n{STORY}\n\n{STORY_ZH}\n\nIt has a bell.\n\n船上有钟。")

    assert [each.text[:6] for each in found.paragraphs] == ["LISBON", "港湾通讯社青", "It has", "船上有钟。"]
    assert [each.language for each in found.datelines] == ["en", "zh"]


def test_a_paragraph_is_escaped_for_html():
    found = draft(f"Ferry sails\n\n{STORY}\n\nTea & <script>alert(1)</script> cost more than before, they said.")

    assert found.paragraphs[1].html == (
        "<p>Tea &amp; &lt;script&gt;alert(1)&lt;/script&gt; cost more than before, they said.</p>"
    )


@pytest.mark.parametrize("ending", ["Related News", "Related News\n", "相关新闻：\n\n", "Related Reading\n\n相关阅读"])
def test_an_empty_section_of_related_stories_is_no_paragraph(ending):
    found = draft(f"Ferry sails\n\n{STORY}\n\n{ending}")

    assert (len(found.paragraphs), found.related) == (1, ())


def test_copy_below_a_section_of_related_stories_is_copy():
    found = draft(f"Ferry sails\n渡轮终于复航\n\n{STORY}\n\nRelated News\nA cello at sea\n\n{STORY_ZH}")

    assert [each.title for each in found.related] == ["A cello at sea"]
    assert [each.text[:4] for each in found.paragraphs] == ["LISB", "港湾通讯"]


def test_a_hold_mark_at_the_beginning_of_the_story_holds_it():
    found = draft(f"Ferry sails\n\n{STORY}\n\nNot for publication before Friday noon. The cello is a secret.")

    assert [each.kind for each in found.holds] == ["embargo"]


def test_several_marks_on_one_line_all_count():
    found = draft(f"EMBARGOED: UPDATE 2-Ferry sails\n\n{STORY}")

    assert [each.text for each in found.headlines] == ["Ferry sails"]
    assert ([each.text for each in found.holds], found.take) == (["EMBARGOED:"], "writethru")


def test_a_release_header_holds_and_states_the_time():
    found = draft(f"Ferry sails\n\nEmbargo: 2026-05-28 10:00 GMT\n\n{STORY}")

    assert [(each.kind, each.text) for each in found.holds] == [("embargo", "Embargo: 2026-05-28 10:00 GMT")]


def test_a_headline_alone_is_a_flash():
    found = draft("Ferry sails\n")

    assert (found.kind, found.paragraphs) == ("flash", ())


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("", None, "is empty", id="nothing"),
        pytest.param(" \n\u3000\n\x00\n", None, "is empty", id="blanks and controls"),
        pytest.param(
            f"\n{STORY}",
            2,
            "no title: no headline stands before 'LISBON, May 26 (Harbour Wire) -- The ferry left for the isla…'",
            id="story only",
        ),
        pytest.param(
            "来源：港湾通讯\n\n" + STORY_ZH, 3, f"no title: no headline stands before '{STORY_ZH}'", id="labels only"
        ),
        pytest.param(
            "The ferry sails. It sails again. " * 9,
            1,
            "no title: no headline stands before 'The ferry sails. It sails again. The ferry sails. It sails a…'",
            id="prose only",
        ),
        pytest.param(
            '{"title": "Ferry"}',
            1,
            "is a JSON file; articles are wire copy, Markdown, web pages, Word documents, NewsML-G2, NITF or ninjs",
            id="JSON",
        ),
        pytest.param(
            "<?xml version='1.0'?><rss/>",
            1,
            "is an XML file; articles are wire copy, Markdown, web pages, Word documents, NewsML-G2, NITF or ninjs",
            id="XML",
        ),
        pytest.param("a\n" * 50_001, 50_001, "has more than 50000 lines, which no article has", id="too many lines"),
    ],
)
def test_what_is_no_article_is_refused_with_its_line_and_reason(text, line, message):
    with pytest.raises(ParseError) as caught:
        parse(document(text))

    assert (caught.value.message, caught.value.line) == (message, line)


@pytest.mark.parametrize("path", ["a.json", "a.csv", "a.xml", "a.yaml"])
def test_a_file_that_is_called_something_else_is_refused_by_its_name(path):
    with pytest.raises(
        ParseError, match="articles are wire copy, Markdown, web pages, Word documents, NewsML-G2, NITF or ninjs"
    ):
        parse(document("Ferry sails\n", path))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_copy_reads_the_same_in_every_encoding(encoding):
    text = f"Ferry sails\n渡轮终于复航\n\nHarbour Wire\n沈书言\n\n{STORY}\n\n{STORY_ZH}\n"

    assert parse(document(text.encode(encoding))) == parse(document(text))


def test_the_encoding_of_the_source_is_tried():
    text = "Öl für die Fähre\n"

    assert text_of(document(text.encode("cp850")), encoding="cp850") == text
    assert parse(document(text.encode("cp850")), encoding="cp850")[0].headlines[0].text == "Öl für die Fähre"


def test_the_seed_document_reads_as_its_desk_meant_it():
    paths = sorted(SEEDS.glob("000_*.txt"))
    if not paths:
        pytest.skip("the seed documents lie beside the repository, and are not here")

    found = draft(paths[0].read_text(encoding="utf-8"))

    assert [len(each.text) for each in found.headlines] == [58, 16]
    assert found.publisher is not None
    assert found.publisher.text == "China Military"
    assert [(each.name, each.role) for each in found.bylines] == [
        ("Huang Panyue", "editor"),
        ("张锴", "author"),
        ("Zhang Kai", "author"),
    ]
    assert len(found.paragraphs) == 15
    assert [(each.places, each.agency, each.month, each.day, each.year) for each in found.datelines] == [
        (("Beijing",), "China Military Online", 5, 26, None)
    ]
    assert (found.related, found.holds, found.notes, found.kind) == ((), (), (), "story")
