"""See that others on the machine can read nothing of what the service writes, and all of a site that is built."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedsvc import stores
from newsroom import Newsroom
from service import PATIENCE_S, environment, serving


@pytest.fixture
def folder(tmp_path) -> Iterator[Path]:
    newsroom = Newsroom(tmp_path)
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\nWater rose.\n")
    newsroom.close()
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


def feedsvc(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "feedsvc", *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return done.stderr


def open_to_others(folder: Path) -> list[str]:
    return sorted(
        f"{path.relative_to(folder)} {stat.S_IMODE(path.stat().st_mode):o}"
        for path in (folder, *folder.rglob("*"))
        if path.stat().st_mode & 0o077
    )


def test_what_a_service_writes_is_its_owners_alone(folder):
    with serving(folder, is_alone=True) as service:
        service.ask("/feeds/all.rss")
        service.wait_for("/readyz", lambda _: (folder / "var" / "feedsvc.db.polls.json").exists())
        found = open_to_others(folder / "var")
        names = {path.name for path in (folder / "var").rglob("*")}

    assert found == []
    assert {"feedsvc.db", "feedsvc.db-wal", "feedsvc.db-shm", "feedsvc.toml", "feedsvc.db.polls.json"} <= names


def test_a_copy_that_a_worker_removes_meanwhile_is_passed_over(tmp_path, monkeypatch):
    newsroom = Newsroom(tmp_path)
    copies = tmp_path / "var" / "last-good"
    (copies / "new-1").mkdir(parents=True)
    copies.chmod(0o755)
    list_folder = os.scandir

    def list_and_remove(path: str | Path | int) -> object:
        listing = list_folder(path)
        if not isinstance(path, int) and Path(path) == copies / "new-1" and Path(path).exists():
            listing.close()
            shutil.rmtree(path)
            return list_folder(path)
        return listing

    monkeypatch.setattr(os, "scandir", list_and_remove)

    found = stores.keep_private(newsroom.settings)

    assert copies in found


def test_what_a_former_version_left_to_be_read_is_shut_with_a_word(folder):
    feedsvc(folder, "publish")
    store = folder / "var" / "feedsvc.db"
    store.chmod(0o644)

    told = [feedsvc(folder, "publish") for _ in range(2)]

    assert told[0] == f"{store}: other users of this machine could read it; now only its owner can\n"
    assert told[1] == ""
    assert open_to_others(folder / "var") == []


def test_a_site_that_is_built_can_be_read_by_a_web_server(folder):
    feedsvc(folder, "build", "built")

    built = [path for path in (folder / "built").rglob("*") if path.suffix != ".lock"]
    assert len(built) > 10
    assert [path for path in built if path.is_file() and not path.stat().st_mode & stat.S_IROTH] == []
    assert [path for path in built if path.is_dir() and not path.stat().st_mode & stat.S_IXOTH] == []
    assert open_to_others(folder / "var") == []
