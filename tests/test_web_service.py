"""Look at how the service starts and what it tells of itself."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from runpy import run_path
from threading import Thread

import pytest

import feedsvc
from fakelibrary import FakeLibrary, feeds, settings
from feedsvc.model.errors import StoreError
from feedsvc.publish.processes import PublisherSupervisor
from feedsvc.web import LateLibrary, make_app
from feedsvc.web.delivery import store_trouble
from webserver import serving

PACKAGED = Path(feedsvc.__file__).with_name("web") / "gunicorn_conf.py"
SITE = Path(__file__).parent.parent / "config" / "gunicorn.conf.py"


@pytest.mark.parametrize(
    ("number", "path", "expected"),
    [
        pytest.param(0, "/healthz", (200, b"ok\n"), id="alive with nothing published"),
        pytest.param(3, "/healthz", (200, b"ok\n"), id="alive"),
        pytest.param(
            0, "/readyz", (503, b'{"ready": false, "reason": "nothing is published yet"}'), id="not ready yet"
        ),
        pytest.param(3, "/readyz", (200, b'{"ready": true, "edition": 3}'), id="ready"),
    ],
)
def test_the_service_says_how_it_is(number, path, expected):
    with serving(make_app(settings(), FakeLibrary(number=number, feeds=feeds()))) as ask:
        response = ask(path)

    assert (response.status, response.body) == expected
    assert response.headers["Cache-Control"] == "no-store"


class BrokenLibrary(FakeLibrary):
    def edition_number(self):
        raise StoreError("disk I/O error")


def test_a_service_whose_store_cannot_be_read_is_not_ready():
    with serving(make_app(settings(), BrokenLibrary())) as ask:
        response = ask("/readyz")

    assert (response.status, response.body) == (503, b'{"ready": false, "reason": "the store cannot be read"}')


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(None, ("asgi", 1, "feedsvc.web:create_asgi_app()"), id="unless told otherwise"),
        pytest.param("asgi", ("asgi", 1, "feedsvc.web:create_asgi_app()"), id="asgi"),
        pytest.param("gthread", ("gthread", 32, "feedsvc.web:create_app()"), id="gthread"),
    ],
)
def test_gunicorn_serves_this_machine_with_two_workers_of_the_class_that_is_asked_for(monkeypatch, asked, expected):
    for name in ("PORT", "WEB_CONCURRENCY", "FEEDSVC_WORKER_CLASS"):
        monkeypatch.delenv(name, raising=False)
    if asked:
        monkeypatch.setenv("FEEDSVC_WORKER_CLASS", asked)

    read = run_path(str(PACKAGED))

    assert (read["worker_class"], read["threads"], read["wsgi_app"]) == expected
    assert (read["bind"], read["workers"]) == ("127.0.0.1:8000", 2)
    assert (read["preload_app"], read["accesslog"]) == (False, None)


def test_gunicorn_obeys_the_port_and_the_number_of_workers_it_is_given(monkeypatch):
    monkeypatch.setenv("PORT", "5000")
    monkeypatch.setenv("WEB_CONCURRENCY", "7")

    read = run_path(str(PACKAGED))

    assert (read["bind"], read["workers"]) == ("0.0.0.0:5000", 7)


def test_the_site_s_own_file_says_the_same_and_gunicorn_takes_both():
    said, packaged = run_path(str(SITE)), run_path(str(PACKAGED))

    ours = {name: value for name, value in packaged.items() if not name.startswith("_") and not callable(value)}
    assert {name: said[name] for name in ours} == ours
    assert callable(said["post_worker_init"])
    check = [sys.executable, "-m", "gunicorn", "--print-config", "-c"]
    shown = [
        subprocess.run([*check, str(path), "flask:Flask('x')"], capture_output=True, text=True, check=True).stdout
        for path in (SITE, PACKAGED)
    ]
    differing = ("config ", "post_worker_init ")  # the path of the file, and the place of the function in memory
    settings_shown = [[line for line in each.splitlines() if not line.startswith(differing)] for each in shown]
    assert settings_shown[0] == settings_shown[1]
    assert any(line.split() == ["control_socket_disable", "=", "True"] for line in settings_shown[0])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param("PORT", "x", "PORT: must be a port number such as 8000, not 'x'", id="port"),
        pytest.param("PORT", "70000", "PORT: must be a port number such as 8000, not '70000'", id="port too high"),
        pytest.param(
            "WEB_CONCURRENCY",
            "two",
            "WEB_CONCURRENCY: must be a whole number of at least 1, not 'two'",
            id="workers",
        ),
        pytest.param(
            "WEB_CONCURRENCY", "0", "WEB_CONCURRENCY: must be a whole number of at least 1, not '0'", id="no workers"
        ),
        pytest.param(
            "FEEDSVC_WORKER_CLASS", "sync", "FEEDSVC_WORKER_CLASS: must be asgi or gthread, not 'sync'", id="worker"
        ),
    ],
)
def test_a_figure_from_the_environment_that_is_none_is_named(monkeypatch, name, value, message):
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as stopped:
        run_path(str(PACKAGED))

    assert str(stopped.value) == message


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Keep a publisher that is a few lines of shell, in as many workers as wanted, until the test ends."""
    keepers = []

    def start(script):
        interpreter = tmp_path / "python"
        note = f'echo "$$" "$1 $2 $3 $4 $5" >>{tmp_path}/ran'
        if not interpreter.exists():  # written while it runs, it could not be
            interpreter.write_text(f'#!/bin/sh\nexec 3<"/proc/self/fd/$6"\n{note}\n{script}\n')
            interpreter.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(interpreter))
        keeper = PublisherSupervisor(replace(settings(), store_url=f"sqlite:///{tmp_path}/x.db"))
        keepers.append(keeper)
        Thread(target=keeper.run, daemon=True).start()
        return keeper

    yield start
    for keeper in keepers:
        keeper.end()


def runs(folder, *, count):
    """Return process ids and arguments of the publishers that were started, once there are so many."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        ran = folder / "ran"
        lines = ran.read_text().splitlines() if ran.exists() else []
        if len(lines) >= count:
            return [line.split(" ", 1) for line in lines]
        time.sleep(0.02)
    raise AssertionError(f"{count} publishers never were started")


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


UNTIL_THE_PIPE_CLOSES = "read -r nothing <&3"


def test_of_several_workers_one_keeps_a_publisher(tmp_path, keep):
    for _ in range(3):
        keep(UNTIL_THE_PIPE_CLOSES)
    ((pid, arguments),) = runs(tmp_path, count=1)

    assert arguments == "-m feedsvc publish --watch --ends-with"
    assert is_there(pid)


def test_a_publisher_ends_with_its_worker_and_another_worker_takes_over(tmp_path, keep):
    first = keep(UNTIL_THE_PIPE_CLOSES)
    runs(tmp_path, count=1)
    keep(UNTIL_THE_PIPE_CLOSES)

    first.end()
    (old, _), (new, _) = runs(tmp_path, count=2)

    assert (is_there(old), is_there(new)) == (False, True)


def test_a_publisher_that_does_not_end_with_its_pipe_is_killed(tmp_path, keep):
    keeper = keep("exec sleep 60")
    ((pid, _),) = runs(tmp_path, count=1)

    keeper.end()

    assert not is_there(pid)


def test_a_publisher_that_fails_is_started_again_with_growing_pauses_and_told_of(tmp_path, keep, caplog):
    keep("exit 7")
    runs(tmp_path, count=4)

    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert told[:3] == [
        f"the publisher ended with exit status 7; starting another in {pause} s" for pause in (0.2, 0.4, 0.8)
    ]


def test_a_worker_that_ends_starts_no_publisher(tmp_path):
    keeper = PublisherSupervisor(replace(settings(), store_url=f"sqlite:///{tmp_path}/x.db"))

    Thread(target=keeper.end).start()
    while not keeper._is_ending:
        time.sleep(0.01)
    keeper.run()

    assert not (tmp_path / "ran").exists()


class FailingOpener:
    """Fail to open as many times as told."""

    def __init__(self, failures):
        self.failures = failures

    def __call__(self):
        if self.failures:
            self.failures -= 1
            raise StoreError("unable to open database file")
        return FakeLibrary(feeds=feeds())


def test_a_store_that_opens_late_is_served_from_then_on():
    with serving(make_app(settings(), LateLibrary(FailingOpener(2)))) as ask:
        statuses = [ask(path).status for path in ("/feeds/all.rss", "/readyz", "/feeds/all.rss", "/")]

    assert statuses == [503, 503, 200, 200]


def test_many_requests_that_find_no_store_are_one_line_of_the_log(monkeypatch, caplog):
    monkeypatch.setattr(store_trouble, "_told_at", None)
    monkeypatch.setattr(store_trouble, "_untold", 0)
    for number in range(100):
        store_trouble.log_unreadable(StoreError(f"is locked, {number}"))
    monkeypatch.setattr(store_trouble, "_told_at", time.monotonic() - store_trouble.TELL_EVERY_S)
    store_trouble.log_unreadable(StoreError("is gone"))

    assert caplog.messages == [
        "the store cannot be read: is locked, 0",
        "the store cannot be read: is gone (and for 99 more requests since the last line)",
    ]
