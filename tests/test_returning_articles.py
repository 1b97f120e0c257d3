"""What becomes of an article that was out and comes back: in another category, or from one of several documents."""

from __future__ import annotations

import json

import pytest

from newsroom import Newsroom

NOTE = "---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\n{body}\n"
HERONS = "苍鹭在黎明时分回到旧码头，谁也没有想到它们会来。"


def note(title: str, *, rest: str = "", body: str = "Text of it.") -> str:
    return NOTE.format(title=title, rest=rest, body=body)


def titles(room: Newsroom, feed: str) -> list[str]:
    return [item["title"] for item in json.loads(room.feed(f"/feeds/{feed}.json"))["items"]]


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_a_notice_goes_at_once_when_its_article_comes_back_in_another_category(newsroom, form):
    newsroom.file("science/herons.md", note("Herons"))
    newsroom.file("science/wrens.md", note("Wrens"))
    newsroom.publish()
    newsroom.file("science/herons.md", note("Herons", rest="withdrawn: A wrong bird."))
    newsroom.publish()
    (newsroom.articles / "world").mkdir()

    newsroom.file("science/herons.md", note("Herons")).rename(newsroom.articles / "world/herons.md")
    newsroom.publish()

    assert titles(newsroom, "world") == ["Herons"]
    assert "herons" not in newsroom.feed(f"/feeds/science.{form}").decode().lower()
    assert b"deleted-entry" not in newsroom.feed("/feeds/science.atom")


def two_documents(room: Newsroom, *, was_out: bool) -> None:
    """File an article of two documents, one of which then kills it."""
    room.file("world/herons.en.md", note("Herons", rest="" if was_out else "killed: true"))
    room.file("world/herons.zh.md", note("苍鹭", rest="language: zh", body=HERONS))
    room.publish()
    if was_out:
        room.file("world/herons.en.md", note("Herons", rest="killed: true"))
        room.publish()


@pytest.mark.parametrize("was_out", [True, False], ids=["published before", "never published"])
def test_no_word_that_revives_brings_back_what_another_document_kills(newsroom, was_out):
    two_documents(newsroom, was_out=was_out)

    newsroom.file("world/herons.zh.md", note("苍鹭", rest="language: zh\nrevive: true", body=HERONS))

    for _ in range(3):
        newsroom.publish()
        assert not [each for each in titles(newsroom, "all") if "Herons" in each or "苍鹭" in each]


@pytest.mark.parametrize("was_out", [True, False], ids=["published before", "never published"])
def test_an_article_of_two_documents_comes_back_whole_when_the_kill_mark_is_lifted(newsroom, was_out):
    two_documents(newsroom, was_out=was_out)

    newsroom.file("world/herons.en.md", note("Herons", rest="revive: true"))
    newsroom.publish()

    assert "Herons / 苍鹭" in titles(newsroom, "all")
