"""What a desk does to its files over several passes, beyond what the table of `test_desk_table.py` shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import feedparser
import pytest

from newsroom import Newsroom, said, sequences_in

GULLS = "海鸥回到旧码头\n\n港湾社里斯本10月30日电 它们黎明时分到来。\n"


def wire(title: str, *, dateline: str = "LISBON, Oct 30", body: str = "They came at dawn.", mark: str = "") -> str:
    return f"{mark}{title}\n\n{dateline} (Quay News) -- {body}\n"


def note(title: str, *, rest: str = "date: 2026-10-30 09:00 +00:00", body: str = "Text of it.") -> str:
    return f"---\ntitle: {title}\n{rest}\n---\n\n{body}\n"


def shown(room: Newsroom, path: str = "/feeds/all.json") -> dict[str, str]:
    """Return id by title, of a feed's entries, last published first."""
    return {item["title"]: item["id"] for item in json.loads(room.feed(path))["items"]}


def dates(room: Newsroom) -> dict[str, tuple[str, str]]:
    items = json.loads(room.feed("/feeds/all.json"))["items"]
    return {item["title"]: (item["date_published"], item["date_modified"]) for item in items}


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/latest.txt", wire("Choir sings"))
    newsroom.publish()
    return newsroom


COMET = wire("Comet seen", dateline="PARIS, Oct 31", body="A light was seen.")


def test_another_declared_id_is_another_article(newsroom):
    newsroom.file("world/top.md", note("One", rest="id: a1"))
    newsroom.publish()
    newsroom.file("world/top.md", note("Two", rest="id: b2"))
    newsroom.file("world/zwei.md", note("二", rest="id: b2"))

    newsroom.publish()

    assert set(shown(newsroom)) == {"One", "Two / 二"}


def test_an_undated_story_in_the_place_of_another_is_another(newsroom):
    newsroom.file("world/latest.txt", "Choir sings\n\nTwelve keepers sang.\n")
    newsroom.publish()
    newsroom.file("world/latest.txt", "Comet seen\n\nA light was seen.\n")

    assert newsroom.publish().articles == 2


@pytest.mark.parametrize("called", ["ID", "SLUG", "https://quay.example/articles/SLUG"])
def test_a_translation_finds_its_original_by_what_readers_see(room, called):
    article = room.store.entry("choir-sings").article
    called = called.replace("ID", article.id).replace("SLUG", article.slug)
    room.file("world/zh.md", note("合唱团歌唱", rest=f"translation_of: {called}"))

    room.publish()

    assert list(shown(room)) == ["Choir sings / 合唱团歌唱"]
    assert said(room) == []


def test_a_translation_of_nothing_is_published_and_reported(room):
    room.file("world/zh.md", note("合唱团歌唱", rest="translation_of: nothing.md"))

    room.publish()

    assert set(shown(room)) == {"Choir sings", "合唱团歌唱"}
    assert said(room) == ["note: world/zh.md:3: translation_of 'nothing.md' names no article that is here"]


def test_a_language_that_comes_back_is_not_announced_again(newsroom):
    newsroom.file("world/gulls.en.txt", wire("Gulls return"))
    newsroom.file("world/gulls.zh.txt", GULLS)
    newsroom.publish()
    newsroom.file("science/comet.zh.txt", "看见彗星\n\n港湾社巴黎10月31日电 有一道光。\n")
    newsroom.publish()
    article = newsroom.store.entry("gulls-return").article
    before = article.version("zh")
    sequences = sequences_in(newsroom.store, [article.id])
    (newsroom.articles / "world/gulls.zh.txt").unlink()
    gone_at = newsroom.publish().made_at
    newsroom.file("world/gulls.zh.txt", GULLS)

    newsroom.publish()

    after = newsroom.store.entry("gulls-return").article.version("zh")
    assert after.published == before.published
    assert sequences_in(newsroom.store, [article.id]) == sequences
    assert after.updated.instant > gone_at
    assert list(shown(newsroom, "/feeds/all.zh.json")) == ["看见彗星", "海鸥回到旧码头"]


def test_a_slip_in_one_of_a_pair_takes_nothing_out(newsroom):
    newsroom.file("world/gulls.en.md", note("Gulls return"))
    newsroom.file("world/gulls.zh.txt", GULLS)
    newsroom.publish()
    newsroom.file("world/gulls.en.md", note("Gulls return", rest="date: 2026-02-30"))

    newsroom.publish()

    assert list(shown(newsroom)) == ["Gulls return / 海鸥回到旧码头"]
    assert [each.split(":")[0] for each in said(newsroom)] == ["rejected"]


def test_a_language_whose_document_is_gone_goes_even_beside_a_broken_one(newsroom):
    newsroom.file("world/gulls.en.md", note("Gulls return"))
    newsroom.file("world/gulls.zh.md", note("海鸥回来"))
    newsroom.publish()
    newsroom.file("world/gulls.zh.md", note("海鸥回来", rest="date: 2026-02-30"))
    (newsroom.articles / "world/gulls.en.md").unlink()

    newsroom.publish()

    assert list(shown(newsroom)) == ["海鸥回来"]


def test_a_translation_of_embargoed_copy_waits_for_it(newsroom):
    newsroom.file("world/gulls.en.txt", wire("Gulls return", mark="EMBARGOED UNTIL FRIDAY\n\n"))
    newsroom.file("world/gulls.zh.txt", GULLS)
    newsroom.publish()
    assert shown(newsroom) == {}

    newsroom.file("world/gulls.en.txt", wire("Gulls return"))
    newsroom.publish()

    assert list(shown(newsroom)) == ["Gulls return / 海鸥回到旧码头"]


def test_a_translation_that_is_a_draft_does_not_hold_the_original(newsroom):
    newsroom.file("world/gulls.en.txt", wire("Gulls return"))
    newsroom.file("world/gulls.zh.md", note("海鸥", rest="draft: true"))

    newsroom.publish()

    assert list(shown(newsroom)) == ["Gulls return"]


@pytest.mark.parametrize("slip", ["2026-1O-30", "yesterday", "17933508"])
def test_a_date_that_can_no_longer_be_read_moves_nothing(newsroom, slip):
    newsroom.file("world/tide.md", note("Tide"))
    newsroom.publish()
    before = dates(newsroom)
    newsroom.file("world/tide.md", note("Tide", rest=f"date: {slip}"))

    newsroom.publish()

    assert dates(newsroom) == before
    assert any("tide.md" in each for each in said(newsroom)), said(newsroom)


def test_a_new_story_in_an_old_path_has_its_own_arrival(room):
    arrival = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
    room.file("world/latest.txt", "Comet seen\n\nA light was seen.\n", arrival=arrival)

    room.publish()

    (entry,) = [each for each in feedparser.parse(room.feed("/feeds/all.atom")).entries if each.title == "Comet seen"]
    assert datetime.fromisoformat(entry.published) == arrival


def test_a_column_of_next_year_is_another_story_although_a_source_keeps_what_is_gone(newsroom):
    newsroom.configure(newsroom.main + 'when_removed = "keep"\n')
    newsroom.file("world/a.txt", wire("Harbour diary", body="It rained."))
    newsroom.publish()
    (newsroom.articles / "world/a.txt").unlink()
    newsroom.publish()
    newsroom.now += timedelta(days=365)
    newsroom.file("world/b.txt", wire("Harbour diary", body="It snowed."))

    assert newsroom.publish().articles == 2
