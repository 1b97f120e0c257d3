"""Try the service as the world does: reloads and restarts under load, slow clients, idle ones, hostile ones."""

from __future__ import annotations

import http.client
import os
import resource
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Event, Thread

import pytest

from newsroom import Newsroom
from publishers import wait_for, workers
from service import Service, serving

FEED = "/feeds/all.rss"
SOAK = bool(os.environ.get("FEEDSVC_SOAK"))
LOAD_S = 20.0 if SOAK else 1.2
PAUSE_S = 0.0 if SOAK else 0.003  # between polls, for the tests that run beside these
IDLE = 2000
WORKER_CLASSES = ("asgi", "gthread")
SLOW_SITE = """
import time
from importlib.resources import files
from runpy import run_path

globals().update(run_path(str(files("feedsvc").joinpath("web", "gunicorn_conf.py"))))


def post_fork(server, worker):
    from feedsvc.stores.store import Store

    latest = Store.latest

    def slowly(self, **asked):
        time.sleep(2)
        return latest(self, **asked)

    Store.latest = slowly
"""

SLOW_START = """
import time
from importlib.resources import files
from runpy import run_path

globals().update(run_path(str(files("feedsvc").joinpath("web", "gunicorn_conf.py"))))


def post_fork(server, worker):
    time.sleep(3)
"""


class Poller(Thread):
    """Poll a feed over a kept connection until told to stop; `lost` says what went wrong.

    A kept connection may be closed before an answer begins, and the request is then sent again on a new one, as clients
    do; a request is lost when it fails there.

    source: RFC 9112, section 9.3.1.
    """

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._port = service.port
        self._ending = Event()
        self.answers = 0
        self.lost: list[str] = []

    def run(self) -> None:
        connection, is_new = self._connect(), True
        while not self._ending.wait(PAUSE_S):
            try:
                connection.request("GET", FEED)
                response = connection.getresponse()
                body = response.read()
                if response.status != 200 or len(body) != int(response.headers["Content-Length"]):
                    self.lost.append(f"{response.status} with {len(body)} bytes")
                self.answers += 1
                is_new = False
            except (OSError, http.client.HTTPException) as error:
                if is_new and not self._ending.is_set():
                    self.lost.append(repr(error))
                connection.close()
                connection, is_new = self._connect(), True
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def stop(self) -> None:
        self._ending.set()


@contextmanager
def polled(service: Service, clients: int = 8) -> Iterator[list[Poller]]:
    pollers = [Poller(service) for _ in range(clients)]
    for each in pollers:
        each.start()
    try:
        yield pollers
    finally:
        for each in pollers:
            each.stop()
        for each in pollers:
            each.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trials")
    newsroom = Newsroom(folder)
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\n" + "Water rose. " * 800)
    newsroom.publish()
    newsroom.close()
    return folder


@pytest.fixture
def slow_folder(folder, tmp_path):
    """The same, but that pages with lists take two seconds: the service is its own, but for this."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "config" / "gunicorn.conf.py").write_text(SLOW_SITE, encoding="utf-8")
    return tmp_path


def served(folder, worker_class: str, **more: str) -> AbstractContextManager[Service]:
    return serving(folder, FEEDSVC_WORKER_CLASS=worker_class, FEEDSVC_PUBLISHER="off", **more)


def lost(pollers: list[Poller]) -> list[str]:
    return [each for poller in pollers for each in poller.lost]


@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_no_request_is_lost_when_the_service_is_reloaded(folder, worker_class):
    with served(folder, worker_class) as service, polled(service) as pollers:
        for _ in range(3):
            time.sleep(LOAD_S / 3)
            os.kill(service.pid, signal.SIGHUP)
        time.sleep(LOAD_S)
    assert lost(pollers) == []
    assert sum(each.answers for each in pollers) > 100


@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_the_former_workers_answer_until_the_new_ones_of_a_reload_can(folder, tmp_path, worker_class):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "config" / "gunicorn.conf.py").write_text(SLOW_START, encoding="utf-8")
    with served(tmp_path, worker_class) as service:
        former = set(workers(service))
        os.kill(service.pid, signal.SIGHUP)
        answered_by_former = 0
        while former & set(workers(service)):
            began = time.monotonic()
            assert service.ask(FEED).status == 200
            assert time.monotonic() - began < 2
            answered_by_former += 1

    assert answered_by_former > 10


FAILING_START = SLOW_START.replace("time.sleep(3)", 'raise RuntimeError("half installed")')
HANGING_START = SLOW_START.replace("time.sleep(3)", "time.sleep(1000)")
IMPORTED = SLOW_START.partition("def post_fork")[0]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("def (:", "former settings", id="settings with an error"),
        pytest.param(FAILING_START, "the former ones serve on", id="workers that fail"),
        pytest.param(f"{HANGING_START}\n\ntimeout = 2\n", "the former ones serve on", id="workers that hang"),
    ],
)
@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_a_reload_that_fails_leaves_the_service_as_it_was(folder, tmp_path, worker_class, settings, told):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "config" / "gunicorn.conf.py").write_text(IMPORTED, encoding="utf-8")
    with served(tmp_path, worker_class) as service:
        reload(service, settings)
        wait_for(lambda: told in (tmp_path / "service.log").read_text(encoding="utf-8"))
        during = [service.ask(FEED).status for _ in range(20)]
        former = set(workers(service))
        reload(service, IMPORTED)
        wait_for(lambda: workers(service) and former.isdisjoint(workers(service)))
        after = service.ask(FEED).status

    assert (set(during), after) == ({200}, 200)


def reload(service: Service, settings: str) -> None:
    (service.folder / "config" / "gunicorn.conf.py").write_text(settings, encoding="utf-8")
    os.kill(service.pid, signal.SIGHUP)


@pytest.mark.parametrize("is_sent_with_the_reload", [True, False])
@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_a_service_that_reloads_ends_at_once_when_it_is_told_to(
    folder, tmp_path, worker_class, is_sent_with_the_reload
):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "config" / "gunicorn.conf.py").write_text(IMPORTED, encoding="utf-8")
    with served(tmp_path, worker_class) as service:
        former = set(wait_for(lambda: found if len(found := workers(service)) == 2 else None))
        reload(service, f"{HANGING_START}\n\ngraceful_timeout = 2\n")
        if not is_sent_with_the_reload:
            wait_for(lambda: len(workers(service)) == 4)
        os.kill(service.pid, signal.SIGTERM)
        began = time.monotonic()
        wait_for(lambda: former.isdisjoint(workers(service)))
        took_s = time.monotonic() - began

    assert took_s < 20  # the new ones have 30 s


def test_workers_of_a_service_that_was_paused_as_a_whole_serve_on(folder):
    with served(folder, "asgi", GUNICORN_CMD_ARGS="--timeout 5") as service:
        paused = wait_for(lambda: found if len(found := workers(service)) == 2 else None)
        for pid in (service.pid, *paused):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(5.5)  # longer than a worker may be silent
        for pid in (service.pid, *paused):
            os.kill(pid, signal.SIGCONT)
        time.sleep(5)  # the master spares them for three seconds, and then looks every second
        after = workers(service)

        assert service.ask(FEED).status == 200
    assert sorted(after) == sorted(paused)


@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_no_request_is_lost_when_workers_are_replaced_after_many_requests(folder, worker_class):
    with served(folder, worker_class, GUNICORN_CMD_ARGS="--max-requests 60 --max-requests-jitter 20") as service:
        with polled(service, 4) as pollers:
            time.sleep(LOAD_S * 2)
        log = (folder / "service.log").read_text(encoding="utf-8")
    assert lost(pollers) == []
    assert log.count("Booting worker") > 2


@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_a_request_that_was_begun_is_answered_though_the_service_is_told_to_end(slow_folder, worker_class):
    with (
        served(slow_folder, worker_class) as service,
        ExitStack() as stack,
    ):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
        stack.callback(connection.close)
        connection.request("GET", "/categories/world/")
        time.sleep(0.5)
        os.kill(service.pid, signal.SIGTERM)
        response = connection.getresponse()

        assert (response.status, b"Tide" in response.read()) == (200, True)


@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_a_slow_page_keeps_no_poll_waiting(slow_folder, worker_class):
    with (
        served(slow_folder, worker_class) as service,
        polled(service, 4) as pollers,
    ):
        service.ask(FEED)
        before = sum(each.answers for each in pollers)
        began = time.monotonic()
        page = service.ask("/categories/world/")
        took_s = time.monotonic() - began
        meanwhile = sum(each.answers for each in pollers) - before
    assert page.status == 200
    assert took_s >= 2  # else nothing was slow, and this shows nothing
    assert meanwhile > 20
    assert lost(pollers) == []


def test_two_thousand_idle_connections_are_no_burden(folder):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE * 2:
        pytest.skip(f"{hard} open files are allowed, {IDLE * 2} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, IDLE * 2), hard))
    with served(folder, "asgi", GUNICORN_CMD_ARGS="--keep-alive 30 --backlog 2048") as service, ExitStack() as stack:
        for number in range(IDLE):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=30))
            if number % 2:  # half of them have asked once, the others never
                idle.sendall(f"HEAD {FEED} HTTP/1.1\r\nHost: quay.example\r\n\r\n".encode())
                assert idle.recv(15) == b"HTTP/1.1 200 OK"
        with polled(service) as pollers:
            time.sleep(LOAD_S)
    assert lost(pollers) == []
    assert sum(each.answers for each in pollers) > 100


def test_half_sent_and_trickling_requests_keep_nobody_waiting(folder):
    with served(folder, "asgi") as service, ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=30)) for _ in range(300)
        ]
        for each in slow:
            each.sendall(f"GET {FEED} HTTP/1.1\r\nHost: quay".encode())
        with polled(service) as pollers:
            for letter in ".example":
                time.sleep(LOAD_S / 8)
                for each in slow:
                    each.sendall(letter.encode())
        slow[0].sendall(b"\r\n\r\n")

        assert slow[0].recv(15) == b"HTTP/1.1 200 OK"
    assert lost(pollers) == []


OVERSIZED = {
    "a header": b"GET /feeds/all.rss HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
    "a line": b"GET /feeds/all.rss?" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01" + b"\xfc" * 300 + b"\r\n\r\n",
}


@pytest.mark.parametrize("worker_class", WORKER_CLASSES)
def test_an_oversized_request_is_refused_and_others_are_served(folder, worker_class):
    with served(folder, worker_class) as service:
        for name, request in OVERSIZED.items():
            with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
                try:
                    connection.sendall(request)
                    status = connection.recv(12)
                except ConnectionError:
                    status = b""
            assert status[:10] in {b"HTTP/1.1 4", b""}, name
            assert service.ask(FEED).status == 200, name
