from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from feedsvc.articles.compose import record_of
from feedsvc.model.article import Article, ArticleRecord, Text, Version, WantedLink
from feedsvc.model.dates import Timestamp
from feedsvc.model.packing import pack, pack_raw, unpack, unpack_raw

NOON = Timestamp(
    instant=datetime(2026, 5, 26, 12, tzinfo=UTC), precision="minute", provenance="stated", text="noon", evidence=()
)


def article(*languages: str, text: str = "Terns") -> Article:
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
            Version(language=language, dateline=None, published=NOON, updated=NOON) for language in languages
        ),
        state="live",
    )


def test_a_record_is_read_back_as_it_was_written():
    record = record_of(article("en", "zh"), base_url="https://x.example")

    assert unpack_raw(pack_raw(record), ArticleRecord) == record


def test_what_nobody_sees_is_not_searched():
    shown = record_of(article("en"), base_url="https://x.example")
    hidden = record_of(replace(article("en"), state="withdrawn"), base_url="https://x.example")

    assert "terns" in shown.words
    assert hidden.words == ""


def test_an_article_of_a_store_that_has_sequences_in_its_articles_is_read():
    before = article("en", "zh")
    data = pack(before).replace(b'"revision":1', b'"revision":1,"sequence":7')

    assert b'"sequence":7' in data
    assert unpack(data, Article) == before
