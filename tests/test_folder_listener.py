"""Listen to real folders, as the kernel tells of them."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
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
    desk.write(b"tide.md")
    desk.hear(lambda changed: ("desk", "tide.md") in changed)

    assert caplog.messages == []


@pytest.mark.parametrize("name", ["pier.jpg", "Pier.PNG", "tide.mp3", "plan.pdf"])
def test_files_that_documents_may_show_are_heard(desk, name):
    heard: set[Place] = set()
    for each in (".hidden.jpg", "thumbs.db", name, "tide.md"):
        desk.write(each.encode())
    desk.hear(lambda changed: ("desk", "tide.md") in changed or bool(heard.update(changed)))

    desk.write(name.encode())
    desk.hear(lambda changed: ("desk", name) in changed)
    assert heard <= {("desk", name), ("desk", "tide.md")}


def test_a_folder_whose_own_name_is_not_utf_8_is_listened_to(tmp_path, caplog):
    real = Path(os.fsdecode(os.fsencode(tmp_path) + b"/w\xc8"))
    real.mkdir()
    (tmp_path / "world").symlink_to(real)
    desk = Desk(tmp_path / "world")
    desk.write(b"tide.md")
    desk.hear(lambda changed: ("desk", "tide.md") in changed)
    desk.ears.stop()

    assert caplog.messages == []


def test_files_in_folders_that_come_go_and_are_renamed_are_heard(desk, tmp_path):
    def hear(name):
        desk.write(name.encode())
        desk.hear(lambda changed: ("desk", name) in changed)

    (tmp_path / "far" / "a" / "b").mkdir(parents=True)
    (desk.root / "new").mkdir()
    desk.hear(lambda changed: ("desk", "new") in changed)
    hear("new/tide.md")  # once, because the folder is watched before it is reported
    (tmp_path / "far").rename(desk.root / "near")
    desk.hear(lambda changed: ("desk", "near") in changed)
    hear("near/a/b/tide.md")
    (desk.root / "near").rename(desk.root / "new" / "nearer")
    desk.hear(lambda changed: ("desk", "new/nearer") in changed)
    hear("new/nearer/a/b/ebb.md")
    shutil.rmtree(desk.root / "new")
    desk.hear(lambda changed: ("desk", "new") in changed)
    (desk.root / "new").mkdir()
    desk.hear(lambda changed: ("desk", "new") in changed)
    hear("new/tide.md")


def test_a_folder_that_its_owner_opens_is_listened_to(tmp_path, listen):
    root = tmp_path / "articles"
    (root / "m").mkdir(parents=True)
    (root / "m").chmod(0)
    try:
        listener = listen(root, under=without_root())
        listener.hear(".")
    finally:
        (root / "m").chmod(0o755)
    listener.hear("m")
    (root / "m" / "tide.md").write_text("Tide", encoding="utf-8")

    listener.hear("m/tide.md")


def test_a_link_to_a_folder_that_is_passed_over_is_listened_to(tmp_path):
    (tmp_path / "world" / ".pool" / "sub").mkdir(parents=True)
    (tmp_path / "world" / "pool").symlink_to(".pool")
    desk = Desk(tmp_path / "world")
    desk.write(b".pool/sub/tide.md")
    desk.hear(lambda changed: ("desk", "pool/sub/tide.md") in changed)
    desk.ears.stop()


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
        self._known = 0
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

    def hear_while(self, line: str, write: Callable[[], object]) -> None:
        """Call *write* twice a second until *line* is heard: a listener begins anew within two seconds."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            write()
            time.sleep(0.5)
            if line in self._log.read_text(encoding="utf-8").splitlines():
                return
        raise AssertionError(f"{line} was never heard:\n{self._log.read_text(encoding='utf-8')}")

    def forget(self) -> None:
        """Let `hear_again` count only what is heard from now on."""
        self._known = len(self._log.read_text(encoding="utf-8").splitlines())

    def hear_again(self, line: str) -> None:
        """Wait until *line* is heard, after all that was heard at the last call of this or of `forget`."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            heard = self._log.read_text(encoding="utf-8").splitlines()
            if line in heard[self._known :]:
                self._known = len(heard)
                return
            time.sleep(0.05)
        raise AssertionError(f"{line} was not heard again:\n{self._log.read_text(encoding='utf-8')}")

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


def limited(limit: str, most: int) -> list[str]:
    """Return the command that starts another with a *limit* of inotify, in a user namespace of its own."""
    setting = f'echo {most} > /proc/sys/user/max_inotify_{limit} && exec "$@"'
    unshared = [shutil.which("unshare") or "unshare", "-U", "-r", "sh", "-c", setting, "sh"]
    if subprocess.run([*unshared, "true"], check=False, capture_output=True).returncode:
        pytest.skip("user namespaces are not allowed here")
    return unshared


@pytest.mark.parametrize(
    ("limit", "most", "reason"),
    [
        pytest.param("watches", 2, "OS file watch limit reached", id="watches"),
        pytest.param("instances", 0, "Error creating recommended watcher: Too many open files", id="instances"),
    ],
)
def test_where_the_kernel_watches_no_more_folders_they_are_polled_and_that_is_told(
    tmp_path, listen, limit, most, reason
):
    root = tmp_path / "articles"
    for number in range(5):
        (root / f"sub{number}").mkdir(parents=True)

    listener = listen(root, under=limited(limit, most))
    listener.hear("WARNING")
    time.sleep(1)
    (root / "sub4" / "tide.md").write_text("Tide", encoding="utf-8")
    heard = listener.hear("sub4/tide.md")

    told = [line for line in heard if line.startswith("WARNING")]
    assert len(told) == 1
    assert told[0].startswith(f"WARNING {root}: is polled each second, because {reason}")


def test_where_the_watches_are_used_up_later_the_folders_are_polled_then(tmp_path, listen):
    root = tmp_path / "articles"
    root.mkdir()
    listener = listen(root, under=limited("watches", 2))
    listener.hear(".")
    for number in range(5):
        (root / f"sub{number}").mkdir()
    listener.hear("WARNING")
    listener.hear_again(".")
    (root / "sub4" / "tide.md").write_text("Tide", encoding="utf-8")

    listener.hear("sub4/tide.md")


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """A folder that is on a disk if there is one: disks give the inode of a removed folder to the next one."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


def test_a_folder_that_is_removed_and_made_again_is_heard(on_disk, listen):
    root = on_disk / "articles"
    root.mkdir()
    listener = listen(root, under=[])
    listener.hear(".")
    for number in range(3):
        shutil.rmtree(root)
        root.mkdir()
        listener.hear_while(f"tide{number}.md", lambda path=root / f"tide{number}.md": path.write_text("Tide"))


def test_a_folder_below_that_becomes_a_mount_is_heard_and_so_it_is_afterwards(tmp_path, listen):
    root = tmp_path / "articles"
    (root / "world").mkdir(parents=True)
    apart = [shutil.which("unshare") or "unshare", "-U", "-r", "-m"]
    mount = f"mount -t tmpfs none {root}/world"
    if subprocess.run([*apart, "sh", "-c", mount], check=False, capture_output=True).returncode:
        pytest.skip("mounts are not allowed here")
    listener = listen(root, under=apart)
    listener.hear(".")
    inside = ["nsenter", "-t", str(listener.process.pid), "-U", "-m", "--preserve-credentials", "sh", "-c"]

    subprocess.run([*inside, mount], check=True)
    listener.hear_while("world/tide.md", lambda: subprocess.run([*inside, f"date > {root}/world/tide.md"], check=True))
    subprocess.run([*inside, f"umount {root}/world"], check=True)
    listener.hear_while("world/ebb.md", lambda: (root / "world" / "ebb.md").write_text("Ebb"))


def test_where_the_kernel_has_dropped_events_everything_is_looked_at(tmp_path, listen):
    root = tmp_path / "articles"
    root.mkdir()
    listener = listen(root, under=[])
    listener.hear(".")
    listener.forget()
    listener.process.send_signal(signal.SIGSTOP)
    for number in range(20_000):  # two files, since equal events in a row count once
        (root / f"{number % 2}.md").write_text("Tide", encoding="utf-8")
    (root / "late.md").write_text("Late", encoding="utf-8")
    listener.process.send_signal(signal.SIGCONT)

    listener.hear_again(".")
