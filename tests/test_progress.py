from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

from feedsvc.publish.worker_pool import MANY
from feedsvc.stores import open_existing_store

PATIENCE_S = 60


def fill(newsroom, count: int) -> None:
    for number in range(count):
        newsroom.file(f"world/{number:04}.txt", f"Gulls number {number}\n\nLISBON, Oct 30 (Quay News) -- They came.\n")


def begin(newsroom) -> tuple[subprocess.Popen[bytes], int]:
    """Start `feedsvc publish` on a terminal of its own, and return it with our end of that."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedsvc", "publish"],
        env={**os.environ, "FEEDSVC_CONFIG": str(newsroom.folder / "config"), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    return process, ours


def read(terminal: int, until: str) -> str:
    """Return what the terminal showed, up to *until* or to its end."""
    shown = b""
    while until.encode() not in shown:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
    return shown.decode(errors="replace")


def test_a_terminal_shows_how_far_a_pass_is_and_how_long_it_took(newsroom):
    fill(newsroom, 30)

    process, terminal = begin(newsroom)
    shown = read(terminal, "\0")
    os.close(terminal)

    assert process.wait(PATIENCE_S) == 0
    assert "30/30" in shown
    assert "documents a second" in shown
    assert "edition 1: 30 articles (30 new, 0 revised, 0 removed), 39 feeds changed, in " in shown


def test_a_pass_that_is_interrupted_leaves_nothing_behind_and_ends_the_others(newsroom):
    fill(newsroom, 4 * MANY)

    process, terminal = begin(newsroom)
    while not (others := below(process.pid)) and len(os.sched_getaffinity(0)) > 1:
        assert read(terminal, "\r")
    process.send_signal(signal.SIGINT)
    read(terminal, "\0")
    os.close(terminal)

    assert process.wait(PATIENCE_S) == 130
    deadline = time.monotonic() + PATIENCE_S
    while any(map(is_running, others)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [each for each in others if is_running(each)]
    store = open_existing_store(newsroom.settings)
    assert store is None or store.edition().number == 0
    edition = newsroom.publish()
    assert (edition.number, edition.articles) == (1, 4 * MANY)


def below(process: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text(encoding="ascii").split():
            found += [int(child), *below(int(child))]
    return found


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
