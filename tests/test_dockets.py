from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.articles.records import numbered, record_of
from feedsvc.model.article import Article, ArticleRecord, Text, Version, WantedLink
from feedsvc.model.dates import Timestamp
from feedsvc.model.packing import pack_raw, unpack, unpack_raw

NOON = Timestamp(
    instant=datetime(2026, 5, 26, 12, tzinfo=UTC), precision="minute", provenance="stated", text="noon", evidence=()
)
# What is sought in the packed article, as a text may have it.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(['"sequence":0,', '{"sequence":0,"x":1}', '\\"sequence":0,', '"sequence']),
)


def article(sequences: tuple[int, ...], text: str = "Terns") -> Article:
    languages = ("en", "zh", "pt")[: len(sequences)]
    return Article(
        id="tag:x:1",
        slug="terns",
        source="desk",
        origins=(text,),
        title=Text(items=tuple((language, text) for language in languages)),
        summary=Text(items=(("en", text),)),
        body=Text(items=(("en", f"<p>{text}</p>"),)),
        publisher=text,
        tags=(text, text),
        wanted=(WantedLink(title=text, url=None),),
        versions=tuple(
            Version(language=language, dateline=None, published=NOON, updated=NOON, sequence=sequence)
            for language, sequence in zip(languages, sequences, strict=True)
        ),
        state="live",
    )


@given(
    TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()),
    st.lists(st.integers(0, 3), min_size=1, max_size=3),
)
def test_an_article_is_numbered_without_being_unpacked_whatever_it_says(text, before):
    given_to = article(tuple(before), text)
    fresh = iter(range(70, 80))
    after = tuple(each or next(fresh) for each in before)

    record = numbered(record_of(given_to, base_url="https://x.example"), range(70, 70 + before.count(0)))

    assert unpack(record.article, Article) == article(after, text)
    assert record == record_of(article(after, text), base_url="https://x.example")


@pytest.mark.parametrize("sequences", [(), (7,), (7, 8, 9)])
def test_as_many_sequences_are_asked_for_as_versions_lack_one(sequences):
    record = record_of(article((0, 5, 0)), base_url="https://x.example")

    with pytest.raises(ValueError, match=r"tag:x:1: \d sequences for 2 versions"):
        numbered(record, sequences)


def test_a_docket_is_read_back_as_it_was_written():
    record = record_of(article((1, 2)), base_url="https://x.example")

    assert unpack_raw(pack_raw(record), ArticleRecord) == record


def test_what_nobody_sees_is_not_searched():
    shown = record_of(article((1,)), base_url="https://x.example")
    hidden = record_of(replace(article((1,)), state="withdrawn"), base_url="https://x.example")

    assert "terns" in shown.words
    assert hidden.words == ""
