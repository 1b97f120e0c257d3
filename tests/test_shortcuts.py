"""Show that what is read by a shorter way is read as it would be by the longer one."""

from __future__ import annotations

import re
import sys
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.document import suffix
from feedsvc.parsers.lines import NO_WORDS, tidy
from feedsvc.text.characters import BREAKS, UNWANTED, clean_text, strip_unwanted
from feedsvc.text.scripts import HAN, LATIN, count_han, count_latin, tell_language


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


@given(st.lists(st.sampled_from(["a", ".", "..", "/", "b.md", "-", ".zh"]), max_size=6).map("".join))
def test_a_name_ends_as_the_library_of_paths_says(path: str) -> None:
    if {"", "."}.isdisjoint(path.split("/")):
        assert suffix(path) == PurePosixPath(path).suffix
