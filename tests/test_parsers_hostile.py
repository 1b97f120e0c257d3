"""Whatever comes in, a parser gives a draft whose places lie in the text, or an error of ours, at a fair cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts import document
from feedsvc.model.dates import Span
from feedsvc.model.document import Document
from feedsvc.model.errors import DocumentError
from feedsvc.parsers import parse, text_of

PIECES = """
Harbour opens new pier|港口新码头启用|By Zhang Kai|文/张锴|记者 张 锴|Source|Source: Harbour Wire|Time|Time 2017-05-26
编辑：|来源：港湾通讯  作者：张锴|LISBON, May 26 (Harbour Wire) -- The ferry left for the islands, with a cello aboard.
港湾通讯社青岛5月26日电（记者张锴）港口新码头二十六日正式启用。|Related News|相关阅读：|- Title one
https://www.example.org/x|EMBARGOED UNTIL 10:00|KILL:|UPDATE 2-|（完）|Enditem|---|+++|title: x|title = 'x'
date: 2017-05-26|# Heading|| a | b ||**bold**|[x](https://y)|{|[|]]|*|_|`|```|<div>|<!--|2017-02-30|Feb 30, 2017
9999-99-99|:|：|张 锴|Huang Panyue|China Quay|&a|*a|- &a [*a]|<<: *a|authors: [a, {name: b}]
related: [{title: a}]|enclosures: b|draft: true|\u3000\u3000|\x00|\ufeff|\ud800|\u2028
"""
LINES = st.sampled_from([piece for line in PIECES.strip("\n").split("\n") for piece in line.split("|")])
ENDS = st.sampled_from(["\n", "\n\n", " ", "", "\r\n"])
COPY = st.lists(st.tuples(LINES, ENDS).map("".join), max_size=14).map("".join)
FENCES = st.sampled_from(["{}", "---\n{}\n---\nBody", "---\n{}", "+++\n{}\n+++\nBody"])
PATHS = st.sampled_from(["a.txt", "a.md"])


def spans(value: object) -> Iterator[Span]:
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from spans(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from spans(getattr(value, each.name))


def assert_parses_or_says_why(given_document: Document) -> None:
    try:
        drafts = parse(given_document)
    except DocumentError:
        return
    text = text_of(given_document)
    assert all(0 <= span.start <= span.end <= len(text) for span in spans(drafts))
    assert all(text[each.span.start : each.span.end] == each.text for draft in drafts for each in draft.datelines)
    assert all(draft.headlines or draft.holds for draft in drafts)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(COPY, FENCES, PATHS)
def test_any_mixture_of_the_forms_gives_a_draft_or_an_error_of_ours(copy, fence, path):
    assert_parses_or_says_why(document(fence.format(copy).encode("utf-8", "surrogatepass"), path))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.binary(max_size=400), FENCES, PATHS)
def test_any_bytes_give_a_draft_or_an_error_of_ours(content, fence, path):
    before, _, after = fence.partition("{}")
    assert_parses_or_says_why(document(before.encode() + content + after.encode(), path))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(max_size=300), PATHS)
def test_any_text_gives_a_draft_or_an_error_of_ours(text, path):
    assert_parses_or_says_why(document(text.encode("utf-8", "surrogatepass"), path))


def test_controls_and_halves_of_characters_do_not_hide_a_headline():
    (draft,) = parse(
        document(b"Fer\x00ry sails\x08\n\xed\xa0\x80\n\n\x1bIt has a bell, and a cello aboard.\n", "a.txt")
    )

    assert [each.text for each in draft.headlines] == ["Fer\x00ry sails"]
    assert draft.paragraphs[-1].text == "It has a bell, and a cello aboard."


@pytest.mark.parametrize(
    ("start", "unit", "path"),
    [
        pytest.param("", "KILL: ", "a.txt", id="marks on one line"),
        pytest.param("", "KILL\n", "a.txt", id="marks of a story without a headline"),
        pytest.param("", "(ADDS ", "a.txt", id="notes never closed"),
        pytest.param("", "embargoed ", "a.txt", id="embargoes"),
        pytest.param("Ferry\n\n", "Source: a ", "a.txt", id="labels on one line"),
        pytest.param("Ferry\n\n", "By A and ", "a.txt", id="names on one line"),
        pytest.param("Ferry\n\n", "张、", "a.txt", id="Chinese names on one line"),
        pytest.param("Ferry\n\n", "1. 2017-05-26 5月26日 ", "a.txt", id="dates on one line"),
        pytest.param("Ferry\n\nRelated News\n", "[a](", "a.txt", id="links never closed"),
        pytest.param("Ferry\n\n", "It sails.\n", "a.txt", id="short lines"),
        pytest.param("Ferry\n\nThe ferry sails, he said.\n\n", "KILL\n", "a.txt", id="marks below the story"),
        pytest.param("", "# Ferry\n", "a.md", id="headings in Markdown"),
        pytest.param("# F\n\n", "===\n", "a.md", id="underlines in Markdown"),
        pytest.param("---\n", "a: [", "a.md", id="lists never closed in YAML"),
        pytest.param("---\n", "&a ", "a.md", id="anchors in YAML"),
        pytest.param("+++\n", "a.", "a.md", id="dots in TOML"),
        pytest.param("# F\n\n", "[", "a.md", id="brackets in Markdown"),
        pytest.param("# F\n\n", "*a_ ", "a.md", id="emphasis in Markdown"),
        pytest.param("# F\n\n", "> ", "a.md", id="quotes in Markdown"),
        pytest.param("# F\n\n[^a]: b\n\n", "[^", "a.md", id="footnotes never closed in Markdown"),
        pytest.param("# F\n\n", "a\n\n: b\n", "a.md", id="definitions in Markdown"),
        pytest.param("# F\n\n", "$$ a\n", "a.md", id="math never closed in Markdown"),
        pytest.param("# F\n\n", ":::note\n", "a.md", id="notes never closed in Markdown"),
        pytest.param("# F\n\n", "https://a.b) ", "a.md", id="addresses in Markdown"),
        pytest.param("# F\n\n", "字\n", "a.md", id="short lines in Chinese"),
        pytest.param("# F\n\n", "{{< a", "a.md", id="template tags never closed"),
        pytest.param("# F\n\n", "{% raw %}", "a.md", id="template tags without their ends"),
        pytest.param("# F\n\n", "{{< note >}}\n", "a.md", id="template tags of notes"),
        pytest.param("# F\n\n", "<pre>{{ a }}", "a.md", id="template tags in HTML"),
        pytest.param("# F\n\n", "{/* a", "a.md", id="comments of MDX never closed"),
        pytest.param("# F\n\n", "import a from 'b'\n", "a.md", id="modules of MDX"),
        pytest.param("# F\n\n```\n", "{{ a\n}}\n", "a.md", id="template tags in code"),
        pytest.param("# F\n\n", "[a](#a)\n\n## a\n\n", "a.md", id="ids of headings in Markdown"),
    ],
)
def test_eight_times_the_text_costs_about_eight_times_the_work(start, unit, path):
    def cost_s(length: int) -> float:
        given_document = document((start + unit * (length // len(unit))).encode(), path)
        began = time.process_time()
        assert_parses_or_says_why(given_document)
        return time.process_time() - began

    few = max(min(cost_s(2_000) for _ in range(3)), 0.002)  # below it, the clock and the start count for more
    many = min(cost_s(16_000) for _ in range(3))  # one may meet the collection of what other tests left in memory

    assert many < few * 8 * 4  # squared, it would be 8 * 8


def test_modules_of_mdx_are_looked_for_once():
    given_document = document(("# F\n\n" + "import Quay from 'quay'\n" * 15_000).encode(), "a.mdx")
    began = time.process_time()
    assert_parses_or_says_why(given_document)

    assert time.process_time() - began < 5  # looked for at each import, they take twelve
