"""Count polls, in one process and in several, and keep what was counted."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from feedsvc.web.delivery.poll_counts import (
    ARCHIVES,
    FORGET_S,
    FOUND,
    STEP_S,
    STEPS,
    UNCHANGED,
    Counted,
    PollCounts,
    Polls,
    Said,
)
from feedsvc.web.operations.status_figures import HEIGHT, chart_of

FEED = "/feeds/world.rss"
NOW = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path):
    return tmp_path / "var" / "store.db.polls.json"


def poll(polls: Polls, path: str = FEED, column: int = FOUND, times: int = 1) -> None:
    for _ in range(times):
        polls.of(path)[column] += 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("Feedly/1.0 (+http://f.example; 16 subscribers; like X)", ("Feedly", 16), id="Feedly"),
        pytest.param("Feedbin feed-id:1373 - 11 subscribers", ("Feedbin", 11), id="Feedbin"),
        pytest.param("Quay Reader 2.1, 1 subscriber", ("Quay Reader 2.1", 1), id="one"),
        pytest.param("NewsRoom Fetcher - 5 subscribers - http://n.example", ("NewsRoom Fetcher", 5), id="dashes"),
        pytest.param("Reader/1 (subscribers)", None, id="no number"),
        pytest.param("Reader/1 (999999999 subscribers)", None, id="beyond belief"),
        pytest.param("(7 subscribers)", None, id="no name"),
        pytest.param("Läser/1 7 subscribers", None, id="not ASCII"),
    ],
)
def test_a_reader_says_how_many_it_reads_for(said, expected):
    polls = Polls()

    polls.hear(FEED, said)

    assert polls.take_heard() == ({} if expected is None else {(FEED, expected[0]): expected[1]})


def test_pages_of_archives_are_counted_together():
    polls = Polls()

    for number in (1, 2):
        poll(polls, f"/feeds/world/archive/{number}.rss")

    assert polls.feeds == {ARCHIVES: [2, 0, 0]}


def test_several_workers_add_up_and_each_is_told_the_sum(file):
    ledgers = [PollCounts(file, Polls(), clock=Clock()) for _ in range(3)]
    for ledger in ledgers:
        poll(ledger.polls, times=5)
        poll(ledger.polls, column=UNCHANGED, times=2)
        ledger.polls.nowhere[0] += 1

    sums = [ledger.add() for ledger in ledgers]

    assert [each.feeds[FEED] for each in sums] == [(5, 2, 0), (10, 4, 0), (15, 6, 0)]
    assert ledgers[0].add() == sums[-1]
    assert (sums[-1].nowhere, sums[-1].steps) == ((3, 0), {int(NOW // STEP_S): (21, 6)})


def test_what_a_worker_counted_outlasts_it(file):
    first = PollCounts(file, Polls(), clock=Clock())
    poll(first.polls, times=3)
    first.end()

    second = PollCounts(file, Polls(), clock=Clock())
    poll(second.polls)

    assert second.add().feeds[FEED] == (4, 0, 0)


def test_counts_that_cannot_be_written_wait_until_they_can(file, caplog):
    ledger = PollCounts(file, Polls(), clock=Clock())
    file.parent.rmdir()
    file.parent.write_text("in the way", encoding="utf-8")
    poll(ledger.polls, times=2)
    ledger.polls.hear(FEED, "Feedbin - 4 subscribers")

    with caplog.at_level(logging.WARNING):
        waiting = [ledger.add(), ledger.add()]
    file.parent.unlink()
    file.parent.mkdir()
    poll(ledger.polls)

    assert [each.feeds[FEED] for each in waiting] == [(2, 0, 0), (2, 0, 0)]
    assert [record.levelname for record in caplog.records if "cannot be counted" in record.message] == ["WARNING"]
    assert ledger.add() == Counted(
        feeds={FEED: (3, 0, 0)},
        steps={int(NOW // STEP_S): (3, 0)},
        readers={FEED: {"Feedbin": Said(subscribers=4, at=NOW)}},
    )


def test_a_damaged_file_is_counted_anew(file):
    file.parent.mkdir()
    file.write_bytes(b'{"feeds": ')
    ledger = PollCounts(file, Polls(), clock=Clock())
    poll(ledger.polls)

    assert ledger.add().feeds == {FEED: (1, 0, 0)}


def test_a_reader_unheard_of_for_a_week_does_not_count(file):
    clock = Clock()
    ledger = PollCounts(file, Polls(), clock=clock)
    ledger.polls.hear(FEED, "Feedbin - 4 subscribers")
    before = ledger.add()

    clock.now += FORGET_S + 1

    assert before.readers_of(FEED, now=NOW) == {"Feedbin": 4}
    assert before.readers_of(FEED, now=clock.now) == {}


def test_the_chart_shows_a_day_and_forgets_the_rest(file):
    clock = Clock()
    ledger = PollCounts(file, Polls(), clock=clock)
    poll(ledger.polls, times=9)
    ledger.add()
    clock.now += STEP_S * STEPS
    poll(ledger.polls, times=4)
    poll(ledger.polls, column=UNCHANGED, times=4)

    steps = ledger.add().steps

    assert steps == {int(clock.now // STEP_S): (8, 4)}
    chart = chart_of(steps, now=datetime.fromtimestamp(clock.now, UTC))
    assert [(bar.x, bar.height, bar.unchanged) for bar in chart.bars] == [(chart.width - 4, HEIGHT, HEIGHT // 2)]
