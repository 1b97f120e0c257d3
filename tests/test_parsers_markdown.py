"""Bodies in Markdown: CommonMark and GFM, with what generators of sites add, in Latin and in East Asian scripts."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_parsers_frontmatter import draft

from feedsvc.model.errors import ParseError
from feedsvc.parsers.markdown.syntax import MARKDOWN
from newsroom import Newsroom

EMPHASIS = [
    pytest.param("**通知：**码头开放", "<strong>通知：</strong>码头开放", id="a colon inside"),
    pytest.param("他说**“开放了”**然后走", "他说<strong>“开放了”</strong>然后走", id="quotes that Latin has too"),
    pytest.param("これは**「重要」**です", "これは<strong>「重要」</strong>です", id="Japanese"),
    pytest.param("배는 *“출항”*했다", "배는 <em>“출항”</em>했다", id="Korean"),
    pytest.param("**“마크다운”(Markdown)**은", "<strong>“마크다운”(Markdown)</strong>은", id="Korean behind a bracket"),
    pytest.param(
        "用**A（甲）**和**B（乙）**。", "用<strong>A（甲）</strong>和<strong>B（乙）</strong>。", id="two of them"
    ),
    pytest.param("~~旧价：~~新价", "<s>旧价：</s>新价", id="struck text"),
    pytest.param("文_字_文", "文_字_文", id="a line below within a word"),
    pytest.param("**a.**b", "**a.**b", id="Latin stays CommonMark's"),
    pytest.param("a**“b”**c", "a**“b”**c", id="Latin quotes stay CommonMark's"),
]


def inline(text: str) -> str:
    return MARKDOWN.render(text, {}).strip().removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(("written", "expected"), EMPHASIS)
def test_emphasis_ends_beside_east_asian_punctuation(written, expected):
    assert inline(written) == expected


@given(st.text('ab*_ .,("“”—é\n', max_size=24))
def test_emphasis_in_text_without_east_asian_characters_is_commonmarks(text):
    assert MARKDOWN.render(text, {}) == MarkdownIt("commonmark").render(text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("海\n雾", "海雾", id="Chinese"),
        pytest.param("きり\n霧", "きり霧", id="Japanese"),
        pytest.param("海雾，\n散去", "海雾，散去", id="behind a comma"),
        pytest.param("他说：\n“散了”", "他说：“散了”", id="before a quotation"),
        pytest.param("*海*\n**雾**", "<em>海</em><strong>雾</strong>", id="between emphasis"),
        pytest.param("안개가\n걷혔다", "안개가\n걷혔다", id="Korean keeps its blank"),
        pytest.param("海\nfog", "海\nfog", id="Latin beside Chinese"),
        pytest.param("the “fog”\nlifts", "the “fog”\nlifts", id="Latin"),
        pytest.param("海  \n雾", "海<br />\n雾", id="a hard break"),
    ],
)
def test_no_blank_parts_wrapped_lines_of_chinese_and_japanese(written, expected):
    assert inline(written) == expected


def link(address: str, text: str | None = None) -> str:
    return f'<a href="{address}">{text or address}</a>'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("See https://a.example/b_c.", f"See {link('https://a.example/b_c')}.", id="https"),
        pytest.param("(http://a.example/b_(c))", f"({link('http://a.example/b_(c)')})", id="brackets"),
        pytest.param("www.a.example!", f"{link('http://www.a.example', 'www.a.example')}!", id="www"),
        pytest.param("a.b@c.example.", f"{link('mailto:a.b@c.example', 'a.b@c.example')}.", id="mail"),
        pytest.param("见https://a.example/b。好", f"见{link('https://a.example/b')}。好", id="no blank in Chinese"),
        pytest.param("a.example/b", "a.example/b", id="no scheme"),
        pytest.param("ftp://a.example", "ftp://a.example", id="another scheme"),
        pytest.param("http://localhost", "http://localhost", id="no domain"),
        pytest.param("`https://a.example`", "<code>https://a.example</code>", id="code"),
        pytest.param("[https://a.example](/b)", link("/b", "https://a.example"), id="within a link"),
        pytest.param("x@y", "x@y", id="no mail"),
    ],
)
def test_a_bare_address_is_a_link(written, expected):
    assert inline(written) == expected


NOTE = "<blockquote>\n<p><strong>{}</strong></p>\n<p>Mind <em>the</em> gap.</p>\n</blockquote>"


OBSIDIAN = "<blockquote>\n<p><strong>Go</strong><br />\nMind <em>the</em> gap.</p>\n</blockquote>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(":::note\n\nMind *the* gap.\n\n:::", NOTE.format("Note"), id="Docusaurus"),
        pytest.param(":::tip[Trains]\nMind *the* gap.\n:::", NOTE.format("Trains"), id="Docusaurus with a title"),
        pytest.param("::: warning Trains\nMind *the* gap.\n:::", NOTE.format("Trains"), id="VuePress"),
        pytest.param('::: {.callout-tip title="Go"}\nMind *the* gap.\n:::', NOTE.format("Go"), id="Quarto"),
        pytest.param('!!! note "Trains"\n    Mind *the* gap.', NOTE.format("Trains"), id="MkDocs"),
        pytest.param("??? 60.0 it", "<p>??? 60.0 it</p>", id="no kind of a note"),
        pytest.param("!!! Mind the gap", "<p>!!! Mind the gap</p>", id="a shout"),
        pytest.param("> [!NOTE]\n> Mind *the* gap.", NOTE.format("Note"), id="GitHub"),
        pytest.param("> [!danger] Go\n> Mind *the* gap.", OBSIDIAN, id="Obsidian"),
        pytest.param("::: {.column}\nMind *the* gap.\n:::", "<p>Mind <em>the</em> gap.</p>", id="a layout"),
        pytest.param(
            "::::note\n:::tip\nMind *the* gap.\n:::\n::::",
            f"<blockquote>\n<p><strong>Note</strong></p>\n{NOTE.format('Tip')}\n</blockquote>",
            id="within another",
        ),
        pytest.param("Mind *the* gap.\n{: .lead}", "<p>Mind <em>the</em> gap.</p>", id="attributes of a paragraph"),
        pytest.param("* TOC\n{:toc}\n\nMind *the* gap.", "<p>Mind <em>the</em> gap.</p>", id="kramdown's contents"),
        pytest.param("[TOC]\n\nMind *the* gap.", "<p>Mind <em>the</em> gap.</p>", id="contents"),
        pytest.param("## Gap {#gap .x}", '<h2 id="gap">Gap</h2>', id="the id of a heading"),
        pytest.param("## Gap {/* #gap */}", '<h2 id="gap">Gap</h2>', id="the id of a heading in MDX"),
        pytest.param("## Set {a, b}", "<h2>Set {a, b}</h2>", id="braces in a heading"),
        pytest.param("![a](b){.x width=9}", '<p><img src="b" alt="a" /></p>', id="attributes of a picture"),
        pytest.param("    :::note", "<pre><code>:::note\n</code></pre>", id="code"),
        pytest.param("- [x] a\n- [ ] b", "<ul>\n<li>☑ a</li>\n<li>☐ b</li>\n</ul>", id="tasks"),
        pytest.param("Gap\n: A space", "<dl>\n<dt>Gap</dt>\n<dd>A space</dd>\n</dl>", id="a definition"),
        pytest.param("==a *b*==, x==1==y", "<p><mark>a <em>b</em></mark>, x==1==y</p>", id="marked text"),
        pytest.param("$a_1*b_2*c$, $5 and $6", "<p>$a_1*b_2*c$, $5 and $6</p>", id="math"),
        pytest.param(r"\(a_1*b*\) \(no\)", r"<p>\(a_1*b*\) (no)</p>", id="math in brackets"),
        pytest.param("$$\n- a\n+ b\n$$", "<p>$$\n- a\n+ b\n$$</p>", id="a block of math"),
        pytest.param("$$\na", "<p>$$\na</p>", id="no block of math"),
    ],
)
def test_what_generators_add_is_read(written, expected):
    rendered = (
        MARKDOWN.render(written, {}).replace(' class="task-list-item"', "").replace(' class="contains-task-list"', "")
    )

    assert rendered.strip() == expected


def test_a_heading_has_the_id_that_the_document_links_to():
    links = "[a](#the-pier-reopens) [b](#%E7%A0%81%E5%A4%B4) <a href='#no'>c</a>"
    written = f"{links}\n\n## The pier, reopens!\n\n## 码头\n\n## Other"

    rendered = MARKDOWN.render(written, {})

    assert [line for line in rendered.splitlines() if line.startswith("<h2")] == [
        '<h2 id="the-pier-reopens">The pier, reopens!</h2>',
        '<h2 id="码头">码头</h2>',
        "<h2>Other</h2>",
    ]


def test_a_footnote_that_is_written_within_a_line_is_shown_below(newsroom: Newsroom):
    newsroom.file("pier.md", "---\ntitle: Pier\n---\nIt reopens.^[Said the keeper.]\n\nIt closes.\n")

    newsroom.publish()

    (item,) = json.loads(newsroom.feed("/feeds/all.json"))["items"]

    assert "Said the keeper." in item["content_html"]


def test_a_footnote_within_another_takes_no_words_from_it():
    rendered = MARKDOWN.render("Tide[^1] and wind[^2].\n\n[^1]:\n    Said she.\n    [^2]: Said he.\n", {})

    assert re.findall("<li[^>]*><p>(.*?) <a", rendered) == ["Said she.", "Said he."]


def test_footnotes_of_two_languages_on_one_page_do_not_meet(newsroom: Newsroom):
    newsroom.file("pier.md", "---\ntitle: Pier\nlang: en\n---\nIt reopens.[^1]\n\n[^1]: Said she.\n")
    newsroom.file(
        "pier.zh.md", "---\ntitle: 码头\ntranslation_of: pier.md\nlang: zh\n---\n重开。[^1]\n\n[^1]: 她说。\n"
    )
    newsroom.publish()

    (item,) = json.loads(newsroom.feed("/feeds/all.json"))["items"]

    page = "https://quay.example/articles/pier"
    for language in ("en", "zh"):
        assert f'<a href="{page}#pier-{language}-fn1" id="pier-{language}-fnref1">[1]</a>' in item["content_html"]
        assert f'<li id="pier-{language}-fn1">' in item["content_html"]
    assert item["summary"] == "It reopens. / 重开。"


PIER = "The pier reopened on Friday after a long winter, the harbour office said."


@pytest.mark.parametrize(
    ("text", "title", "words"),
    [
        pytest.param(f"![](a.png)\n\n# Pier\n\n{PIER}", "Pier", ["", PIER], id="a picture first"),
        pytest.param(f"## Pier\n\n{PIER}", "Pier", [PIER], id="a heading of the second level"),
        pytest.param(f"<!-- desk -->\n# Pier\n\n{PIER}", "Pier", [PIER], id="a comment first"),
        pytest.param(f"**Pier**\n\n{PIER}", "Pier", [PIER], id="bold words"),
        pytest.param(f"Pier again\n\n{PIER}\n\n> It sails.", "Pier again", [PIER, "It sails."], id="no marks in it"),
        pytest.param(
            f"First published: https://quay.example/1\n\n[original](https://mole.example)\n\n# Pier\n\n{PIER}",
            "Pier",
            ["First published: https://quay.example/1", "original", PIER],
            id="the place of its first publication first",
        ),
        pytest.param(f"Pier again\n\n# Tides\n\n{PIER}", "Pier again", ["Tides", PIER], id="a title above a heading"),
        pytest.param(f"{PIER}\n\n## Pier\n\nIt sails.", "Pier", [PIER, "Pier", "It sails."], id="a heading below copy"),
    ],
)
def test_markdown_without_front_matter_is_markdown_whatever_its_first_line_is(text, title, words):
    found = draft(text)

    assert ([each.text for each in found.headlines], [each.text for each in found.paragraphs]) == ([title], words)


def test_markdown_without_a_title_is_refused():
    with pytest.raises(ParseError, match="no title: no heading says one"):
        draft(f"{PIER}\n\n> It sails.\n")


def test_a_document_without_marks_of_markdown_is_wire_copy_whatever_its_name_is():
    text = f"Pier reopens\n\nLISBON, May 26 (Harbour Wire) -- {PIER}\n"

    assert [each.text for each in draft(text).headlines] == [each.text for each in draft(text, "pier.txt").headlines]
    assert draft(text).paragraphs == draft(text, "pier.txt").paragraphs


RELATED = [
    pytest.param("- [Fog](/fog)\n- Tides turn", [("Fog", "/fog"), ("Tides turn", None)], [], id="links and titles"),
    pytest.param("1. [Fog\n   lifts](/fog).", [("Fog lifts", "/fog")], [], id="a link over two lines"),
    pytest.param("[Fog](/fog)\n[Tides](/t)", [("Fog", "/fog"), ("Tides", "/t")], [], id="lines"),
    pytest.param("- https://a.example/fog", [("", "https://a.example/fog")], [], id="a bare address"),
    pytest.param(f"- [Fog](/fog)\n\n{PIER}", [("Fog", "/fog")], [PIER], id="prose below"),
    pytest.param("- [Fog](/fog)\n\n## More\n\nIt.", [("Fog", "/fog")], ["More", "It."], id="a heading below"),
    pytest.param("- [Fog](/fog) by Ann Lee", [], ["Related stories", "Fog by Ann Lee"], id="words beside a link"),
    pytest.param("- [Fog](/f), [Tides](/t)", [], ["Related stories", "Fog, Tides"], id="two links"),
    pytest.param("- [Fog](/f)\n\n```\na\n```", [], ["Related stories", "Fog", "a"], id="code below"),
    pytest.param("- [Fog](/f)\n  - [Tides](/t)", [], ["Related stories", "Fog Tides"], id="a list within"),
    pytest.param("- ![](p.png)", [], ["Related stories", ""], id="a picture"),
    pytest.param(PIER, [], ["Related stories", PIER], id="prose"),
]


@pytest.mark.parametrize(("section", "related", "words"), RELATED)
def test_a_section_of_related_stories_is_links_and_titles_and_else_copy(section, related, words):
    found = draft(f"---\ntitle: Pier\n---\n{PIER}\n\n## Related stories\n\n{section}\n")

    assert [(each.title, each.url) for each in found.related] == related
    assert [each.text for each in found.paragraphs] == [PIER, *words]


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\ufeff"])
def test_front_matter_is_found_behind_byte_order_marks(mark):
    assert [each.text for each in draft(f"{mark}---\ntitle: Pier\n---\n{PIER}\n").headlines] == ["Pier"]


def test_entities_are_decoded_once_in_titles_summaries_and_wire_copy():
    text = "---\ntitle: Tom &amp; Jo&#8217;s &amp;amp;\nsummary: Salt &amp; fog\n---\nA &amp; b.\n"
    wire = draft(
        "Tom &amp; Jo sail\n\nLISBON, May 26 (Harbour Wire) -- Tom &amp; Jo sailed for the islands again.\n", "a.txt"
    )

    found = draft(text)

    assert [each.text for each in (*found.headlines, *found.summaries, *found.paragraphs)] == [
        "Tom & Jo’s &amp;",
        "Salt & fog",
        "A & b.",
    ]
    assert wire.headlines[0].text == "Tom & Jo sail"
    assert wire.paragraphs[0].text.endswith("Tom & Jo sailed for the islands again.")
    assert "Tom &amp; Jo sailed" in wire.paragraphs[0].html


@pytest.mark.parametrize(
    ("opening", "agencies"),
    [
        pytest.param("[`ferry-app`](https://example.org/app) shows every crossing.", [], id="a name of a program"),
        pytest.param("[dpa](https://example.org/dpa) has a new office.", [], id="an agency that is linked"),
        pytest.param("[LISBON, May 26 (Xinhua)](https://example.org/x) -- It sails.", ["Xinhua"], id="a dateline"),
    ],
)
def test_the_brackets_of_a_link_are_none_of_a_dateline(opening, agencies):
    read = draft(f"---\ntitle: Ferry\n---\n\n{opening}\n")

    assert [dateline.agency for dateline in read.datelines] == agencies
