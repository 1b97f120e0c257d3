"""What a service writes to its log: one format for all processes, each line with its time and zone."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import feedsvc
from newsroom import Newsroom
from service import serving

PACKAGE = Path(feedsvc.__file__).parent
LINE = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[[A-Z]+\] \S.*")


def test_a_log_for_programs_is_json_in_each_line_and_names_each_request(tmp_path):
    newsroom = Newsroom(tmp_path)
    newsroom.file("world/no-title.md", "---\ntitle: [\n---\n\nText.\n")
    newsroom.file("world/tide.txt", "Tide rises\n\nIt rose at nine.\n")
    with serving(newsroom.folder, FEEDSVC_LOG="json", FEEDSVC_ACCESS_LOG="on") as service:
        service.ask("/feeds/all.rss?by=1", user_agent='Quay "Reader"')
    token = (newsroom.folder / "var" / "status-token").read_text(encoding="utf-8").strip()
    log = (newsroom.folder / "service.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines()]

    asked = [line for line in lines if line.get("path") == "/feeds/all.rss"]
    assert [{name: line[name] for name in ("method", "query", "status", "user_agent", "client")} for line in asked] == [
        {"method": "GET", "query": "by=1", "status": 200, "user_agent": 'Quay "Reader"', "client": "127.0.0.1"}
    ]
    assert {line["logger"].partition(".")[0] for line in lines} == {"gunicorn", "feedsvc"}
    assert any("rejected: world/no-title.md" in line.get("message", "") for line in lines)
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines)
    assert token not in log


def test_a_log_for_people_has_one_form_and_no_requests(tmp_path):
    newsroom = Newsroom(tmp_path)
    newsroom.file("world/no-title.md", "---\ntitle: [\n---\n\nText.\n")
    newsroom.file("world/tide.txt", "Tide rises\n\nIt rose at nine.\n")
    with serving(newsroom.folder) as service:
        service.ask("/feeds/all.rss")
    lines = (newsroom.folder / "service.log").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert any("status-token: has the new token" in line for line in lines)
    assert not any("/feeds/all.rss" in line for line in lines)


OWN = """
import logging, sys
from runpy import run_path
from gunicorn.config import Config

cfg = Config()
cfg.set("logconfig_dict", {
    "formatters": {"own": {"format": "%(name)s says %(message)s"}},
    "handlers": {"own": {"class": "logging.StreamHandler", "formatter": "own"}},
    "root": {"level": "INFO", "handlers": ["own"]},
    "loggers": {"gunicorn.error": {"handlers": ["own"]}},
    "disable_existing_loggers": False,
})
logger = run_path(sys.argv[1])["ServiceLogger"](cfg)
logging.getLogger("feedsvc.web").info("hello")
logger.info("listening")
"""


def test_a_site_may_decide_on_the_lines_itself():
    settings = str(PACKAGE / "web" / "gunicorn_conf.py")

    said = subprocess.run([sys.executable, "-c", OWN, settings], capture_output=True, text=True, check=True).stderr

    assert said == "feedsvc.web says hello\ngunicorn.error says listening\n"


def test_a_reload_runs_and_names_the_release_that_is_installed_now(tmp_path):
    newsroom = Newsroom(tmp_path)
    newsroom.file("world/tide.txt", "Tide rises\n\nIt rose at nine.\n")
    newsroom.publish()
    newsroom.close()
    own = (Path(__file__).parent.parent / "config" / "gunicorn.conf.py").read_text(encoding="utf-8")
    (newsroom.folder / "config" / "gunicorn.conf.py").write_text(own, encoding="utf-8")
    installed = tmp_path / "lib" / "feedsvc"
    installed.mkdir(parents=True)
    for entry in PACKAGE.iterdir():
        if entry.name not in {"__init__.py", "__pycache__"}:
            (installed / entry.name).symlink_to(entry)
    release = installed / "__init__.py"
    release.write_text('__version__ = "7.1"\n', encoding="utf-8")
    path = os.pathsep.join([str(installed.parent), *filter(None, [os.environ.get("PYTHONPATH")])])

    def is_of(version: str):
        return lambda answer: f'feedsvc_info{{version="{version}"}} 1.0' in answer.body.decode()

    more = {"FEEDSVC_STATUS_TOKEN": "0123456789abcdef", "FEEDSVC_PUBLISHER": "off"}
    with serving(newsroom.folder, is_alone=True, PYTHONPATH=path, **more) as service:
        service.wait_for("/metrics", is_of("7.1"), Authorization="Bearer 0123456789abcdef")
        # Of another length: within a second, Python tells a compiled file from its source by that alone.
        release.write_text('__version__ = "7.10"\n', encoding="utf-8")
        os.kill(service.pid, signal.SIGHUP)
        service.wait_for("/metrics", is_of("7.10"), Authorization="Bearer 0123456789abcdef")
