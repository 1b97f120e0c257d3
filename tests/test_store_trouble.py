"""A store that cannot be used is told in one line with its cure, and none is ever made where one was."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from database import Database
from feedsvc.model.errors import StoreError
from feedsvc.publish.sign_of_life import LIFE, last_sign
from feedsvc.stores import sqlite
from feedsvc.stores.private_files import StatusFile, aside_of
from feedsvc.stores.store import Store
from limited import without_root
from newsroom import Newsroom
from publishers import publisher, wait_for
from service import Answer, Service, environment, feedsvc, serving

SOMEBODY = 10_001
NOTE = "---\ntitle: {}\ndate: 2026-10-30 09:00 +00:00\n---\n\nThey came at dawn.\n"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")


@pytest.fixture
def published(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/lamps.md", NOTE.format("Lamps"))
    newsroom.publish()
    newsroom.close()
    return newsroom


def run(folder: Path, *arguments: str, under: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*under, sys.executable, "-m", "feedsvc", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False, timeout=120
    )


def give(folder: Path, user: int) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, user, user)


def held_by_all(service: Service, path: str) -> Answer:
    """Ask so often that each worker has the feed in memory."""
    service.settle()
    return [service.ask(path) for _ in range(50)][-1]


def publishing(answer: Answer) -> str:
    """Return why nothing is published, as /readyz tells it; "" if all is well."""
    return str(json.loads(answer.body).get("publishing", {}).get("reason", ""))


@as_root
def test_what_root_makes_belongs_to_the_owner_of_the_folder(newsroom):
    newsroom.file("world/lamps.md", NOTE.format("Lamps"))
    os.chown(newsroom.folder, SOMEBODY, SOMEBODY)
    published = feedsvc(newsroom.folder, "publish")

    var = newsroom.folder / "var"
    assert published.returncode == 0
    assert {path.name: path.stat().st_uid for path in [var, *var.iterdir()]} == dict.fromkeys(
        ["var", *(path.name for path in var.iterdir())], SOMEBODY
    )


@as_root
def test_root_gives_away_no_file_that_a_link_leads_to(newsroom):
    newsroom.file("world/lamps.md", NOTE.format("Lamps"))
    var, mine = newsroom.folder / "var", newsroom.folder / "mine"
    var.mkdir()
    os.chown(var, SOMEBODY, SOMEBODY)
    mine.touch()
    (var / "feedsvc.db.pass.lock").symlink_to(mine)
    (var / "feedsvc.db.begun").symlink_to(mine)
    feedsvc(newsroom.folder, "publish")

    assert mine.stat().st_uid == 0


@as_root
@pytest.mark.parametrize("command", ["publish", "check --store", "feeds", "backup news.backup", "serve"])
@pytest.mark.parametrize("what", ["var", "var/feedsvc.db"])
def test_a_store_of_another_user_is_told_in_one_line_with_the_cure(published, command, what):
    give(published.folder / what, SOMEBODY)
    (published.folder / "var").chmod(0o700)

    found = run(published.folder, *command.split(), under=tuple(without_root()))

    assert (found.returncode, len(found.stderr.splitlines())) == (2, 1), found.stderr
    assert f"{published.folder}/{what} belongs to {SOMEBODY}, and this process runs as root" in found.stderr
    assert f"run: chown -R root {published.folder}/var" in found.stderr


@pytest.mark.parametrize(
    ("make", "told"),
    [
        pytest.param(Path.mkdir, "is a folder", id="folder"),
        pytest.param(os.mkfifo, "is no file", id="pipe"),
        pytest.param(lambda path: path.symlink_to(path.name), "is a link that leads to itself", id="link"),
    ],
)
def test_a_store_that_is_no_file_is_told_with_the_cure(newsroom, make, told):
    store = newsroom.folder / "var" / "feedsvc.db"
    store.parent.mkdir(mode=0o700)
    make(store)

    found = feedsvc(newsroom.folder, "publish")

    assert found.returncode == 2
    assert f"{store} {told}; move it away, and bring the file back" in found.stderr.splitlines()[-1]


@as_root
def test_a_service_whose_store_is_given_to_another_user_serves_on_and_says_so(published):
    published.file("world/terns.md", NOTE.format("Terns"))
    with serving(published.folder, under=without_root()) as service:
        service.wait_for("/feeds/all.json", lambda answer: b"Terns" in answer.body)
        before = held_by_all(service, "/feeds/all.json")
        give(published.folder / "var", SOMEBODY)
        published.file("world/gulls.md", NOTE.format("Gulls"))
        told = service.wait_for("/readyz", lambda answer: "belongs to" in publishing(answer))
        meanwhile = service.ask("/feeds/all.json")
        give(published.folder / "var", 0)
        service.wait_for("/feeds/all.json", lambda answer: b"Gulls" in answer.body)
        service.wait_for("/readyz", lambda answer: publishing(answer) == "")
    log = (published.folder / "service.log").read_text(encoding="utf-8")

    assert told.status == 200
    assert (meanwhile.status, meanwhile.body) == (200, before.body)
    assert "Traceback" not in log


@as_root
def test_a_service_whose_disk_turns_read_only_serves_on_and_says_so(newsroom):
    newsroom.file("world/lamps.md", NOTE.format("Lamps"))
    image, var = newsroom.folder / "image", newsroom.folder / "var"
    cure = "var lies on a read-only file system; mount it for writing"
    var.mkdir(mode=0o700)
    with image.open("wb") as file:
        file.truncate(32_000_000)
    mount = f"mkfs.ext4 -q -F {image} && mount -o loop,errors=remount-ro {image} {var}"
    apart = ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh"]
    if subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no image of ext4 can be mounted here")
    with serving(newsroom.folder, under=apart) as service:
        before = held_by_all(service, "/feeds/all.json")
        keeper = wait_for(lambda: publisher(service))
        meet_an_error(service, var)
        newsroom.file("world/gulls.md", NOTE.format("Gulls"))
        told = service.wait_for("/readyz", lambda answer: publishing(answer).endswith(cure))
        sign = wait_for(
            lambda: (sign := last_sign(var / "feedsvc.db.life")) and sign.at > time.monotonic() - 1 and sign
        )
        meanwhile = [service.ask(path) for path in ("/feeds/all.json", "/feeds/world.en.rss", "/")]
        inside = ["nsenter", "-t", str(service.pid), "-m", f"--wd={newsroom.folder}"]
        refused = run(newsroom.folder, "publish", under=inside)
    aside_of(var / "feedsvc.db.life", LIFE).unlink()
    aside_of(var / "feedsvc.db.trouble.json", "trouble.json").unlink(missing_ok=True)

    assert sign.pid == keeper[0]
    assert [answer.status for answer in (told, *meanwhile)] == [200] * 4
    assert meanwhile[0].body == before.body
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
    assert cure in refused.stderr


def meet_an_error(service: Service, folder: Path) -> None:
    """Have the disk at *folder* find an error, which the service sees mounted there."""
    mounts = Path(f"/proc/{service.pid}/mountinfo").read_text(encoding="utf-8").splitlines()
    device = next(line for line in mounts if f" {folder} " in line).split(" - ")[1].split()[1]
    Path("/sys/fs/ext4", Path(device).name, "trigger_fs_error").write_text("1")


@pytest.mark.parametrize("what", ["var", "var/feedsvc.db"])
def test_a_service_whose_store_is_moved_away_serves_on_and_makes_no_other(published, what):
    here, away = published.folder / what, published.folder / "away"
    with serving(published.folder) as service:
        before = held_by_all(service, "/feeds/all.json")
        here.rename(away)
        published.file("world/gulls.md", NOTE.format("Gulls"))
        told = service.wait_for("/readyz", lambda answer: "bring it back" in publishing(answer))
        meanwhile, is_made = service.ask("/feeds/all.json"), here.exists()
        away.rename(here)
        service.wait_for("/feeds/all.json", lambda answer: b"Gulls" in answer.body and b"Lamps" in answer.body)

    assert (told.status, is_made) == (200, False)
    assert (meanwhile.status, meanwhile.body) == (200, before.body)


def test_no_command_makes_a_store_where_one_has_left_its_lock(published):
    store = published.folder / "var/feedsvc.db"
    store.rename(published.folder / "away")
    refused = feedsvc(published.folder, "publish")
    is_made = store.exists()
    backup = published.folder / "news.backup"
    (published.folder / "away").rename(store)
    feedsvc(published.folder, "backup", str(backup))
    store.unlink()
    restored = feedsvc(published.folder, "restore", str(backup))

    assert (refused.returncode, is_made, restored.returncode) == (2, False, 0), restored.stderr
    assert refused.stderr.startswith(
        f"feedsvc: {store}: was here, for feedsvc.db.pass.lock is left of it; bring it back"
    )


@pytest.mark.parametrize(
    "command",
    [("feeds",), ("check", "--store"), ("history", "lamps"), ("backup", "news.backup"), ("prune",)],
    ids=" ".join,
)
def test_no_command_calls_a_store_that_is_gone_unpublished(published, command):
    (published.folder / "var/feedsvc.db").rename(published.folder / "away")

    done = feedsvc(published.folder, *command)

    assert (done.returncode, "feedsvc.db.pass.lock is left of it" in done.stderr, done.stdout) == (2, True, "")


def test_the_message_about_a_store_that_is_gone_says_how_to_begin_anew(published):
    (published.folder / "var/feedsvc.db").rename(published.folder / "away")
    lock = published.folder / "var/feedsvc.db.pass.lock"

    refused = feedsvc(published.folder, "publish")
    lock.unlink()
    begun = feedsvc(published.folder, "publish")

    assert (refused.returncode, refused.stderr.endswith(f"without its ids and dates, remove {lock}\n")) == (2, True)
    assert begun.returncode == 0, begun.stderr


def test_a_service_waits_for_a_store_on_a_disk_that_comes_late(published):
    var, away = published.folder / "var", published.folder / "away"
    var.rename(away)
    var.mkdir()
    late = {"FEEDSVC_NEW_STORE": "off"}
    refused = feedsvc(published.folder, "publish", environ=environment(published.folder, **late))
    with waiting(published, **late) as service:
        told = service.wait_for("/readyz", lambda answer: "FEEDSVC_NEW_STORE=off" in publishing(answer))
        is_made = (var / "feedsvc.db").exists()
        for path in away.iterdir():
            path.rename(var / path.name)
        service.wait_for("/feeds/all.json", lambda answer: answer.status == 200 and b"Lamps" in answer.body)

    assert (refused.returncode, "mount its disk" in refused.stderr) == (2, True)
    assert (told.status, is_made) == (503, False)


@contextmanager
def waiting(room: Newsroom, **more: str) -> Iterator[Service]:
    """Serve as `serving` does, but without waiting for an edition."""
    port_file = room.folder / "address"
    (room.folder / "config/gunicorn.conf.py").write_text(
        "from importlib.resources import files\nfrom runpy import run_path\n"
        "given = run_path(str(files('feedsvc').joinpath('web', 'gunicorn_conf.py')))\n"
        "globals().update({name: value for name, value in given.items() if not name.startswith('_')})\n"
        "def when_ready(server):\n"
        f"    open({str(port_file)!r}, 'w').write(str(server.LISTENERS[0].getsockname()[1]))\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "feedsvc", "serve", "--bind", "127.0.0.1:0", "--workers", "1"]
    with (room.folder / "service.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=room.folder, env=environment(room.folder, **more), stdout=log, stderr=log
        )
    try:
        while not (port_file.exists() and port_file.read_text()):
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError((room.folder / "service.log").read_text())
        yield Service(room.folder, int(port_file.read_text()), process.pid)
    finally:
        process.terminate()
        process.wait(60)


def test_an_sqlite_file_that_another_program_keeps_locked_is_told_with_the_cure(tmp_path, monkeypatch):
    file = tmp_path / "feedsvc.db"
    Store(f"sqlite:///{file}").close()
    monkeypatch.setattr(sqlite, "WAIT_S", 0.01)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(
            StoreError, match=rf"database is locked; another program, .*; end it \(fuser {file} names it\)$"
        ):
            write(f"sqlite:///{file}")


def test_trouble_is_told_although_the_disk_of_its_file_is_gone(tmp_path):
    status_file, reader = (StatusFile(tmp_path / "gone/feedsvc.db.trouble.json") for _ in range(2))
    status_file.tell("the disk is gone", since="2026-11-01T12:00:00Z")
    told = reader.read()
    status_file.clear()

    assert told == {"since": "2026-11-01T12:00:00Z", "reason": "the disk is gone"}
    assert reader.read() is None


def test_trouble_told_elsewhere_is_forgotten_once_it_is_told_in_its_file(tmp_path):
    status_file = StatusFile(tmp_path / "var/feedsvc.db.trouble.json")
    status_file.tell("the disk is gone", since="2026-11-01T12:00:00Z")
    (tmp_path / "var").mkdir()
    status_file.tell("the disk is full", since="2026-11-01T12:00:00Z")
    shutil.rmtree(tmp_path / "var")

    assert status_file.read() is None


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        pytest.param(("postgres@", "stranger@"), "give the user all rights on it", id="rights"),
        pytest.param(("/postgres?", "/nowhere?"), "bring the database back", id="database"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_with_the_cure(database: Database, change, cure):
    url = database.new_url()
    Store(url).close()
    with suppress(psycopg.errors.DuplicateObject):
        database.ask("CREATE ROLE stranger LOGIN")
    url = url.replace(*change)

    with pytest.raises(StoreError, match=cure) as raised:
        write(url)
    assert "\n" not in str(raised.value)


def write(url: str) -> None:
    store = Store(url)
    try:
        with store.begin() as tx:
            tx.placements.put_mark("a", "b")
    finally:
        store.close()


def test_a_service_whose_database_may_only_be_read_serves_on_and_says_so(database: Database, newsroom: Newsroom):
    url = database.new_base()
    name = url.partition("@/")[2].partition("?")[0]
    newsroom.file("world/lamps.md", NOTE.format("Lamps"))
    with serving(newsroom.folder, FEEDSVC_STORE_URL=url) as service:
        service.wait_for("/feeds/all.json", lambda answer: b"Lamps" in answer.body)
        database.ask(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        # Sessions keep the default that they began with.
        database.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608  our own
        newsroom.file("world/gulls.md", NOTE.format("Gulls"))
        told = service.wait_for("/readyz", lambda answer: "default_transaction_read_only" in publishing(answer))
        paths = ("/feeds/all.json", "/feeds/world.en.rss", "/")
        meanwhile = [service.wait_for(path, lambda answer: answer.status == 200) for path in paths]
        refused = feedsvc(newsroom.folder, "publish", environ=environment(newsroom.folder, FEEDSVC_STORE_URL=url))
        database.ask(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        service.wait_for("/feeds/all.json", lambda answer: b"Gulls" in answer.body)
        service.wait_for("/readyz", lambda answer: publishing(answer) == "")

    assert told.status == 200
    assert b"Gulls" not in meanwhile[0].body
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
