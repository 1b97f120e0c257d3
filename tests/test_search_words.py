"""Turn texts and questions into words: what is one word, what is the same word, and what no question can do."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.article import Article, Credit, Text, Version
from feedsvc.model.dates import Dateline, Span, Timestamp
from feedsvc.text.search_words import (
    AUTHORS,
    MOST_CHARACTERS,
    MOST_PHRASES,
    TAGS,
    Label,
    Question,
    article_words,
    ask,
    label_word,
    separated,
)

HOSTILE = [
    *("", '"', '""', '"""', "*", "NEAR(", "a NEAR/2 b", "AND", "OR NOT", "words:x", "-a", "^a", "a*", "{a}", "a + b"),
    *("\x00", "a\x00b", "\ud800", "\udfff\ud800", "\ufffe", "%", "_", "\\", "'; DROP TABLE articles; --", "$1", ":a"),
    *(" " * 10_000, "x" * 100_000, '"' * 9_999, "北" * 5_000, "a " * 5_000, "(" * 3_000, "\u202e\u200b", "𠮷"),
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("The Harbour-Clock's 2nd tide.", "the harbour clock s 2nd tide", id="punctuation"),
        pytest.param("Café CAFÉ cafe\u0301", "cafe cafe cafe", id="accents"),
        pytest.param("Łódź, Straße, Ærø, İzmir", "lodz strasse aero izmir", id="letters of their own"),
        pytest.param("ＡＢＣ１２，ﬁsh", "abc12 fish", id="width and ligatures"),
        pytest.param("港湾通讯社5月26日电", "港 湾 通 讯 社 5 月 26 日 电", id="Han with figures"),
        pytest.param("TikTok公司", "tiktok 公 司", id="Han after Latin"),
        pytest.param("がぎ ｶﾞ 東京タワー", "が ぎ ガ 東 京 タ ワ ー", id="kana keep their voicing"),
        pytest.param("부산 항구", "부 산 항 구", id="hangul"),
        pytest.param("Доклад о порте", "доклад о порте", id="Cyrillic"),
        pytest.param("مَرْفَأ", "مرفا", id="Arabic points"),
        pytest.param("Donau\u00addampf", "donaudampf", id="a soft hyphen"),
        pytest.param("a_b\u2028c\x00d", "a b c d", id="what parts words"),
        pytest.param("x" * 70 + " é" + "y" * 70, f"{'x' * 64} e{'y' * 63}", id="words without end"),
        pytest.param("…！？ \ud800", "", id="no words"),
    ],
)
def test_text_becomes_words(text, words):
    assert separated(text) == words


@given(st.text())
def test_nothing_in_words_can_mean_anything_to_a_database(text):
    words = separated(text)

    assert not re.search(r"[\x00-\x1f\x21-\x2f\x3a-\x60\x7b-\x7f¶]|  |^ | $|[^ ]{65}", words)
    words.encode()


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        pytest.param(" tide   Clock ", Question(text="tide Clock", phrases=("tide", "clock")), id="words"),
        pytest.param("北京 天气", Question(text="北京 天气", phrases=("北 京", "天 气")), id="Chinese words"),
        pytest.param("“low  tide” x", Question(text='"low tide" x', phrases=("low tide", "x")), id="between quotes"),
        pytest.param('"low tide', Question(text='"low tide"', phrases=("low tide",)), id="a quote left open"),
        pytest.param(
            "don't -x* NEAR(a", Question(text="don't -x* NEAR(a", phrases=("don t", "x", "near a")), id="marks"
        ),
        pytest.param("Tide tide ＴＩＤＥ", Question(text="Tide", phrases=("tide",)), id="one word thrice"),
        pytest.param('" " … ', Question(text="", phrases=()), id="nothing"),
    ],
)
def test_what_is_typed_becomes_a_question(typed, question):
    assert ask(typed) == question


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_question_is_longer_than_it_may_be(typed):
    asked = ask(typed)

    assert len(asked.text) <= MOST_CHARACTERS
    assert len(asked.phrases) <= MOST_PHRASES
    asked.text.encode()


@given(st.text(alphabet=st.sampled_from('aé\u0301 "北“x.、\x00\u200bſ'), max_size=300) | st.text())
def test_a_question_asked_again_is_the_same(typed):
    asked = ask(typed)

    assert ask(asked.text) == asked


def test_an_article_is_found_by_all_that_readers_see_of_it_and_not_by_its_markup():
    when = Timestamp(instant=datetime(2026, 5, 26, tzinfo=UTC), precision="day", provenance="stated", text="")
    article = Article(
        id="tag:a",
        slug="a",
        source="desk",
        origins=("a.md",),
        title=Text(items=(("en", "Low tide"), ("zh", "退潮"))),
        summary=Text(items=(("en", "Shoals show…"), ("zh", "另有摘要"))),
        body=Text(
            items=(("en", '<p>Shoals show <em>H</em>2O &amp; mud.</p><p title="a>b">End</p>'), ("zh", "<p>浅滩</p>"))
        ),
        credits=(Credit(name=Text(items=(("en", "Ines Duarte"), ("zh", "伊内斯"))), role="author"),),
        publisher="Quay News",
        tags=("mud flats", "退潮"),
        versions=(
            Version(
                language="en",
                published=when,
                updated=when,
                dateline=Dateline(
                    places=("Lisbon",), agency="Harbour Wire", language="en", text="", span=Span(start=0, end=0)
                ),
            ),
        ),
    )

    assert article_words(article).split(" ¶ ") == [
        *("low tide", "退 潮", "shoals show h2o mud end", "浅 滩", "另 有 摘 要", "ines duarte", "伊 内 斯"),
        *("quay news", "lisbon", "harbour wire", "mud flats"),
        *(
            label_word(Label(kind=kind, slug=slug))
            for kind, slug in ((TAGS, "mud-flats"), (TAGS, "退潮"), (AUTHORS, "ines-duarte"), (AUTHORS, "伊内斯"))
        ),
    ]
