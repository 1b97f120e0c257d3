"""An article ends at the time that its document gives, by itself; a time that cannot be read holds it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedsvc.articles.holds import FOREVER, read_expiry
from feedsvc.model.feed import Edition
from newsroom import START, Newsroom

END = START + timedelta(hours=5)


def note(title: str, *, rest: str) -> str:
    return f"---\ntitle: {title}\n{rest}\n---\n\nText of it.\n"


def shown(room: Newsroom) -> set[str]:
    return {item["title"] for item in json.loads(room.feed("/feeds/all.json"))["items"]}


def at(room: Newsroom, when: datetime) -> tuple[set[str], Edition]:
    """Return what subscribers see at *when*, when a pass looks only at what is due."""
    room.now = when
    edition = room.publish(among=[])
    return shown(room), edition


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param("2026-11-01T17:00:00Z", END, id="an instant"),
        pytest.param("2026-11-02", datetime(2026, 11, 1, 16, tzinfo=UTC), id="a day, over as it begins"),
        pytest.param("2026-11-02 01:00", END, id="a time on the site's clock"),
        pytest.param("1 November 2026 17:00 GMT", END, id="in words"),
        pytest.param("Sun, 01 Nov 2026 17:00:00 +0000", END, id="RFC 822"),
        pytest.param("Mon, 01 Nov 2026 17:00:00 +0000", None, id="another weekday"),
        pytest.param("2026年11月2日", datetime(2026, 11, 1, 16, tzinfo=UTC), id="in Chinese"),
        pytest.param("9999-12-31", FOREVER, id="never"),
        pytest.param("9999-12-31T23:59:59-12:00", FOREVER, id="never, west of here"),
        pytest.param("soon", None, id="a word"),
        pytest.param("2026-02-30", None, id="no day"),
        pytest.param("05/07/2026", None, id="open which is the month"),
        pytest.param("2026-11-02 unless extended", None, id="a condition"),
        pytest.param("2026-11-02 10:00 CST", None, id="letters of several zones"),
        pytest.param("3600", None, id="seconds"),
    ],
)
def test_a_time_of_expiry_is_read_whole_or_not_at_all(text: str, end: datetime | None) -> None:
    assert read_expiry(text, site_zone="Asia/Shanghai") == end


def test_an_hour_that_a_clock_shows_twice_is_over_at_its_first() -> None:
    end = read_expiry("2026-10-25 02:30", site_zone="Europe/Lisbon")

    assert end == datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Lisbon")).astimezone(UTC)
    assert read_expiry("2026-10-25 01:30", site_zone="Europe/Lisbon") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("key", ["expiryDate", "expires", "expiration_date", "unpublish_date", "validUntil"])
def test_an_article_is_out_at_its_second_and_not_before(newsroom: Newsroom, key: str) -> None:
    newsroom.file("world/sale.md", note("Sale", rest=f"{key}: 2026-11-01T17:00:00Z"))
    newsroom.file("world/tide.md", note("Tide", rest="x: y"))
    newsroom.publish()
    newsroom.publish()

    before, _ = at(newsroom, END - timedelta(seconds=1))
    after, edition = at(newsroom, END)

    assert (before, after) == ({"Sale", "Tide"}, {"Tide"})
    assert [f"{each.severity}: {each}" for each in edition.problems] == [
        "held: world/sale.md:3: it expired at 2026-11-01 17:00 UTC"
    ]
    assert at(newsroom, END + timedelta(hours=1))[1].number == edition.number


def test_the_store_names_the_time_for_the_watcher(newsroom: Newsroom) -> None:
    newsroom.file("world/sale.md", note("Sale", rest="expires: 2026-11-01T17:00:00Z"))
    newsroom.publish()

    assert newsroom.store.next_release(START) == END


def test_an_article_that_has_expired_is_never_published_and_told(newsroom: Newsroom) -> None:
    newsroom.file("world/old.md", note("Old", rest="expiryDate: 2021-05-01"))
    newsroom.file("world/soon.md", note("Soon", rest="expiryDate: soon"))

    edition = newsroom.publish()

    assert [f"{each.severity}: {each}" for each in edition.problems] == [
        "held: world/old.md:3: it expired at 2021-04-30 16:00 UTC",
        "held: world/soon.md:3: no date of expiry can be read from 'soon'",
    ]
    assert edition.articles == 0


def test_of_several_times_the_first_counts(newsroom: Newsroom) -> None:
    newsroom.file("world/sale.md", note("Sale", rest="expires: 2027-01-01\nunpublish_date: 2026-11-01T17:00:00Z"))
    newsroom.publish()

    assert at(newsroom, END)[0] == set()


def test_an_unchanged_article_ends_where_its_source_is_away(newsroom: Newsroom) -> None:
    for number in range(12):
        newsroom.file(f"world/{number}.md", note(f"Tide {number}", rest="x: y"))
    newsroom.file("world/sale.md", note("Sale", rest="expires: 2026-11-01T17:00:00Z"))
    newsroom.publish()
    newsroom.publish()
    shutil.move(newsroom.articles, newsroom.folder / "away")

    newsroom.now = END
    newsroom.publish()

    assert len(shown(newsroom)) == 12
    assert "Sale" not in shown(newsroom)


def test_an_article_comes_back_when_its_time_is_put_off(newsroom: Newsroom) -> None:
    newsroom.file("world/sale.md", note("Sale", rest="expires: 2026-11-01T17:00:00Z"))
    newsroom.publish()
    at(newsroom, END)
    newsroom.file("world/sale.md", note("Sale", rest="expires: 2026-11-02T17:00:00Z"))
    newsroom.publish()
    back = shown(newsroom)

    assert (back, at(newsroom, END + timedelta(days=1))[0]) == ({"Sale"}, set())


def test_an_embargo_and_an_end_are_both_kept(newsroom: Newsroom) -> None:
    rest = "release: 2026-11-01T15:00:00Z\nexpires: 2026-11-01T17:00:00Z"
    newsroom.file("world/sale.md", note("Sale", rest=rest))
    newsroom.publish()

    seen = [at(newsroom, START + timedelta(hours=hours))[0] for hours in (2, 3, 4, 5)]

    assert seen == [set(), {"Sale"}, {"Sale"}, set()]


def test_a_translation_stays_when_the_other_language_ends(newsroom: Newsroom) -> None:
    newsroom.file("world/sale.en.md", note("Sale", rest="expires: 2026-11-01T17:00:00Z"))
    newsroom.file("world/sale.zh.md", "---\ntitle: 特卖\n---\n\n正文。\n")
    newsroom.publish()

    _, edition = at(newsroom, END)

    assert edition.articles == 1
    assert [item["title"] for item in json.loads(newsroom.feed("/feeds/all.zh.json"))["items"]] == ["特卖"]
    assert json.loads(newsroom.feed("/feeds/all.en.json"))["items"] == []
