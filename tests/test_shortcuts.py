"""Show that what is read by a shorter way is read as it would be by the longer one."""

from __future__ import annotations

import re
import sys

import nh3
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.parsers.frontmatter import yaml as quick
from feedsvc.parsers.lines import NO_WORDS, tidy
from feedsvc.parsers.markdown import _blocks, _parsed
from feedsvc.text import html as safety
from feedsvc.text.characters import BREAKS, UNWANTED, clean_text, strip_unwanted
from feedsvc.text.html import safe_html
from feedsvc.text.scripts import HAN, LATIN, count_han, count_latin, tell_language

BLOCKS = [
    "plain words",
    "渡轮复航。",
    "“Quoted” – 5",
    'it\'s "so"',
    "# Head",
    "## “Head” 5",
    "*all of it*",
    "- item",
    "  more",
    "1. one",
    "> quote",
]
SIGNS = [
    "    code",
    "*em* x",
    "# C#",
    "## Head ##",
    "####### no head",
    "#tag",
    "*a* b*",
    "* a*",
    "*a *",
    "*(a).*",
    "## *em*",
    "a_b",
    "[l](http://x)",
    "[l]: x",
    "| a | b |",
    "|---|---|",
    "---",
    "===",
    "&amp; x",
    "a & b",
]
ENDS = [
    "a\\*b",
    "`c`",
    "```",
    "~~s~~",
    "<b>x</b>",
    "<!-- x",
    "text  ",
    " lead",
    "\u3000缩进",
    "c\u00a0",
    "a > b",
    "a!",
    "",
]
WORDS = st.builds(str.__add__, st.sampled_from(["", "", "x "]), st.sampled_from([*BLOCKS, *SIGNS, *ENDS]))
GAPS = st.sampled_from(["\n\n", "\n\n", "\n", "\n\n\n", "\n \n"])
MARKDOWN = st.lists(st.tuples(WORDS, GAPS), max_size=8).map(lambda parts: "".join(map("".join, parts)))
PIECES = [
    "a b",
    "\n",
    "中\u00a0\"'",
    "<em>x</em>",
    "<code>",
    "</code>",
    "&amp;",
    "&lt;i&gt;",
    "&copy;",
    "&",
    "\r",
    "<b>x</b>",
    "<em>",
]
PLAIN_HTML = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "h4", "div"]), st.lists(st.sampled_from(PIECES), max_size=4)).map(
        lambda block: f"<{block[0]}>{''.join(block[1])}</{block[0]}>"
    ),
    max_size=3,
).map("\n".join)


@given(MARKDOWN)
def test_a_line_of_plain_words_is_the_paragraph_that_markdown_makes_of_it(text):
    assert list(_blocks(text, 0)) == list(_parsed(text, 0, len(text), number=0))


@pytest.mark.parametrize("sign", [*BLOCKS, *SIGNS, *ENDS])
def test_no_sign_of_markdown_is_taken_for_plain_words(sign):
    for text in (f"x {sign}\n\ny\n", f"{sign}\n\nx {sign}", f"x{sign}y"):
        assert list(_blocks(text, 0)) == list(_parsed(text, 0, len(text), number=0))


@given(PLAIN_HTML)
def test_plain_paragraphs_are_as_safe_as_they_are_made(html):
    if safety.PLAIN.fullmatch(html):
        assert safe_html(html, base="https://quay.example/") == nh3.clean(html).replace("&nbsp;", "\u00a0")


def test_most_copy_is_plain_paragraphs():
    assert safety.PLAIN.fullmatch("<h2>A &amp; B</h2>\n<p>It was <em>so</em>.</p>\n<p>渡轮</p>")


@given(
    st.lists(
        st.sampled_from(
            ["title: A b", "t: 'it''s'", "tags: [港口, b]", "- x", "  - y", "a: &x 1", "b: *x", "<<: *x", "k:"]
        )
        | st.text(alphabet="ab:#-'\"[],&*?!{}|>\t \n中\x85", max_size=12)
    ).map("\n".join)
)
def test_front_matter_is_read_alike_by_both_parsers(written):
    def told(node):
        if node is None or isinstance(node, yaml.ScalarNode):
            value = node and (node.value, node.style or "")
        else:
            value = [[told(part) for part in each] if isinstance(each, tuple) else told(each) for each in node.value]
        return node and (type(node), node.tag, value, node.start_mark.index, node.end_mark.index)

    def composed(compose):
        try:
            return told(compose())
        except yaml.YAMLError as error:
            return str(error)

    plain = composed(lambda: yaml.compose(written, Loader=quick._PlainLoader))

    assert composed(lambda: quick._compose(written)) == plain


@given(st.text(alphabet="ab \t\r\n\u2028\u3000\u00a0\x1f\x7f中é，"))
def test_blanks_and_letters_are_counted_in_runs_as_one_by_one(text):
    assert tidy(text) == re.sub(r"\s+", " ", text).strip(NO_WORDS)
    assert BREAKS.sub(" ", text) == re.sub("[ \t\r\n\u2028\u2029]+", " ", text)
    assert clean_text(text)[0] == clean_text(clean_text(text)[0])[0]
    assert (count_han(text), count_latin(text)) == (len(HAN.findall(text)), len(LATIN.findall(text)))


def test_a_script_tells_a_language_only_where_one_is_written_in_it():
    said = {
        (text, languages): tell_language(text, languages)
        for text in ("Gulls", "海鸥", "12")
        for languages in (("en", "zh"), ("en", "fr"), ("zh-Hans", "zh-Hant"), ("en", "ru"))
    }

    assert {key: told for key, told in said.items() if told} == {
        ("Gulls", ("en", "zh")): "en",
        ("海鸥", ("en", "zh")): "zh",
        ("Gulls", ("en", "ru")): "en",
        ("海鸥", ("zh-Hans", "zh-Hant")): "zh-Hans",
    }


def test_printable_text_is_clean_as_it_is():
    for character in map(chr, range(sys.maxunicode + 1)):
        text = f"a {character} b"
        kept, removed = UNWANTED.subn("", text)
        assert strip_unwanted(text) == (kept, removed), hex(ord(character))
        assert clean_text(text) == (BREAKS.sub(" ", kept).strip(), removed), hex(ord(character))
