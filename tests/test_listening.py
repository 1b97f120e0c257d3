"""Listen to real folders, as the kernel tells of them."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feedsvc.watching.listening import Listening, Place

PATIENCE_S = 60.0
BAD = b"b\xc8\xd5.md"  # 日 as GB18030 has it


class Desk:
    """A folder that is listened to; `root` may be reached by a link."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ears = Listening({"desk": root})
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
