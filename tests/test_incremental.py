"""Show that how a store came to be leaves no mark on what it serves."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from feedsvc.feeds.entry_cache import MOST_BYTES, EntryCache
from feedsvc.model.feed import Edition
from feedsvc.publish import worker_pool
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from newsroom import START, Newsroom


def story(number: int, *, related: str = "", body: str = "They came at dawn.") -> str:
    day = 1 + number % 28
    return (
        f"Gulls number {number}\n海鸥第{number}号\n\nBy Ines Duarte\n\nLISBON, Oct {day} (Quay News) -- "
        f"{body}\n\n里斯本10月{day}日电 它们在黎明时分来到旧码头，谁也没有想到。\n\nRelated News\n\n{related}\n"
    )


def note(number: int) -> str:
    return (
        f"---\ntitle: Tide {number}\ndate: 2026-10-{1 + number % 28:02} 09:00 +00:00\n---\n\nText *of* it.\n\nMore.\n"
    )


def file_some(room: Newsroom) -> list[str]:
    for number in range(8):
        arrival = START - timedelta(days=number)
        room.file(f"world/{number}.txt", story(number, related=f"Tide {number}"), arrival=arrival)
        room.file(f"science/{number}.md", note(number), arrival=arrival)
    return ["world", "science"]


def edit(room: Newsroom) -> list[str]:
    room.file("world/3.txt", story(3, body="They came at dusk."))
    return ["world/3.txt"]


def add_what_others_name(room: Newsroom) -> list[str]:
    room.file("general/new.txt", story(100, related="Gulls number 3"))
    room.file("world/4.txt", story(4, related="Gulls number 100"))
    return ["general/new.txt", "world/4.txt"]


def take_out_and_move(room: Newsroom) -> list[str]:
    (room.articles / "world/5.txt").unlink()
    (room.articles / "science/1.md").rename(room.articles / "world/one.md")
    return ["world/5.txt", "science/1.md", "world/one.md"]


HISTORY = (file_some, edit, add_what_others_name, take_out_and_move)


def feeds(room: Newsroom) -> dict[str, bytes]:
    return {each.path: room.feed(each.path) for each in room.store.listings()}


@pytest.mark.parametrize(
    "most_bytes", [pytest.param(MOST_BYTES, id="room for all entries"), pytest.param(10_000, id="room for few")]
)
def test_passes_that_know_what_changed_serve_what_passes_over_everything_do(tmp_path, most_bytes):
    rooms = []
    for name in ("looking", "told"):
        (tmp_path / name).mkdir()
        rooms.append(Newsroom(tmp_path / name))
    looking, told = rooms
    entry_cache = EntryCache(most_bytes)

    for change in HISTORY:
        change(looking)
        looking.publish()
        among = change(told)
        publish(
            told.store,
            PassRequest(settings=told.settings, now=told.now, among={"desk": among}, entry_cache=entry_cache),
        )
        told.now += timedelta(hours=1)

    assert feeds(told) == feeds(looking)
    assert 0 < entry_cache.size <= most_bytes
    for room in rooms:
        room.close()


def test_a_store_that_grew_by_changes_serves_what_rendering_it_all_anew_does(newsroom):
    for change in HISTORY:
        change(newsroom)
        newsroom.publish()
    before = feeds(newsroom)

    edition = rendered_anew(newsroom)

    assert edition.number == len(HISTORY)  # nothing changed, so there is no new one
    assert feeds(newsroom) == before


def rendered_anew(room: Newsroom) -> Edition:
    """Make a pass that trusts nothing, as after a change of the software."""
    with room.store._engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = 'another' WHERE key = 'made with'"))
    return room.publish()


@pytest.mark.parametrize("processors", [1, 2])
def test_the_bytes_are_the_same_however_many_share_the_work(tmp_path, monkeypatch, processors):
    (tmp_path / "alone").mkdir()
    (tmp_path / "shared").mkdir()
    alone, shared = Newsroom(tmp_path / "alone"), Newsroom(tmp_path / "shared")
    file_some(alone)
    alone.publish()
    monkeypatch.setattr(worker_pool, "MANY", 4)
    monkeypatch.setattr(worker_pool, "AT_ONCE", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(processors)))

    file_some(shared)
    shared.publish()

    assert feeds(shared) == feeds(alone)
    alone.close()
    shared.close()


def test_linking_reads_former_versions_of_what_is_written_only(newsroom):
    newsroom.file("world/one.txt", story(1))
    newsroom.publish()
    newsroom.file("world/one.txt", story(1, body="They came at noon."))
    newsroom.publish()
    asked: list[object] = []

    def note_asked(*told: object) -> None:
        asked.extend(told[3] if "FROM revisions" in str(told[2]) and isinstance(told[3], tuple) else ())

    (known,) = newsroom.store.latest(category="world", language=None, limit=9)
    event.listen(newsroom.store._engine, "before_cursor_execute", note_asked)
    newsroom.file("world/two.txt", story(2, related="Gulls number 1"))
    newsroom.publish()
    event.remove(newsroom.store._engine, "before_cursor_execute", note_asked)

    assert known.article.id not in asked
