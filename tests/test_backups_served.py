"""Back up and restore while a service runs: it publishes meanwhile, or it serves what was brought back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from feedsvc.stores.backups import faults_of
from feedsvc.stores.store import Store
from newsroom import Newsroom
from publishers import wait_for
from service import PATIENCE_S, Service, environment, serving


def file_lamp(room: Newsroom, number: int) -> None:
    """File an article as a desk does, whole."""
    text = f"---\ntitle: Lamp {number}\ndate: 2026-10-30 09:00 +00:00\n---\n\nIt was lit.\n"
    room.file(f"world/{number}.md", text, arrival=datetime.now(UTC))


def titles(body: bytes) -> set[str]:
    return {item["title"] for item in json.loads(body)["items"]}


def lamps(numbers: int) -> set[str]:
    return {f"Lamp {number}" for number in range(numbers)}


@contextmanager
def filing(room: Newsroom, service: Service) -> Iterator[None]:
    """File one article after another, as soon as the last is published, until the block ends."""
    ended = threading.Event()

    def file() -> None:
        for number in count(1):
            if ended.is_set():
                return
            file_lamp(room, number)
            service.wait_for("/feeds/all.json", lambda answer: lamps(number + 1) <= titles(answer.body))  # noqa: B023  asked here

    thread = threading.Thread(target=file)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def read(file: Path) -> tuple[int, set[str], tuple[str, ...]]:
    """Return the edition that a backup holds, the titles in it, and its faults."""
    with closing(Store(f"sqlite:///{file}")) as store:
        ready = store.ready("/feeds/all.json")
        assert ready is not None
        return store.edition_number(), titles(ready.body), faults_of(store)


@contextmanager
def watching(folder: Path) -> Iterator[None]:
    """Publish what changes until the block ends."""
    command = [sys.executable, "-m", "feedsvc", "publish", "--watch"]
    with (
        (folder / "watch.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, env=environment(folder), stderr=log) as process,
    ):
        try:
            wait_for(lambda: "edition" in (folder / "watch.log").read_text(encoding="utf-8"), within_s=PATIENCE_S)
            yield
        finally:
            process.terminate()


def test_backups_of_a_service_that_publishes_hold_whole_editions_and_it_serves_what_is_restored(newsroom, store_url):
    newsroom.configure(f'{newsroom.main}\n[store]\nurl = "{store_url}"\n')
    file_lamp(newsroom, 0)
    names = ["first.backup", "second.backup"]
    newsroom.publish()
    with serving(newsroom.folder, FEEDSVC_PUBLISHER="off") as service:
        with watching(newsroom.folder), filing(newsroom, service):
            made = [service.run("backup", name) for name in names]
            refused = service.run("restore", names[0], "--replace")
        last = service.ask("/feeds/all.json")
        restored = service.run("restore", names[0], "--replace")
        back = service.wait_for("/feeds/all.json", lambda answer: answer.body != last.body)
    found = [read(newsroom.folder / name) for name in names]
    newsroom.now = datetime.now(UTC)
    newsroom.publish()

    assert [(each.returncode, each.stderr) for each in made] == [(0, "")] * 2
    assert [faults for *_, faults in found] == [()] * 2
    assert found[0][0] <= found[1][0]
    assert [there for _, there, _ in found] == [lamps(len(there)) for _, there, _ in found]
    assert (refused.returncode, "stop feedsvc serve" in refused.stderr) == (2, True)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert titles(last.body) > titles(back.body) == found[0][1]
    assert titles(newsroom.feed("/feeds/all.json")) == titles(last.body)
