"""Decide when to publish: every rule with the time held in the hand, and nothing that sleeps."""

from __future__ import annotations

import logging
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedsvc.model.document import KnownDocument
from feedsvc.model.errors import SourceError, StoreError
from feedsvc.publish import watcher as watching
from feedsvc.publish.context import PassRequest
from feedsvc.publish.debounce import Debounce, settles_in
from feedsvc.publish.folder_listener import file_system
from feedsvc.publish.pipeline import Superseded, publish
from feedsvc.publish.processes import Ended
from feedsvc.publish.watcher import Agenda, Clock, Watcher
from feedsvc.stores.private_files import StatusFile
from feedsvc.stores.publisher_locks import FileLead

START = 1000.0
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LAMPS = "Lamps lit again\n\nLISBON, Nov. 1, 2026 (Quay News) -- They are lit.\n"


@pytest.fixture
def agenda():
    """An agenda whose first pass is done, with the next regular one a minute ahead."""
    made = Agenda(start=START)
    made.begin()
    made.end(START, took_s=0.0)
    return made


def test_the_first_pass_is_due_at_once():
    assert Agenda(start=START).due() == START


def test_without_any_change_a_pass_is_due_each_minute(agenda):
    assert agenda.due() == START + 60


def test_what_came_whole_is_taken_as_soon_as_it_is_quiet(agenda):
    agenda.come(START + 5)

    assert agenda.due() == pytest.approx(START + 5.01)


def test_a_stream_of_files_is_gathered_but_not_for_ever(agenda):
    for step in range(100):
        agenda.come(START + 5 + step / 100)

    assert agenda.due() == pytest.approx(START + 5.5)


def test_a_file_that_is_written_is_taken_when_it_is_still(agenda):
    agenda.moving(START + 5, still_at=START + 5.3)
    agenda.moving(START + 5.2, still_at=START + 5.5)

    assert agenda.due() == pytest.approx(START + 5.5)


def test_files_that_never_are_still_hold_up_nothing_for_long(agenda):
    for step in range(50):
        agenda.moving(START + 5 + step / 10, still_at=START + 5.3 + step / 10)

    assert agenda.due() == pytest.approx(START + 6)


def test_what_came_whole_does_not_wait_for_what_is_written(agenda):
    agenda.moving(START + 5, still_at=START + 5.3)
    agenda.come(START + 5)

    assert agenda.due() == pytest.approx(START + 5.01)


def test_the_earliest_of_what_was_asked_for_counts(agenda):
    agenda.ask(START + 20)
    agenda.ask(START + 10)
    agenda.ask(START + 30)

    assert agenda.due() == START + 10


def test_a_pass_sees_all_that_was_noted_before_it(agenda):
    agenda.come(START + 1)
    agenda.moving(START + 1, still_at=START + 2)
    agenda.ask(START + 3)

    agenda.begin()
    agenda.end(START + 2, took_s=0.1)

    assert agenda.due() == START + 62


def test_what_comes_during_a_pass_is_taken_by_the_next(agenda):
    agenda.begin()
    agenda.come(START + 5)
    agenda.end(START + 5, took_s=0.0)

    assert agenda.due() == pytest.approx(START + 5.01)


@pytest.mark.parametrize(
    ("took_s", "rest_s"), [pytest.param(0.2, 0.2, id="a short pass"), pytest.param(50.0, 1.0, id="a long one")]
)
def test_the_next_pass_waits_as_long_as_the_last_one_took_but_not_longer_than_a_second(agenda, took_s, rest_s):
    agenda.begin()
    agenda.end(START + 100, took_s=took_s)
    agenda.come(START + 100)

    assert agenda.due() == pytest.approx(START + 100 + rest_s)


def test_no_pass_begins_before_its_edition_may_be_dated(agenda):
    agenda.wait_until(START + 1)
    agenda.come(START + 0.1)

    assert agenda.due() == START + 1


def test_a_pass_that_fails_is_tried_again_after_twice_the_time_each_time(agenda):
    pauses = []
    now = START
    for _ in range(8):
        agenda.begin()
        agenda.fail(now)
        pauses.append(agenda.due() - now)
        now = agenda.due()

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_changes_do_not_hasten_a_pass_that_fails(agenda):
    agenda.begin()
    agenda.fail(START)
    agenda.come(START + 0.1)

    assert agenda.due() == START + 1


def test_a_pass_that_ends_well_forgets_the_failures_before_it(agenda):
    agenda.fail(START)
    agenda.fail(START)
    agenda.end(START + 5, took_s=0.0)
    agenda.fail(START + 10)

    assert agenda.due() == START + 11


def written(path: Path, *, age_s: float) -> float:
    """Write a file, and return a time when it is that old."""
    path.write_text(LAMPS)
    return path.stat().st_mtime + age_s


@pytest.mark.parametrize(
    ("age_s", "left"),
    [
        pytest.param(0.0, 0.3, id="just now"),
        pytest.param(0.2, 0.1, id="a moment ago"),
        pytest.param(0.3, 0.0, id="long enough ago"),
        pytest.param(-0.1, 0.4, id="while the pass runs"),
        pytest.param(-3600.0, 0.0, id="by another clock"),
    ],
)
def test_a_file_counts_as_wholly_written_when_it_was_still_for_a_moment(tmp_path, age_s, left):
    now = written(tmp_path / "lamps.txt", age_s=age_s)

    assert settles_in(tmp_path / "lamps.txt", now=now) == pytest.approx(left, abs=0.001)


def test_a_file_that_was_written_elsewhere_and_renamed_came_whole(tmp_path):
    now = written(tmp_path / ".lamps", age_s=0.1)
    os.utime(tmp_path / ".lamps", ns=((tmp_path / ".lamps").stat().st_mtime_ns - 20_000_000,) * 2)
    (tmp_path / ".lamps").rename(tmp_path / "lamps.txt")

    assert settles_in(tmp_path / "lamps.txt", now=now) == 0


def test_a_file_that_is_gone_needs_no_waiting(tmp_path):
    assert settles_in(tmp_path / "nothing", now=START) == 0


def document(path: str) -> KnownDocument:
    return KnownDocument(
        source="desk", path=path, fingerprint="", digest="d", arrival=NOW, live=True, article="a", gist="", serial=1
    )


def missing_at(debounce: Debounce, second: float, *paths: str) -> list[str]:
    now = NOW + timedelta(seconds=second)
    return [each.path for each in debounce.gone([document(path) for path in paths], now=now)]


def test_missing_means_missing_twice_ten_seconds_apart():
    debounce = Debounce()

    seen = [missing_at(debounce, second, "a") for second in (0, 1, 9.9, 10)]

    assert seen == [[], [], [], ["a"]]


def test_what_comes_back_must_be_missing_for_ten_seconds_anew():
    debounce = Debounce()
    missing_at(debounce, 0, "a")
    missing_at(debounce, 5)

    seen = [missing_at(debounce, second, "a") for second in (11, 20, 21)]

    assert seen == [[], [], ["a"]]


def test_each_document_is_missed_for_itself():
    debounce = Debounce()
    missing_at(debounce, 0, "a")
    missing_at(debounce, 6, "a", "b")

    assert missing_at(debounce, 10, "a", "b") == ["a"]
    assert debounce.due() == (NOW + timedelta(seconds=16)).timestamp()


def test_a_clock_that_is_set_back_begins_the_wait_anew():
    debounce = Debounce()
    missing_at(debounce, 3600, "a")

    assert [missing_at(debounce, second, "a") for second in (0, 10)] == [[], ["a"]]


def test_nothing_is_due_when_nothing_is_held_back():
    assert Debounce().due() is None


def test_a_pass_leaves_a_file_that_is_written_for_the_next(newsroom):
    path = newsroom.file("world/lamps.txt", LAMPS)
    now = written(path, age_s=0.1)
    at = [now]
    debounce = Debounce(lambda: at[0])

    early = publish(newsroom.store, PassRequest(settings=newsroom.settings, now=NOW, debounce=debounce))
    due = debounce.due()
    at[0] = due or 0.0
    later = publish(newsroom.store, PassRequest(settings=newsroom.settings, now=NOW, debounce=debounce))

    assert (early.articles, later.articles) == (0, 1)
    assert due == pytest.approx(now + 0.2, abs=0.002)
    assert debounce.due() is None


def test_a_file_that_grows_soon_after_it_was_taken_is_taken_again_when_it_was_still_for_two_seconds(newsroom):
    path = newsroom.file("world/lamps.txt", LAMPS)
    start = written(path, age_s=0.4)
    at = [start]
    debounce = Debounce(lambda: at[0])

    def passed() -> int:
        return publish(newsroom.store, PassRequest(settings=newsroom.settings, now=NOW, debounce=debounce)).number

    def grown(by_s: float) -> tuple[int, float | None]:
        with path.open("a") as file:
            file.write(" and more")
        at[0] = path.stat().st_mtime + by_s
        return passed(), debounce.due()

    first = passed()
    held, due = grown(0.4)
    expected = at[0] + 1.6
    still_held, _ = grown(1.9)
    at[0] += 0.2
    last = passed()

    assert (first, held, still_held, last) == (1, 1, 1, 2)
    assert due == pytest.approx(expected, abs=0.01)


def test_what_is_written_whole_does_not_wait_for_what_grows(newsroom):
    path = newsroom.file("world/lamps.txt", LAMPS)
    at = [written(path, age_s=0.4)]
    debounce = Debounce(lambda: at[0])
    publish(newsroom.store, PassRequest(settings=newsroom.settings, now=NOW, debounce=debounce))
    path.write_text(LAMPS + "More.")
    now = at[0] = written(newsroom.articles / "world/gulls.txt", age_s=0.1)
    publish(newsroom.store, PassRequest(settings=newsroom.settings, now=NOW, debounce=debounce))

    assert set(debounce.waiting()) == {("desk", "world/lamps.txt"), ("desk", "world/gulls.txt")}
    assert debounce.due() == pytest.approx(now + 0.2, abs=0.01)


def test_a_document_that_is_written_anew_stays_as_it_was_until_it_is_still(newsroom):
    path = newsroom.file("world/lamps.txt", LAMPS)
    newsroom.publish()
    now = written(path, age_s=0.1)
    path.write_text("Lam")
    debounce = Debounce(lambda: now)

    edition = publish(newsroom.store, PassRequest(settings=newsroom.settings, now=NOW, debounce=debounce))

    assert (edition.number, edition.problems) == (1, ())


def test_a_document_that_moves_while_it_is_watched_takes_its_article_along_at_once(newsroom):
    newsroom.file("world/lamps.txt", LAMPS)
    newsroom.publish()
    target = newsroom.articles / "science" / "lamps.txt"
    target.parent.mkdir()
    (newsroom.articles / "world" / "lamps.txt").rename(target)

    edition = publish(newsroom.store, PassRequest(settings=newsroom.settings, now=newsroom.now, debounce=Debounce()))

    assert (edition.articles, edition.published, edition.removed) == (1, 0, 0)
    assert b"lamps" in newsroom.feed("/feeds/science.rss")
    assert b"lamps" not in newsroom.feed("/feeds/world.rss")


MOUNTINFO = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw - proc proc rw
40 22 0:40 / /srv/the\\040desk rw - nfs4 filer:/desk rw
41 40 8:2 / /srv/the\\040desk/local rw shared:3 master:1 - xfs /dev/sdb rw
42 22 0:42 / /mnt/cloud rw - fuse.sshfs host:/ rw
43 22 0:43 / /mnt/cloud rw - tmpfs tmpfs rw
nonsense
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        pytest.param("/srv/articles", "ext4", id="on the root"),
        pytest.param("/srv/the desk/world", "nfs4", id="on a mount with a blank in its name"),
        pytest.param("/srv/the desk/local/world", "xfs", id="on a mount within a mount"),
        pytest.param("/srv/the desktop", "ext4", id="beside a mount that begins alike"),
        pytest.param("/mnt/cloud", "tmpfs", id="on a mount that covers another"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder, kind):
    assert file_system(Path(folder), MOUNTINFO) == kind


def test_trouble_is_kept_until_it_is_over(tmp_path):
    trouble = StatusFile(tmp_path / "feedsvc.db.trouble.json")

    before = trouble.read()
    trouble.tell("the disk is full", since="2026-11-01T12:00:00+00:00")
    during = trouble.read()
    trouble.clear()

    assert before is None
    assert during == {"since": "2026-11-01T12:00:00+00:00", "reason": "the disk is full"}
    assert trouble.read() is None


def test_trouble_is_told_in_the_room_that_its_file_has_since_a_full_disk_gives_no_other(tmp_path):
    path = tmp_path / "feedsvc.db.trouble.json"
    trouble = StatusFile(path)
    trouble.clear()
    before = (path.stat().st_ino, path.stat().st_size)

    trouble.tell("磁盘已满 " * 2000, since="2026-11-01T12:00:00+00:00")

    assert (path.stat().st_ino, path.stat().st_size) == before
    assert trouble.read()["reason"].startswith("磁盘已满 磁盘已满 ")
    assert trouble.read()["reason"].endswith("…")


def test_trouble_that_a_former_version_told_is_read_and_cleared(tmp_path):
    path = tmp_path / "feedsvc.db.trouble.json"
    path.write_text('{"since": "2026-11-01T12:00:00+00:00", "reason": "locked"}', encoding="utf-8")
    trouble = StatusFile(path)

    before = trouble.read()
    trouble.clear()

    assert before == {"since": "2026-11-01T12:00:00+00:00", "reason": "locked"}
    assert trouble.read() is None


def test_trouble_that_cannot_be_written_is_no_further_trouble(tmp_path):
    trouble = StatusFile(tmp_path / "nowhere" / "trouble.json")

    trouble.tell("the disk is full", since="")
    trouble.clear()

    assert trouble.read() is None


def test_one_has_the_lead_and_the_next_gets_it_afterwards(tmp_path):
    first, second = FileLead(tmp_path / "var" / "lock"), FileLead(tmp_path / "var" / "lock")

    taken = [first.take(), second.take(), first.take()]
    first.let_go()

    assert (taken, second.take()) == ([True, False, True], True)


def test_a_lead_whose_file_was_removed_is_taken_anew_by_one_only(tmp_path):
    first, second = FileLead(tmp_path / "var" / "lock"), FileLead(tmp_path / "var" / "lock")
    first.take()
    shutil.rmtree(tmp_path / "var")

    assert [second.take(), first.take()] == [True, False]


class Hand:
    """Hold the time; both clocks move together."""

    def __init__(self):
        self.seconds = 0.0

    def clock(self):
        return Clock(now=lambda: NOW + timedelta(seconds=self.seconds), monotonic=lambda: START + self.seconds)


class Ears:
    """Tell what the test says, and let time pass while nothing is heard."""

    def __init__(self, hand):
        self.hand = hand
        self.heard = []

    def renew(self):
        pass

    def wait(self, timeout_s):
        if self.heard:
            return self.heard.pop(0)
        self.hand.seconds += min(timeout_s, 1.0)
        return None

    def stop(self):
        pass


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def ears(hand):
    return Ears(hand)


@pytest.fixture
def watcher(newsroom, hand, ears):
    return Watcher(newsroom.settings, ears, folders={"desk": newsroom.articles}, clock=hand.clock())


def heard(path):
    """Return what ears tell of a change of the file at *path*."""
    return frozenset([("desk", f"{path.parent.name}/{path.name}")])


def run(watcher, hand, *, until_s):
    while hand.seconds < until_s:
        watcher.step()


def test_a_watcher_publishes_at_its_start_and_when_something_comes(newsroom, watcher, hand, ears):
    newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=5)
    first = newsroom.store.edition()
    ears.heard.append(heard(newsroom.file("world/tides.txt", LAMPS.replace("Lamps", "Tides"))))
    run(watcher, hand, until_s=6)

    second = newsroom.store.edition()

    assert [(each.number, each.articles) for each in (first, second)] == [(1, 1), (2, 2)]
    assert second.made_at == NOW + timedelta(seconds=5)


def test_no_edition_of_a_watcher_is_dated_ahead_of_its_clock(newsroom, watcher, hand, ears):
    hand.seconds = 0.9
    newsroom.file("world/lamps.txt", LAMPS)
    for number in range(6):
        path = newsroom.file(f"world/{number}.txt", LAMPS.replace("Lamps", f"Lamps {number} times"))
        ears.heard.append(heard(path))
        run(watcher, hand, until_s=hand.seconds + 0.2)
        edition = newsroom.store.edition()
        assert edition.made_at <= NOW + timedelta(seconds=hand.seconds)
        assert edition.number <= hand.seconds + 1

    assert edition.articles == 7


def test_a_watcher_removes_what_is_missing_for_ten_seconds(newsroom, watcher, hand, ears):
    path = newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=5)
    path.unlink()
    ears.heard.append(heard(path))

    articles = {}
    for second in (6, 14, 16):
        run(watcher, hand, until_s=second)
        articles[second] = newsroom.store.edition().articles

    assert articles == {6: 1, 14: 1, 16: 0}


def test_a_document_that_is_back_within_ten_seconds_was_never_away(newsroom, watcher, hand, ears):
    path = newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=5)
    path.unlink()
    ears.heard.append(heard(path))
    run(watcher, hand, until_s=7)
    newsroom.file("world/lamps.txt", LAMPS)
    ears.heard.append(heard(path))
    run(watcher, hand, until_s=90)

    assert newsroom.store.edition().number == 1


def test_an_embargo_ends_without_any_file_changing(newsroom, watcher, hand):
    newsroom.file("world/lamps.md", "---\ntitle: Lamps\nrelease: 2026-11-01T12:01:30Z\n---\n\nThey are lit.\n")

    run(watcher, hand, until_s=90)
    before = newsroom.store.edition()
    run(watcher, hand, until_s=91)

    after = newsroom.store.edition()
    assert [(each.number, each.articles) for each in (before, after)] == [(1, 0), (2, 1)]
    assert after.made_at == NOW + timedelta(seconds=90)


def test_an_embargo_ends_at_its_second_whatever_else_is_published_then(newsroom, watcher, hand, ears):
    newsroom.file("world/lamps.md", "---\ntitle: Lamps\nrelease: 2026-11-01T12:01:30Z\n---\n\nThey are lit.\n")
    hand.seconds = 0.7
    for number in range(6):
        run(watcher, hand, until_s=87 + number / 2)
        path = newsroom.file(f"world/{number}.txt", LAMPS.replace("Lamps", f"Tide {number} turns"))
        ears.heard.append(heard(path))
    run(watcher, hand, until_s=89.99)
    before = newsroom.store.entry("lamps")
    run(watcher, hand, until_s=91)

    after = newsroom.store.entry("lamps")
    assert before is None
    assert after is not None
    assert after.article.versions[0].published.instant == NOW + timedelta(seconds=90)


def test_an_embargo_that_ends_when_everything_is_to_be_looked_at_does_not_wait_for_that(
    newsroom, watcher, hand, monkeypatch
):
    looked = []

    def noting(store, request):
        looked.append((hand.seconds, request.among))
        return publish(store, request)

    monkeypatch.setattr(watching, "publish", noting)
    newsroom.file("world/lamps.md", "---\ntitle: Lamps\nrelease: 2026-11-01T12:01:00Z\n---\n\nThey are lit.\n")
    run(watcher, hand, until_s=121)

    assert looked == [(0, None), (60, {}), (120, None)]
    assert newsroom.store.edition().articles == 1


def test_a_clock_that_is_set_forward_ends_an_embargo_within_a_second(newsroom, hand, ears):
    ahead = [timedelta()]
    clock = Clock(now=lambda: hand.clock().now() + ahead[0], monotonic=hand.clock().monotonic)
    watcher = Watcher(newsroom.settings, ears, folders={"desk": newsroom.articles}, clock=clock)
    newsroom.file("world/lamps.md", "---\ntitle: Lamps\nrelease: 2026-11-01T12:01:30Z\n---\n\nThey are lit.\n")
    run(watcher, hand, until_s=5)
    ahead[0] = timedelta(seconds=200)
    run(watcher, hand, until_s=7)

    assert newsroom.store.edition().articles == 1


def test_many_documents_that_vanish_are_told_of_until_they_are_back_or_accepted(newsroom, watcher, hand, ears, caplog):
    paths = [newsroom.file(f"world/{number}.txt", LAMPS.replace("Lamps", f"Tide {number}")) for number in range(12)]
    run(watcher, hand, until_s=5)
    for path in paths:
        path.unlink()
    ears.heard.append(frozenset())
    with caplog.at_level(logging.WARNING):
        run(watcher, hand, until_s=130)
    during = (trouble(newsroom), newsroom.store.edition().articles)
    now = NOW + timedelta(seconds=131)
    publish(newsroom.store, PassRequest(settings=newsroom.settings, now=now, removals_accepted=frozenset({"desk"})))
    run(watcher, hand, until_s=200)

    reason = (
        "12 of 12 documents of source desk are gone at once; nothing is removed until "
        "`feedsvc publish --accept-removals desk` confirms it"
    )
    assert during == ({"since": "2026-11-01T12:00:05+00:00", "reason": reason}, 12)
    assert [record.getMessage() for record in caplog.records] == [f"trouble: {reason}"]
    assert (trouble(newsroom), newsroom.store.edition().articles) == (None, 0)


def test_a_disk_that_goes_without_a_word_takes_nothing_along_when_a_folder_is_written_into(
    newsroom, watcher, hand, ears
):
    for number in range(6):
        newsroom.file(f"world/{number}.txt", LAMPS.replace("Lamps", f"Tide {number}"))
        newsroom.file(f"science/{number}.txt", LAMPS.replace("Lamps", f"Moss {number}"))
    run(watcher, hand, until_s=5)
    shutil.rmtree(newsroom.articles)
    newsroom.file("world/fresh.txt", LAMPS.replace("Lamps", "Fresh"))
    ears.heard.append(frozenset([("desk", "world")]))
    run(watcher, hand, until_s=50)

    assert newsroom.store.edition().articles == 13
    assert "12 of 13 documents of source desk are gone at once" in trouble(newsroom)["reason"]


def trouble(newsroom):
    return StatusFile(newsroom.folder / "var" / "feedsvc.db.trouble.json").read()


def test_a_pass_that_fails_keeps_the_last_edition_and_is_told_until_one_ends_well(
    newsroom, watcher, hand, ears, monkeypatch, caplog
):
    path = newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=2)

    def fail(*_, **__):
        raise StoreError("database is locked")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(watching, "publish", fail)
        ears.heard.append(heard(path))
        run(watcher, hand, until_s=6)
        during = (trouble(newsroom), newsroom.store.edition().number)
    run(watcher, hand, until_s=20)

    assert during == ({"since": "2026-11-01T12:00:02+00:00", "reason": "database is locked"}, 1)
    assert [record.getMessage() for record in caplog.records if "failed" in record.getMessage()] == [
        f"publishing failed, so the last edition stays: database is locked; trying again in {pause} s"
        for pause in (1, 2, 4)
    ]
    assert trouble(newsroom) is None


def test_a_pass_that_a_signal_ends_is_no_failure_though_the_driver_raises_an_error_of_its_own(
    newsroom, watcher, hand, monkeypatch, caplog
):
    def roll_back():
        raise OSError("flush request failed")

    def end(*_, **__):
        try:
            try:
                raise Ended
            finally:
                roll_back()
        except OSError as error:
            raise StoreError("cannot be reached") from error

    with monkeypatch.context() as patched:
        patched.setattr(watching, "publish", end)
        newsroom.file("world/lamps.txt", LAMPS)
        with pytest.raises(Ended):
            run(watcher, hand, until_s=2)

    assert caplog.messages == []
    assert trouble(newsroom) is None


def test_a_source_that_cannot_be_listed_is_told_until_it_can(newsroom, watcher, hand, ears):
    newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=2)
    newsroom.articles.rename(newsroom.folder / "away")
    ears.heard.append(frozenset())
    run(watcher, hand, until_s=4)
    during = (trouble(newsroom), newsroom.store.edition().articles)
    (newsroom.folder / "away").rename(newsroom.articles)
    ears.heard.append(frozenset())
    run(watcher, hand, until_s=6)

    assert during == (
        {
            "since": "2026-11-01T12:00:02+00:00",
            "reason": "source desk cannot be listed: articles: cannot be listed (No such file or directory)",
        },
        1,
    )
    assert trouble(newsroom) is None


def test_what_is_wrong_with_a_document_is_logged_once_and_once_when_it_is_cured(newsroom, watcher, hand, ears, caplog):
    path = newsroom.file("world/lamps.md", "---\ntitle: [\n---\n\nThey are lit.\n")
    with caplog.at_level(logging.INFO, logger="feedsvc.publish.watcher"):
        run(watcher, hand, until_s=130)
        newsroom.file("world/lamps.md", LAMPS)
        ears.heard.append(heard(path))
        run(watcher, hand, until_s=140)

    told = [record.getMessage() for record in caplog.records if "lamps.md" in record.getMessage()]
    assert len(told) == 2
    assert told[1] == f"no longer {told[0]}"


@pytest.mark.parametrize("what", ["var", "var/feedsvc.db"])
def test_where_a_store_was_none_is_made_and_it_goes_on_once_it_is_back(newsroom, watcher, hand, what):
    newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=2)
    newsroom.close()
    away = (newsroom.folder / what).rename(newsroom.folder / "away")
    run(watcher, hand, until_s=70)
    told = StatusFile(newsroom.folder / "var/feedsvc.db.trouble.json").read()
    is_made = (newsroom.folder / what).exists()
    away.rename(newsroom.folder / what)
    newsroom.file("world/terns.txt", LAMPS.replace("Lamps", "Terns"))
    run(watcher, hand, until_s=200)

    assert not is_made
    assert told is not None
    assert "var/feedsvc.db: is gone; bring it back" in told["reason"]
    assert newsroom.store.edition().articles == 2
    assert StatusFile(newsroom.folder / "var/feedsvc.db.trouble.json").read() is None


def test_a_watcher_leaves_it_to_another_when_other_settings_have_published(newsroom, watcher, hand, ears):
    newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=2)
    newsroom.environ["FEEDSVC_BASE_URL"] = "https://new.example"
    newsroom.publish()
    ears.heard.append(frozenset())

    with pytest.raises(Superseded):
        run(watcher, hand, until_s=hand.seconds + 5000)


def test_other_settings_that_publish_while_a_pass_waits_for_its_turn_are_not_undone(
    newsroom, watcher, ears, hand, monkeypatch
):
    newsroom.file("world/lamps.txt", LAMPS)
    run(watcher, hand, until_s=2)

    def late(*given, **named):
        newsroom.environ["FEEDSVC_BASE_URL"] = "https://new.example"
        newsroom.publish()
        return publish(*given, **named)

    monkeypatch.setattr(watching, "publish", late)
    ears.heard.append(frozenset())

    with pytest.raises(Superseded):
        run(watcher, hand, until_s=hand.seconds + 5000)

    assert b"https://new.example" in newsroom.feed("/feeds/all.rss")


def test_a_source_error_is_tried_again_too(newsroom, watcher, hand, monkeypatch):
    def fail(*_, **__):
        raise SourceError("no source reads that")

    monkeypatch.setattr(watching, "publish", fail)
    run(watcher, hand, until_s=2)

    assert (trouble(newsroom) or {}).get("reason") == "no source reads that"
