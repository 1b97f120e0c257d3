"""Two services on one store, a command of another user beside them, old and new releases, clocks that differ."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from feedsvc.publish.watcher import Clock, Watcher
from feedsvc.stores import open_store
from newsroom import Newsroom
from nodes import make_node, titles, wait_for_title, write
from publishers import publisher, wait_for
from schema_changes import NEXT, NOW
from service import environment, feedsvc, serving

PROJECT = Path(__file__).parent.parent
NOBODY = 65534
WITHIN_S = 60.0


@pytest.fixture
def node(tmp_path: Path) -> Callable[[str], Path]:
    return partial(make_node, tmp_path)


@pytest.fixture
def place():
    """Return a folder that all users may enter, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="feedsvc-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_two_services_share_a_site_and_root_publishes_beside_them(place):
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    folder = make_node(place, "a")
    (folder / "var").mkdir()
    for path in (folder, folder / "var"):
        os.chown(path, NOBODY, NOBODY)
    # Python may be in a folder that only root may enter.
    may = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    under = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *may)
    with serving(folder, under=under, HOME=str(folder)) as one, serving(folder, under=under, HOME=str(folder)) as two:
        kept = [publisher(service) for service in (one, two)]
        write(place, "tides", "Tides turn")
        command = feedsvc(folder, "publish")
        write(place, "buoys", "Buoys ring")
        found = [wait_for_title(service, "Buoys ring") for service in (one, two)]
        again = feedsvc(folder, "publish")
        foreign = [path.name for path in (folder / "var").rglob("*") if path.stat().st_uid != NOBODY]

    assert sum(each is not None for each in kept) == 1
    assert (command.returncode, again.returncode, foreign) == (0, 0, []), command.stderr + again.stderr
    assert found == [["Buoys ring", "Lamps lit again", "Tides turn"]] * 2


NEWER = """
import feedsvc.stores.schema as schema
from pathlib import Path
schema.SCHEMA_VERSION = {version}
schema.MIGRATIONS = Path({migrations!r})
"""


@pytest.fixture
def newer(tmp_path):
    """Return what makes a Python a feedsvc whose tables have changed once more."""
    from feedsvc.stores import schema  # noqa: PLC0415  its constants are read as they are now

    migrations = tmp_path / "newer" / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / f"v{NOW + 1}.py").write_text(NEXT.format(last="pass", now=NOW, next=NOW + 1))
    site = tmp_path / "newer" / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(NEWER.format(version=NOW + 1, migrations=str(migrations)))
    return {"PYTHONPATH": os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])}


def test_a_new_release_waits_while_the_old_one_serves_and_then_takes_over(database, node, tmp_path, newer):
    url = database.new_url()
    with serving(node("b"), FEEDSVC_STORE_URL=url, FEEDSVC_PUBLISHER="off", is_waiting=True) as reader:  # noqa: SIM117  it outlives the old one
        with serving(node("a"), FEEDSVC_STORE_URL=url) as old:
            wait_for_title(reader, "Lamps lit again")
            with serving(node("c"), FEEDSVC_STORE_URL=url, is_alone=True, is_waiting=True, **newer) as new:
                waiting = new.ask("/readyz")
                write(tmp_path, "tides", "Tides turn")
                meanwhile = wait_for_title(old, "Tides turn")
                wait_for_title(reader, "Tides turn")
                for _ in range(20):  # each of its workers has the feed
                    reader.ask("/feeds/all.json")
                old_pid = publisher(old)
                subprocess.run(["kill", str(old.pid)], check=True)
                new.wait_for("/readyz", lambda answer: answer.status == 200)
                write(tmp_path, "buoys", "Buoys ring")
                after = wait_for_title(new, "Buoys ring")
                stale = reader.wait_for("/feeds/all.json", lambda answer: "cache-status" in answer.headers)
    with serving(node("d"), FEEDSVC_STORE_URL=url, is_waiting=True) as late:
        refused = late.ask("/readyz")
        log = wait_for(lambda: (text := (late.folder / "service.log").read_text()).count("use the feedsvc") and text)

    assert old_pid is not None
    assert (waiting.status, json.loads(waiting.body)["ready"]) == (503, False)
    assert meanwhile == ["Lamps lit again", "Tides turn"]
    assert after == ["Buoys ring", "Lamps lit again", "Tides turn"]
    assert titles(stale) == ["Lamps lit again", "Tides turn"]
    assert (refused.status, f"has schema {NOW + 1}" in log) == (503, True)


class Quiet:
    """Report no change."""

    def renew(self):
        pass

    def wait(self, _timeout_s):
        return None

    def stop(self):
        pass


EMBARGOED = """---
title: {title}
date: 2026-10-30 09:00 +00:00
embargo: {until}
---

Lit.
"""


@pytest.mark.parametrize("skew", [timedelta(minutes=5), timedelta(minutes=-5)], ids=["fast", "slow"])
def test_a_clock_that_is_minutes_off_neither_ends_an_embargo_early_nor_loses_an_article(
    newsroom: Newsroom, database, skew, caplog
):
    newsroom.environ["FEEDSVC_STORE_URL"] = database.new_url()
    soon = f"{datetime.now(UTC) + timedelta(minutes=3):%Y-%m-%d %H:%M:%S} +00:00"
    past = f"{datetime.now(UTC) - timedelta(minutes=3):%Y-%m-%d %H:%M:%S} +00:00"
    newsroom.file("world/soon.md", EMBARGOED.format(title="Still to come", until=soon))
    newsroom.file("world/past.md", EMBARGOED.format(title="Already out", until=past))
    folders = {source.name: newsroom.articles for source in newsroom.settings.sources}
    clock = Clock(now=lambda: datetime.now(UTC) + skew, monotonic=time.monotonic)
    watcher = Watcher(newsroom.settings, Quiet(), folders=folders, clock=clock)
    deadline = time.monotonic() + WITHIN_S
    found: list[str] = []
    while not found and time.monotonic() < deadline:
        watcher.step()
        with closing(open_store(newsroom.settings)) as store:
            ready = store.ready("/feeds/all.json")
        found = [] if ready is None else [item["title"] for item in json.loads(ready.body)["items"]]
    watcher._close()

    direction = "ahead of" if skew > timedelta() else "behind"
    assert found == ["Already out"]
    assert f"300 s {direction} that of the database" in caplog.text


def test_readyz_tells_that_the_clock_of_the_machine_is_off(database, node):
    program = shutil.which("faketime")
    folder = node("a")
    url = database.new_url()
    if program is None:
        environ = environment(folder, FEEDSVC_STORE_URL=url)
        told = subprocess.run(
            [sys.executable, "-c", TOLD], cwd=folder, env=environ, capture_output=True, text=True, check=True
        ).stdout
    else:
        with serving(folder, under=(program, "-f", "+300s"), FEEDSVC_STORE_URL=url) as service:
            told = json.loads(service.ask("/readyz").body)["clock"]

    assert "s ahead of that of the database; set it by NTP" in told


TOLD = """
import os
from datetime import UTC, datetime, timedelta
from feedsvc.config.loading import load_settings
from feedsvc.stores import open_store
from feedsvc.stores.store import clock_trouble
store = open_store(load_settings(os.environ))
print(clock_trouble(store.clock_ahead(datetime.now(UTC) + timedelta(minutes=5))))
"""
