"""Share a store: one leads, one passes, readers see whole editions, whatever breaks in between."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, inspect, select

from database import running
from fakelibrary import settings
from feedsvc.model.errors import StoreAwayError, StoreError
from feedsvc.model.feed import Edition
from feedsvc.stores import open_existing_store, schema
from feedsvc.stores.private_files import StatusFile
from feedsvc.stores.store import Store, kind_of
from publishers import wait_for
from service import environment

NOON = datetime(2026, 5, 26, 12, tzinfo=UTC)
END_THEM = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'feedsvc'"
HOLD = """
import sys, time
from pathlib import Path
from feedsvc.stores.store import kind_of
lead = kind_of(sys.argv[1]).lead("leader", var=Path(sys.argv[2]))
print(lead.take(), flush=True)
time.sleep(60)
"""


def put_edition(store, number):
    with store.begin() as tx:
        tx.placements.put_edition(Edition(number=number, made_at=NOON))


@pytest.fixture
def leads(tmp_path):
    """Make locks of one purpose; each node has a folder of its own."""
    made = []

    def make(url, node="a", purpose="leader"):
        lead = kind_of(url).lead(purpose, var=tmp_path / node)
        made.append(lead)
        return lead

    yield make
    for lead in made:
        lead.let_go()


def test_one_process_of_all_nodes_has_the_lead_and_the_next_gets_it_afterwards(store_url, leads):
    first, second, third = leads(store_url), leads(store_url), leads(store_url, node="b")

    taken = [first.take(), second.take(), third.take(), first.take()]
    other_purpose = leads(store_url, purpose="watch").take()
    first.let_go()

    assert (taken, other_purpose) == ([True, False, False, True], True)
    assert (third.take(), second.take()) == (True, False)


def test_stores_in_one_database_have_locks_of_their_own(database, leads):
    assert leads(database.new_url()).take()
    assert leads(database.new_url()).take()


def test_a_lead_whose_connection_broke_is_anothers_to_take(database, leads):
    url = database.new_url()
    first, second = leads(url), leads(url, node="b")
    first.take()
    second.take()
    database.ask(END_THEM)

    with pytest.raises(StoreAwayError):
        second.take()
    assert [second.take(), first.take()] == [True, False]


def test_a_lead_whose_connection_broke_is_taken_again_when_nobody_has_it(database, leads):
    first = leads(database.new_url())
    first.take()
    database.ask(END_THEM)

    assert first.take()


def test_the_lead_of_a_process_that_is_killed_is_free_at_once(store_url, leads, tmp_path):
    command = [sys.executable, "-c", HOLD, store_url, tmp_path / "other"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        mine = leads(store_url)
        before = mine.take()
        process.send_signal(signal.SIGKILL)

    assert not before
    assert wait_for(mine.take, within_s=5)


def test_what_a_node_told_of_its_publishing_is_over_when_another_leads(database, leads, tmp_path):
    url = database.new_url()
    trouble = StatusFile(kind_of(url).status_path(var=tmp_path / "b"))
    second = leads(url, node="b")
    second.take()
    trouble.tell("the disk is full", since="then")
    second.let_go()
    leads(url).take()
    before = trouble.read()
    second.take()

    assert (before, trouble.read()) == ({"since": "then", "reason": "the disk is full"}, None)


def test_a_pass_that_lost_its_connection_is_lost(database):
    store = Store(database.new_url())
    put_edition(store, 1)

    def lose() -> None:
        with store.begin() as tx:
            tx.placements.put_edition(Edition(number=2, made_at=NOON))
            database.ask(END_THEM)

    with pytest.raises(StoreAwayError, match="cannot be reached"):
        lose()

    assert store.edition_number() == 1
    put_edition(store, 2)
    assert store.edition_number() == 2
    store.close()


def test_a_reader_sees_one_edition_whatever_is_published_meanwhile(store_url):
    store = Store(store_url)
    put_edition(store, 1)
    query = select(func.max(schema.editions.c.number))

    with store.snapshot() as connection:
        before = connection.scalar(query)
        put_edition(store, 2)
        during = connection.scalar(query)

    assert (before, during, store.edition_number()) == (1, 1, 2)
    store.close()


def test_a_reader_writes_nothing(database):
    store = Store(database.new_url())

    with pytest.raises(StoreError, match="read-only transaction"), store.snapshot() as connection:
        connection.execute(schema.meta.insert().values(key="a", value="b"))
    store.close()


def test_another_store_in_the_place_of_one_has_another_identity(database):
    url = database.new_url()
    store = Store(url)
    before = (store.identity(), store.identity())
    with store.transaction() as connection:
        schema.metadata.drop_all(connection)
    Store(url).close()

    assert before[0] == before[1]
    assert store.identity() not in {None, before[0]}
    store.close()


def test_the_last_write_of_a_database_is_not_known(database):
    store = Store(database.new_url())

    assert store.last_write() is None
    store.close()


def test_a_server_that_comes_back_is_used_again(database):
    with running(database.programs) as own:
        url = own.new_url()
        store = Store(url)
        put_edition(store, 1)
        own.stop(signal.SIGINT)
        for ask in (store.edition_number, store.identity, store.edition, lambda: Store(url)):
            with pytest.raises(StoreAwayError, match=r"^postgresql\+psycopg://postgres@/postgres: cannot be reached: "):
                ask()
        own.start()

        assert store.edition().number == 1
        put_edition(store, 2)
        store.close()


def test_a_password_is_in_no_message():
    with pytest.raises(StoreAwayError) as told:
        Store("postgres://ines:secret@/feeds?host=/nowhere")

    assert str(told.value).startswith("postgresql+psycopg://ines:***@/feeds: cannot be reached: ")
    assert "secret" not in str(told.value)


def test_without_its_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(StoreError, match=r'pip install "psycopg\[binary\]"'):
        Store("postgresql+psycopg://localhost/feeds")


def test_who_only_reads_makes_nothing(store_url):
    named = replace(settings(), store_url=store_url)
    before = open_existing_store(named)
    store = Store(store_url)
    with store.transaction() as connection:
        schema.metadata.drop_all(connection)
    emptied = open_existing_store(named)

    with store.snapshot() as connection:
        assert inspect(connection).get_table_names() == []
    assert (before, emptied) == (None, None)
    store.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://localhost/x", "store mysql: only sqlite:///… and postgresql+psycopg://… stores are known"),
        ("postgresql+psycopg://ines:secret@localhost:port/x", "store.url: is no URL such as postgresql+psycopg://"),
    ],
)
def test_a_service_whose_store_can_never_open_is_not_started(newsroom, url, told):
    command = [sys.executable, "-m", "feedsvc", "serve", "--bind", "127.0.0.1:0"]
    environ = environment(newsroom.folder, FEEDSVC_STORE_URL=url)

    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stderr.startswith(f"feedsvc: {told}")) == (2, True)
    assert "secret" not in ended.stderr


def test_the_files_of_a_node_bear_its_name_since_a_folder_may_be_shared(tmp_path, leads, database):
    lead = leads(database.new_url(), node="var")
    lead.take()

    (file,) = (tmp_path / "var").iterdir()
    assert file.name.startswith("feedsvc.")
    assert file.suffixes[-2:] == [".leader", ".lock"]
