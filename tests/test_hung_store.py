"""A database that does not answer, though it is there: stopped as a whole, or with tables that are locked."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from database import Database, running
from nodes import titles, write
from publishers import children, publisher, wait_for, workers
from service import Answer, Service, serving

PROJECT = Path(__file__).parent.parent
# Every answer took five seconds or more, and some never came, before the cache answered by itself.
SOON_S = 4.0


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    write(tmp_path, "lamps", "Lamps lit again")
    return tmp_path


@contextmanager
def stopped(server: Database) -> Iterator[None]:
    """Stop all processes of *server*, which then keeps its connections and answers nothing."""
    assert server.process is not None
    found: list[int] = []
    try:
        for pid in (server.process.pid, *children(server.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                found.append(pid)
        yield
    finally:
        for pid in (*children(server.process.pid), *found):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def timed(service: Service, path: str) -> tuple[Answer, float]:
    began = time.monotonic()
    return service.ask(path), time.monotonic() - began


def read_in_both(service: Service, path: str) -> None:
    """Ask so often that each of the two workers has answered; one alone has in one case of a million."""
    for _ in range(20):
        service.ask(path)


def test_feeds_come_from_memory_at_once_while_the_database_is_stopped(database, site):
    with running(database.programs) as own, serving(site, FEEDSVC_STORE_URL=own.new_url()) as service:
        service.ask("/feeds/world.rss")  # by one worker, before the edition that is stopped
        write(site, "tides", "Tides turn")
        service.wait_for("/feeds/all.json", lambda answer: "Tides turn" in titles(answer))
        service.settle()
        for path in ("/feeds/all.json", "/feeds/"):
            read_in_both(service, path)
        with stopped(own):
            told = service.wait_for("/readyz", lambda answer: b"cannot be reached" in answer.body)
            held = [timed(service, "/feeds/all.json") for _ in range(20)]
            former = [timed(service, "/feeds/world.rss") for _ in range(20)]
            never = [timed(service, "/feeds/all.en.atom") for _ in range(4)]
            pages = [timed(service, "/") for _ in range(4)]
            shown = [timed(service, "/feeds/") for _ in range(4)]
        back = service.wait_for("/readyz", lambda answer: b"store" not in answer.body)
        after = service.wait_for("/feeds/all.json", lambda answer: "cache-status" not in answer.headers)

    assert (told.status, json.loads(told.body)["ready"]) == (200, True)
    assert {tuple(titles(answer)) for answer, _ in held} == {("Lamps lit again", "Tides turn")}
    assert {answer.status for answer, _ in former} == {200}
    assert all(b"Tides turn" in answer.body for answer, _ in former)
    assert {answer.status for answer, _ in shown} == {200}
    marks = [answer.headers.get("cache-status", "") for answer, _ in [*held, *former, *shown][-10:]]
    assert all(mark.startswith("feedsvc; hit; ttl=-") for mark in marks), marks
    assert {(answer.status, answer.headers.get("retry-after")) for answer, _ in [*never, *pages]} == {(503, "5")}
    assert max(seconds for _, seconds in [*held, *former, *never, *pages, *shown]) < SOON_S
    assert (back.status, after.status) == (200, 200)


def test_a_worker_that_starts_while_the_database_is_stopped_serves_what_others_have_read(database, site):
    with running(database.programs) as own, serving(site, FEEDSVC_STORE_URL=own.new_url()) as service:
        read_in_both(service, "/feeds/all.json")
        wait_for(lambda: publisher(service))
        with stopped(own):
            former = workers(service)
            for pid in former:
                os.kill(pid, signal.SIGKILL)
            wait_for(lambda: len(set(workers(service)) - set(former)) == 2 or None)
            found = service.wait_for("/feeds/all.json", lambda answer: answer.status == 200)
            again = [service.wait_for("/feeds/all.json", lambda answer: answer.status == 200) for _ in range(8)]

    assert titles(found) == ["Lamps lit again"]
    assert {answer.body for answer in again} == {found.body}


@contextmanager
def locked(server: Database, url: str, *tables: str) -> Iterator[None]:
    """Lock *tables* of the store at *url* for the block, even for readers."""
    schema = url.rpartition("%3D")[2]
    names = ", ".join(f"{schema}.{table}" for table in tables)
    with psycopg.connect(server.address) as connection:
        connection.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE".encode())
        yield
        connection.rollback()


def test_no_page_and_no_feed_waits_for_a_locked_table(database, site):
    url = database.new_url()
    with serving(site, FEEDSVC_STORE_URL=url) as service:
        wait_for(lambda: publisher(service))
        article = json.loads(service.ask("/feeds/all.json").body)["items"][0]["url"].partition("/articles/")[2]
        for path in ("/feeds/all.json", f"/articles/{article}"):
            read_in_both(service, path)
        with locked(database, url, "articles", "placements", "bodies", "feeds"):
            # The lock lasts until all of them are answered.
            feeds = {service.ask("/feeds/all.json").status for _ in range(10)}
            shown = {service.ask(f"/articles/{article}").status for _ in range(10)}
            others = [service.ask(path) for path in ("/categories/world/", "/feeds/world.en.rss", "/search?q=lamps")]
        after = service.wait_for("/categories/world/", lambda answer: answer.status == 200)

    assert (feeds, shown) == ({200}, {200})
    assert [(answer.status, "retry-after" in answer.headers) for answer in others] == [(503, True)] * 3
    assert b"Lamps lit again" in after.body


def test_a_locked_table_keeps_no_feed_of_other_tables_from_readers(database, site):
    url = database.new_url()
    with serving(site, FEEDSVC_STORE_URL=url) as service:
        wait_for(lambda: publisher(service))
        with locked(database, url, "articles", "placements"):
            # Both workers soon know that the page must wait; no feed was read before.
            found = [
                (service.ask("/categories/world/").status, service.ask(f"/feeds/{name}.{form}").status)
                for name in ("world", "sport", "ocean")
                for form in ("rss", "atom", "json")
            ]

    assert found == [(503, 200)] * 9
