"""Look at how the service starts and what it tells of itself."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from runpy import run_path

import pytest
from fakelibrary import FakeLibrary, feeds, settings
from webserver import serving

import feedsvc
from feedsvc.errors import StoreError
from feedsvc.web import first_edition, make_app

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


def test_gunicorn_serves_this_machine_with_two_workers_of_four_threads(monkeypatch):
    for name in ("PORT", "WEB_CONCURRENCY"):
        monkeypatch.delenv(name, raising=False)

    read = run_path(str(PACKAGED))

    chosen = {name: read[name] for name in ("bind", "workers", "threads", "worker_class", "preload_app", "accesslog")}
    assert chosen == {
        "bind": "127.0.0.1:8000",
        "workers": 2,
        "threads": 4,
        "worker_class": "gthread",
        "preload_app": False,
        "accesslog": None,
    }


def test_gunicorn_obeys_the_port_and_the_number_of_workers_it_is_given(monkeypatch):
    monkeypatch.setenv("PORT", "5000")
    monkeypatch.setenv("WEB_CONCURRENCY", "7")

    read = run_path(str(PACKAGED))

    assert (read["bind"], read["workers"]) == ("0.0.0.0:5000", 7)


def test_the_site_s_own_file_says_the_same_and_gunicorn_takes_both():
    said = {name: value for name, value in run_path(str(SITE)).items() if not name.startswith("_")}
    packaged = {name: value for name, value in run_path(str(PACKAGED)).items() if not name.startswith("_")}

    assert {name: said[name] for name in packaged} == packaged
    check = [sys.executable, "-m", "gunicorn", "--print-config", "-c"]
    shown = [
        subprocess.run([*check, str(path), "flask:Flask('x')"], capture_output=True, text=True, check=True).stdout
        for path in (SITE, PACKAGED)
    ]
    settings_shown = [[line for line in each.splitlines() if not line.startswith("config ")] for each in shown]
    assert settings_shown[0] == settings_shown[1]
    assert any(line.split() == ["control_socket_disable", "=", "True"] for line in settings_shown[0])


@pytest.mark.parametrize(
    ("status", "number", "level", "message"),
    [
        pytest.param(0, 1, logging.INFO, "the first edition is published", id="well"),
        pytest.param(
            1,
            1,
            logging.WARNING,
            "the first edition is published, without the documents that were rejected",
            id="some rejected",
        ),
        pytest.param(
            2,
            0,
            logging.ERROR,
            "the first edition could not be published: exit status 2; run feedsvc publish",
            id="not at all",
        ),
        pytest.param(
            1,
            0,
            logging.ERROR,
            "the first edition could not be published: exit status 1; run feedsvc publish",
            id="a crash",
        ),
    ],
)
def test_how_the_first_pass_ended_is_logged(tmp_path, monkeypatch, caplog, status, number, level, message):
    interpreter = tmp_path / "python"
    interpreter.write_text(
        f'#!/bin/sh\necho "$@ $FEEDSVC_STORE_URL $FEEDSVC_BASE_URL" >{tmp_path}/asked\nexit {status}\n'
    )
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))

    with caplog.at_level(logging.INFO):
        asked = replace(settings(), store_url="sqlite:////x.db")
        first_edition.publish_first_edition(asked, FakeLibrary(number=number)).join(timeout=10)

    assert caplog.record_tuples == [("feedsvc.web.first_edition", level, message)]
    assert (tmp_path / "asked").read_text() == "-m feedsvc publish sqlite:////x.db https://wire.example\n"
