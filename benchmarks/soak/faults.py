"""The faults of the soak: each breaks one thing for some seconds, and mends it again."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from database import Database
from publishers import children, publisher, workers
from service import Service

SILENT = 1_000
HELD_CONNECTIONS = 220  # more than the server gives
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND client_port IS NOT NULL"


@dataclass(slots=True)
class Site:
    """Two nodes over one database and one folder of articles.

    start: starts the node of that name again, on its former port.
    pause: waits that many seconds, or less if the soak ends.
    """

    database: Database
    nodes: dict[str, Service]
    articles: Path
    start: Callable[[str], None]
    pause: Callable[[float], bool]


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Stop processes as a hung disk would, and let them go on."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def nothing(site: Site) -> None:
    """No fault."""
    site.pause(20)


def publisher_killed(site: Site) -> None:
    """Kill both publishers."""
    for node in site.nodes.values():
        if found := publisher(node):
            os.kill(found[0], signal.SIGKILL)
    site.pause(10)


def publisher_hung(site: Site) -> None:
    """Stop both publishers for 40 s."""
    pids = [found[0] for node in site.nodes.values() if (found := publisher(node))]
    with stopped(pids):
        site.pause(40)


def worker_killed(site: Site) -> None:
    """Kill one worker of each node."""
    for node in site.nodes.values():
        os.kill(workers(node)[0], signal.SIGKILL)
    site.pause(10)


def worker_hung(site: Site) -> None:
    """Stop one worker of a node for 20 s."""
    with stopped([workers(site.nodes["a"])[0]]):
        site.pause(20)


def node_killed(site: Site) -> None:
    """Kill a whole node, and start it again after 5 s."""
    node = site.nodes["a"]
    for pid in [node.pid, *workers(node), *(child for worker in workers(node) for child in children(worker))]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    site.pause(5)
    site.start("a")
    site.pause(5)


def node_ended(site: Site) -> None:
    """End a node, and start it again after 5 s."""
    with suppress(ProcessLookupError):
        os.kill(site.nodes["b"].pid, signal.SIGTERM)
    site.pause(5)
    site.start("b")
    site.pause(5)


def reloaded(site: Site) -> None:
    """Reload both nodes, three times."""
    for _ in range(3):
        for node in site.nodes.values():
            os.kill(node.pid, signal.SIGHUP)
        site.pause(5)


def database_hung(site: Site) -> None:
    """Stop all of PostgreSQL's processes for 20 s."""
    server = site.database.process
    with stopped([server.pid, *children(server.pid)] if server else []):
        site.pause(20)


def database_restarted(site: Site) -> None:
    """Restart PostgreSQL at once, connections and all."""
    site.database.stop(signal.SIGINT)
    site.database.start()
    site.pause(10)


def database_away(site: Site) -> None:
    """End PostgreSQL without a farewell for 15 s."""
    site.database.stop()
    site.pause(15)
    site.database.start()
    site.pause(5)


def connections_cut(site: Site) -> None:
    """Cut every connection to PostgreSQL, five times."""
    for _ in range(5):
        site.database.ask(CUT)
        site.pause(2)


def connections_used_up(site: Site) -> None:
    """Use up PostgreSQL's connections for 15 s, and cut those that the nodes have."""
    with ExitStack() as held:
        site.database.ask(CUT)
        with suppress(psycopg.OperationalError):
            for _ in range(HELD_CONNECTIONS):
                held.enter_context(psycopg.connect(site.database.address))
        site.pause(15)


def tables_locked(site: Site) -> None:
    """Lock every table for 20 s."""
    with psycopg.connect(site.database.address) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname ~ '^store'"
        ).fetchall()
        connection.execute("SET lock_timeout = '10s'")
        for (table,) in tables:
            with suppress(psycopg.errors.LockNotAvailable), connection.transaction():
                connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        site.pause(20)


def folder_away(site: Site) -> None:
    """Move the articles away for 10 s."""
    away = site.articles.with_name("away")
    site.articles.rename(away)
    try:
        site.pause(10)
    finally:
        away.rename(site.articles)


def bad_documents(site: Site) -> None:
    """Lay out fifty documents that cannot be read, and take them away after 15 s."""
    bad = [site.articles / "world" / f"bad{number}.md" for number in range(50)]
    for number, path in enumerate(bad):
        path.write_bytes([b"---\ntitle: [[[[\n---\n", b"\xff\xfe\x00", b"---\na: b\n", b"x" * 2_000_000][number % 4])
    site.pause(15)
    for path in bad:
        path.unlink()
    site.pause(5)


def silent_connections(site: Site) -> None:
    """Open a thousand connections to a node, and say nothing."""
    with ExitStack() as opened:
        for _ in range(SILENT):
            with suppress(OSError):
                opened.enter_context(socket.create_connection(("127.0.0.1", site.nodes["a"].port), timeout=2))
        site.pause(20)


def slow_readers(site: Site) -> None:
    """Ask for large feeds over a hundred connections, and take nothing of the answers."""
    with ExitStack() as opened:
        for _ in range(100):
            with suppress(OSError):
                connection = opened.enter_context(
                    socket.create_connection(("127.0.0.1", site.nodes["b"].port), timeout=2)
                )
                connection.sendall(b"GET /feeds/all.rss HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
        site.pause(20)


def faulty_configuration(site: Site) -> None:
    """Break the configuration of a node, reload the node, and mend the configuration."""
    node = site.nodes["a"]
    settings = node.folder / "config" / "feedsvc.toml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text(good + "\n[nonsense]\nx = 1\n", encoding="utf-8")
    os.kill(node.pid, signal.SIGHUP)
    site.pause(15)
    settings.write_text(good, encoding="utf-8")
    os.kill(node.pid, signal.SIGHUP)
    site.pause(5)


def two_more_publishers(site: Site) -> None:
    """Publish by hand four times, two at once, beside the nodes."""
    for _ in range(2):
        both = [threading.Thread(target=node.run, args=("publish",)) for node in site.nodes.values()]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()


FAULTS: tuple[Callable[[Site], None], ...] = (
    nothing,
    publisher_killed,
    database_restarted,
    worker_killed,
    database_hung,
    reloaded,
    tables_locked,
    publisher_hung,
    connections_cut,
    bad_documents,
    node_killed,
    database_away,
    silent_connections,
    connections_used_up,
    folder_away,
    slow_readers,
    node_ended,
    faulty_configuration,
    worker_hung,
    two_more_publishers,
)
