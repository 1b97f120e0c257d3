"""Listen to real folders, as the kernel tells of them."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from feedsvc.publish.folder_listener import FolderListener, Place
from limited import without_root

PATIENCE_S = 60.0
BAD = b"b\xc8\xd5.md"  # 日 as GB18030 has it


class Desk:
    """A folder that is listened to; `root` may be reached by a link."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ears = FolderListener({"desk": root})
        self.hear(lambda changed: not changed)  # it listens now

    def hear(self, is_awaited: Callable[[frozenset[Place]], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.ears.renew()
            changed = self.ears.wait(0.1)
            if changed is not None and is_awaited(changed):
                return
        raise AssertionError("it was never heard")

    def write(self, name: bytes) -> None:
        Path(os.fsdecode(os.fsencode(self.root) + b"/" + name)).write_bytes(b"Tide\n")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "world").mkdir()
    found = Desk(tmp_path / "world")
    yield found
    found.ears.stop()


def test_a_name_that_is_not_utf_8_is_looked_for_and_ends_no_listening(desk, caplog):
    caplog.set_level(logging.WARNING)

    desk.write(BAD)
    desk.hear(lambda changed: not changed)  # so that a pass looks at everything, and reports the name
    desk.hear(lambda changed: not changed)  # it listens again
    desk.write(b"tide.md")
    desk.hear(lambda changed: ("desk", "tide.md") in changed)

    assert caplog.messages == []


def test_a_folder_whose_own_name_is_not_utf_8_is_looked_through_each_second(tmp_path, caplog):
    real = Path(os.fsdecode(os.fsencode(tmp_path) + b"/w\xc8"))
    real.mkdir()
    (tmp_path / "world").symlink_to(real)
    desk = Desk(tmp_path / "world")
    desk.hear(lambda changed: not changed)
    desk.ears.stop()

    assert [message.split(", because")[0] for message in caplog.messages] == [
        f"{tmp_path}/world: is polled each second",
        f"{tmp_path}/world: is looked through each second",
    ]


# Listen to a folder, and say what is heard, one change a line; "." for a look at everything.
EARS = """
import logging, sys, time
from pathlib import Path
from feedsvc.publish.folder_listener import FolderListener
logging.basicConfig(level=logging.WARNING, format="WARNING %(message)s", stream=sys.stdout)
ears = FolderListener({"desk": Path(sys.argv[1])})
while True:
    ears.renew()
    changed = ears.wait(0.1)
    for each in sorted(changed or [("desk", ".")] if changed is not None else []):
        print(each[1], flush=True)
    sys.stdout.flush()
"""


class Listener:
    """A process that listens to a folder."""

    def __init__(self, folder: Path, log: Path, *, under: Sequence[str]) -> None:
        self._log = log
        with log.open("wb") as output:
            command = [*under, sys.executable, "-c", EARS, str(folder)]
            self.process = subprocess.Popen(command, stdout=output, stderr=output)

    def hear(self, line: str) -> list[str]:
        """Return all that was heard so far, once *line* was."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            heard = self._log.read_text(encoding="utf-8").splitlines()
            if any(each.startswith(line) for each in heard):
                return heard
            time.sleep(0.05)
        raise AssertionError(f"{line} was never heard:\n{self._log.read_text(encoding='utf-8')}")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_S)


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[..., Listener]]:
    started: list[Listener] = []

    def start(folder: Path, *, under: Sequence[str]) -> Listener:
        started.append(Listener(folder, tmp_path / "heard.log", under=under))
        return started[-1]

    yield start
    for each in started:
        each.end()


def test_a_folder_that_may_not_be_read_keeps_the_others_from_nobody(tmp_path, listen):
    root = tmp_path / "articles"
    for name in ("a", "m", "z"):
        (root / name).mkdir(parents=True)
    (root / "m").chmod(0)
    try:
        listener = listen(root, under=without_root())
        listener.hear(".")
        (root / "a" / "tide.md").write_text("Tide", encoding="utf-8")
        listener.hear("a/tide.md")
        (root / "z" / "new").mkdir()
        listener.hear("z/new")
        while (root / "z" / "new" / "ebb.md") not in written(root / "z" / "new" / "ebb.md", listener):
            pass
        heard = listener.hear("z/new/ebb.md")
    finally:
        (root / "m").chmod(0o755)

    assert [line for line in heard if line.startswith("WARNING")] == []


def written(path: Path, listener: Listener) -> set[Path]:
    """Write to *path*, whose folder is listened to a moment after it was made, until that is heard."""
    path.write_text(f"Ebb {time.monotonic()}", encoding="utf-8")
    time.sleep(0.2)
    return {path} if f"z/new/{path.name}" in listener.hear(".") else set()


def test_where_the_kernel_watches_no_more_folders_they_are_polled_and_that_is_told(tmp_path, listen):
    root = tmp_path / "articles"
    for number in range(5):
        (root / f"sub{number}").mkdir(parents=True)
    limit = 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"'
    unshared = [shutil.which("unshare") or "unshare", "-U", "-r"]
    if subprocess.run([*unshared, "sh", "-c", limit, "sh", "true"], check=False, capture_output=True).returncode:
        pytest.skip("user namespaces are not allowed here")

    listener = listen(root, under=[*unshared, "sh", "-c", limit, "sh"])
    listener.hear("WARNING")
    time.sleep(1)
    (root / "sub4" / "tide.md").write_text("Tide", encoding="utf-8")
    heard = listener.hear("sub4/tide.md")

    told = [line for line in heard if line.startswith("WARNING")]
    assert len(told) == 1
    assert told[0].startswith(f"WARNING {root}: is polled each second, because OS file watch limit reached")
