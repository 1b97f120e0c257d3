"""Feeds in memory that several workers share: whole, of one edition, within a bound, and never in anybody's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from fakelibrary import FakeLibrary, feed
from feedsvc.model.errors import StoreAwayError
from feedsvc.web.delivery.feed_cache import STALE_S, FeedCache
from feedsvc.web.delivery.shared_feeds import HEAD, RECORD, SharedFeeds

FIRST, SECOND, OTHER = ("store", 1), ("store", 2), ("another", 2)
WORLD = feed("/feeds/world.rss", b"<world/>")
SPORT = feed("/feeds/sport.rss", b"<sport/>")


@pytest.fixture
def memory():
    descriptor = os.memfd_create("test")
    yield descriptor
    os.close(descriptor)


def shared(descriptor, *, most_bytes=1_000_000):
    """Return what one worker has: a view of its own of the memory."""
    return SharedFeeds(descriptor, most_bytes=most_bytes)


def test_one_worker_finds_what_another_has_read(memory):
    one, two = shared(memory), shared(memory)
    one.switch(FIRST, {}, {}, 5.0)

    one.add(FIRST, WORLD)

    assert two.find(WORLD.path, since=FIRST) == (FIRST, WORLD)
    assert two.last() == (FIRST, 5.0)
    assert two.find(SPORT.path, since=FIRST) is None


def test_an_edition_keeps_what_it_has_not_changed_and_forgets_the_rest(memory):
    one, two = shared(memory), shared(memory)
    one.switch(FIRST, {}, {}, 1.0)
    gone = feed("/feeds/gone.rss")
    for ready in (WORLD, SPORT, gone):
        one.add(FIRST, ready)
    changed = replace(SPORT, body=b"<new/>", etag='W/"new"')

    two.switch(SECOND, {WORLD.path: WORLD.mark, SPORT.path: changed.mark}, {SPORT.path: changed}, 2.0)

    found = [one.find(path, since=FIRST) for path in (WORLD.path, SPORT.path, gone.path)]
    assert found == [(SECOND, WORLD), (SECOND, changed), None]


def test_nobody_gets_an_edition_that_is_older_than_his_own_or_of_another_store(memory):
    one = shared(memory)
    one.switch(FIRST, {}, {}, 1.0)
    one.add(FIRST, WORLD)

    assert [one.find(WORLD.path, since=key) for key in (SECOND, OTHER)] == [None, None]


def test_a_worker_that_is_behind_changes_nothing(memory):
    one, two = shared(memory), shared(memory)
    one.switch(SECOND, {}, {WORLD.path: WORLD}, 1.0)

    two.switch(FIRST, {}, {SPORT.path: SPORT}, 2.0)
    two.add(FIRST, SPORT)

    assert two.find(WORLD.path, since=FIRST) == (SECOND, WORLD)
    assert two.find(SPORT.path, since=FIRST) is None


def test_the_memory_is_bounded_and_the_newest_feeds_stay(memory):
    one, two = shared(memory, most_bytes=10_000), shared(memory, most_bytes=10_000)
    one.switch(FIRST, {}, {}, 1.0)
    every = [feed(f"/feeds/c{number}.rss", b"x" * 500) for number in range(60)]

    for ready in every:
        one.add(FIRST, ready)
    found = [two.find(ready.path, since=FIRST) for ready in every]

    assert os.fstat(memory).st_size <= 10_000
    assert found[0] is None
    assert found[-1] == (FIRST, every[-1])


def test_a_feed_that_is_larger_than_a_quarter_of_the_memory_is_not_shared(memory):
    one = shared(memory, most_bytes=1_000)
    one.switch(FIRST, {}, {}, 1.0)

    one.add(FIRST, feed(WORLD.path, b"x" * 2_000))

    assert one.find(WORLD.path, since=FIRST) is None


def test_a_feed_that_an_edition_replaces_leaves_the_memory(memory):
    one, two = shared(memory), shared(memory)
    killed = feed(WORLD.path, b"<killed-marker/>")
    one.switch(FIRST, {}, {killed.path: killed, SPORT.path: SPORT}, 1.0)
    before = content(memory)

    two.switch(SECOND, {SPORT.path: SPORT.mark}, {WORLD.path: WORLD}, 2.0)

    after = content(memory)
    assert (b"killed-marker" in before, b"killed-marker" in after) == (True, False)
    assert [one.find(path, since=FIRST) for path in (WORLD.path, SPORT.path)] == [(SECOND, WORLD), (SECOND, SPORT)]


def test_the_memory_holds_little_more_than_the_feeds_however_many_editions_replace_them(memory):
    one, two = shared(memory, most_bytes=64_000_000), shared(memory, most_bytes=64_000_000)
    body = b"x" * 400_000

    for number in range(40):
        changed = feed(WORLD.path, body + str(number).encode())
        one.switch(("store", number), {SPORT.path: SPORT.mark}, {WORLD.path: changed, SPORT.path: SPORT}, 1.0)

    assert os.fstat(memory).st_size < 4 * len(body) + 5_000_000
    assert [two.find(path, since=("store", 39)) for path in (WORLD.path, SPORT.path)] == [
        (("store", 39), changed),
        (("store", 39), SPORT),
    ]


def content(descriptor):
    return os.pread(descriptor, 1_000_000, 0)


@pytest.mark.parametrize(
    ("offset", "written"),
    [
        pytest.param(0, b"\xff" * HEAD.size, id="head"),
        pytest.param(HEAD.size, b"\xff" * RECORD.size, id="length of a record"),
        pytest.param(HEAD.size + RECORD.size, b"\xff" * 8, id="edition"),
        pytest.param(HEAD.size, None, id="end cut off"),
    ],
)
def test_memory_that_cannot_be_read_is_emptied_and_used_again(memory, offset, written):
    one, two = shared(memory), shared(memory)
    one.switch(FIRST, {}, {WORLD.path: WORLD}, 1.0)
    if written is None:
        os.ftruncate(memory, offset)
    else:
        os.pwrite(memory, written, offset)

    found = two.find(WORLD.path, since=FIRST)
    for each in (one, two):
        each.confirm(FIRST, 2.0)
    two.add(FIRST, SPORT)

    assert found is None
    assert one.find(SPORT.path, since=FIRST) == (FIRST, SPORT)


SMALL = """
import resource, sys
sys.path[:0] = sys.argv[2:]
from test_shared_feeds import FIRST, SECOND, shared
from fakelibrary import feed
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
one, every = shared(int(sys.argv[1])), [feed(f"/feeds/c{number}.rss", b"x" * 3_000) for number in range(9)]
one.switch(FIRST, {}, {}, 1.0)
for ready in every:
    one.add(FIRST, ready)
    one.confirm(FIRST, 2.0)
"""


def test_memory_that_cannot_grow_is_emptied_and_used_again(memory):
    command = [sys.executable, "-c", SMALL, str(memory), *sys.path]
    subprocess.run(command, pass_fds=(memory,), check=True, timeout=60)

    assert shared(memory).last() == (FIRST, 2.0)
    assert shared(memory).find("/feeds/c8.rss", since=FIRST) is not None


HOLDER = """
import fcntl, os, sys
fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


def test_nobody_waits_for_a_worker_that_is_stopped_with_the_lock(memory):
    one = shared(memory)
    one.switch(FIRST, {}, {}, 1.0)
    one.add(FIRST, WORLD)
    command = [sys.executable, "-c", HOLDER, str(memory)]
    with subprocess.Popen(command, pass_fds=(memory,), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        holder.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        during = one.find(WORLD.path, since=FIRST)
        took_s = time.monotonic() - began
        holder.kill()

    assert (during, took_s < 5) == (None, True)
    assert one.find(WORLD.path, since=FIRST) == (FIRST, WORLD)


def test_without_memory_nothing_is_shared():
    nothing = SharedFeeds(None, most_bytes=1_000)
    nothing.switch(FIRST, {}, {WORLD.path: WORLD}, 1.0)

    assert (nothing.last(), nothing.marks(), nothing.find(WORLD.path, since=FIRST)) == (None, {}, None)


class Fickle(FakeLibrary):
    """Answer for a while, and then not any more."""

    is_away = False

    def identity(self):
        if self.is_away:
            raise StoreAwayError("the line is cut")
        return super().identity()

    def ready(self, path):
        if self.is_away:
            raise StoreAwayError("the line is cut")
        return super().ready(path)


def caches(library, memory, now):
    return [
        FeedCache(library, shared=shared(memory), refresh_s=0.1, max_bytes=1_000_000, clock=lambda: now[0])
        for _ in range(2)
    ]


def test_a_feed_that_one_worker_has_read_is_served_by_the_other_in_the_edition_after_it(memory):
    now = [0.0]
    library = Fickle(feeds={WORLD.path: WORLD, SPORT.path: SPORT})
    one, two = caches(library, memory, now)
    one.ready(WORLD.path)
    changed = replace(WORLD, body=b"<new/>", etag='W/"new"')
    library.number, library.feeds = 2, {**library.feeds, WORLD.path: changed}
    now[0] = 1.0
    numbers = [one.number(), two.number()]
    library.is_away, now[0] = True, 2.0

    found = [cache.ready(WORLD.path) for cache in (one, two)]

    assert (numbers, found) == ([2, 2], [changed, changed])
    with pytest.raises(StoreAwayError):
        one.ready(SPORT.path)


def test_a_feed_in_the_cache_is_not_served_a_day_after_the_last_answer_of_the_store(memory):
    now = [0.0]
    library = Fickle(feeds={WORLD.path: WORLD})
    one, _ = caches(library, memory, now)
    one.ready(WORLD.path)
    library.is_away, now[0] = True, STALE_S - 1
    last, silent_s = one.ready(WORLD.path), one.silent_s
    now[0] = STALE_S + 1

    assert (last, silent_s) == (WORLD, STALE_S - 1)
    assert one.cached(WORLD.path) is None
    with pytest.raises(StoreAwayError):
        one.ready(WORLD.path)
