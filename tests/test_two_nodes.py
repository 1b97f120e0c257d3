"""Two services over one PostgreSQL and one folder of articles, on the real thing, and what breaks between them."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from database import running
from nodes import make_node, titles, wait_for_title, write
from publishers import another_publisher, publisher, wait_for, workers
from service import Service, serving

PROJECT = Path(__file__).parent.parent
TAKEOVER_S = 5.0


@pytest.fixture
def node(tmp_path: Path) -> Callable[[str], Path]:
    return partial(make_node, tmp_path)


class Reader:
    """Poll every feed of a service, and keep what each edition was: {(edition, path): {(etag, bytes), …}}."""

    def __init__(self, service: Service, paths: list[str]) -> None:
        self.seen: dict[tuple[str, str], set[tuple[str, bytes]]] = {}
        self.unanswered: list[int] = []
        self._service = service
        self._paths = paths

    def poll(self) -> None:
        for path in self._paths:
            with suppress(OSError):  # the service was killed
                answer = self._service.ask(path)
                if answer.status != 200:
                    self.unanswered.append(answer.status)
                    continue
                key = (answer.headers["feedsvc-edition"], path)
                self.seen.setdefault(key, set()).add((answer.headers["etag"], answer.body))


@contextmanager
def polled(*readers: Reader) -> Iterator[None]:
    """Have *readers* poll until the block ends."""
    ended = threading.Event()

    def read(reader: Reader) -> None:
        while not ended.wait(0.05):
            reader.poll()

    threads = [threading.Thread(target=read, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def kill(service: Service) -> None:
    """Kill a node at once: its master, its workers and its publisher."""
    found = publisher(service)
    for pid in [service.pid, *workers(service), *(found[:1] if found else ())]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_two_nodes_serve_the_same_bytes_and_one_goes_on_when_the_other_is_killed(database, node, tmp_path):
    url = database.new_url()
    with serving(node("a"), FEEDSVC_STORE_URL=url) as one:
        first = wait_for(lambda: publisher(one))
        with serving(node("b"), FEEDSVC_STORE_URL=url) as two:
            paths = ["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/feeds/world.rss", "/feeds/world.en.atom"]
            readers = Reader(one, paths), Reader(two, paths)
            with polled(*readers):
                write(tmp_path, "tides", "Tides turn")
                wait_for_title(one, "Tides turn")
                wait_for_title(two, "Tides turn")
                alone = publisher(two)
                os.kill(first[0], signal.SIGKILL)
                again = another_publisher(one, first[0], within_s=TAKEOVER_S)
                write(tmp_path, "buoys", "Buoys ring")
                wait_for_title(two, "Buoys ring")
                kill(one)
                wait_for(lambda: publisher(two), within_s=TAKEOVER_S)
                write(tmp_path, "gulls", "Gulls return")
                last = wait_for_title(two, "Gulls return")

    assert alone is None
    assert again[1] == first[1]
    assert sorted(last) == ["Buoys ring", "Gulls return", "Lamps lit again", "Tides turn"]
    assert [reader.unanswered for reader in readers] == [[], []]
    both = {key: readers[0].seen.get(key, set()) | readers[1].seen.get(key, set()) for key in readers[1].seen}
    assert {key: len(found) for key, found in both.items() if len(found) > 1} == {}
    seen_by_both = readers[0].seen.keys() & readers[1].seen.keys()
    assert {path for _, path in seen_by_both} == set(paths)


def test_a_node_serves_what_is_at_hand_while_the_database_is_away_and_publishes_when_it_is_back(
    database, node, tmp_path
):
    with running(database.programs) as own, serving(node("a"), FEEDSVC_STORE_URL=own.new_url()) as service:
        wait_for(lambda: publisher(service))
        wait_for_title(service, "Lamps lit again")
        own.stop(signal.SIGINT)
        write(tmp_path, "tides", "Tides turn")
        away = service.wait_for("/readyz", lambda answer: b"cannot be reached" in answer.body)
        # Of the workers, one has it at hand for certain.
        service.wait_for("/feeds/all.json", lambda answer: titles(answer) == ["Lamps lit again"])
        during = {service.ask("/feeds/all.json").status for _ in range(20)}
        own.start()
        wait_for_title(service, "Tides turn")
        back = service.wait_for("/readyz", lambda answer: b"store" not in answer.body)

    assert (away.status, json.loads(away.body)["store"]) == (
        200,
        "cannot be reached; the service answers with the feeds it has in memory",
    )
    assert during <= {200, 503}
    assert (back.status, json.loads(back.body)["ready"]) == (200, True)
