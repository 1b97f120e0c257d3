"""Publish where it cannot be: a full disk, a folder that may only be read; and with a clock that steps back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from feedsvc.stores.backups import faults_of
from newsroom import Newsroom, titles
from service import environment, feedsvc


def note(number: int, *, words: int = 1) -> str:
    return f"---\ntitle: Lamp {number}\ndate: 2026-10-30 09:00 +00:00\n---\n\n{f'lit{number} ' * words}\n"


def test_a_disk_that_is_full_leaves_the_last_edition_and_the_next_pass_finishes_the_work(newsroom):
    newsroom.file("world/0.md", note(0))
    newsroom.publish()
    for number in range(1, 21):
        newsroom.file(f"world/{number}.md", note(number, words=10_000))
    store = newsroom.folder / "var" / "feedsvc.db"
    limit = store.stat().st_size + 300_000  # bytes that any file of the child may have

    failed = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit)],
        cwd=newsroom.folder,
        env=environment(newsroom.folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    meanwhile, sound = titles(newsroom), faults_of(newsroom.store)
    again = feedsvc(newsroom.folder, "publish")

    assert (failed.returncode, "Traceback" in failed.stderr) == (2, False), failed.stderr
    assert str(newsroom.folder) in failed.stderr
    assert (meanwhile, sound) == (["Lamp 0"], ())
    assert again.returncode == 0
    assert titles(newsroom) == sorted(f"Lamp {number}" for number in range(21))


# Python ignores SIGXFSZ, so that a write beyond the limit fails as one to a full disk does.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from feedsvc.cli import main
main(["publish"])
"""


def as_nobody() -> list[str]:
    """Return what a command begins with to run without root's leave to write anywhere."""
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []


@pytest.mark.parametrize(
    ("command", "status"),
    [
        pytest.param("publish", 2, id="publish"),
        pytest.param("backup news.backup", 2, id="backup"),
        pytest.param("check --store", 0, id="check"),  # what only reads has all it needs
        pytest.param("feeds", 0, id="feeds"),
    ],
)
def test_a_store_in_a_folder_that_may_only_be_read_is_told_without_a_traceback(newsroom, command, status):
    newsroom.file("world/0.md", note(0))
    newsroom.publish()
    newsroom.close()
    newsroom._store = None
    var = newsroom.folder / "var"
    kept = {path: path.stat().st_mode for path in [*var.iterdir(), var]}
    for path in kept:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        found = subprocess.run(
            [*as_nobody(), sys.executable, "-m", "feedsvc", *command.split()],
            cwd=newsroom.folder,
            env=environment(newsroom.folder),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        for path, mode in reversed(kept.items()):
            path.chmod(mode)

    assert (found.returncode, "Traceback" in found.stderr) == (status, False), found.stderr
    assert (str(var) in found.stderr) == (status != 0)


def test_no_time_goes_back_when_the_clock_steps_back_an_hour(newsroom: Newsroom, store_url):
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    newsroom.file("world/0.md", note(0))
    newsroom.publish()
    first, modified = newsroom.store.edition(), newsroom.store.ready("/feeds/all.rss").last_modified
    before = {item["id"]: item["date_published"] for item in json.loads(newsroom.feed("/feeds/all.json"))["items"]}
    newsroom.now -= timedelta(hours=2)  # it has moved on by one
    newsroom.file("world/1.md", note(1))
    second = newsroom.publish()
    newsroom.now -= timedelta(hours=1)
    newsroom.file("world/0.md", note(0, words=2))
    third = newsroom.publish()

    after = {item["id"]: item["date_published"] for item in json.loads(newsroom.feed("/feeds/all.json"))["items"]}
    assert first.made_at < second.made_at < third.made_at
    assert newsroom.store.ready("/feeds/all.rss").last_modified > modified
    assert before.items() <= after.items()
    assert titles(newsroom) == ["Lamp 0", "Lamp 1"]
