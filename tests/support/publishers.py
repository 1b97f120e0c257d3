"""Find the processes of a running service: its workers, and the publisher that one of them keeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from service import Service

T = TypeVar("T")


def children(pid: int) -> list[int]:
    """Return the processes that *pid* started, none when it is gone."""
    try:
        return [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def command(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


def workers(service: Service) -> list[int]:
    return children(service.pid)


def publisher(service: Service) -> tuple[int, int] | None:
    """Return the publisher and the worker that keeps it, None while there is none."""
    for worker in workers(service):
        for child in children(worker):
            if "--watch" in command(child):
                return child, worker
    return None


def wait_for(ask: Callable[[], T | None], *, within_s: float = 30.0) -> T:
    """Return the first answer that is one."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"it never came, in {within_s} s")


def another_publisher(service: Service, former: int, *, within_s: float) -> tuple[int, int]:
    def ask() -> tuple[int, int] | None:
        found = publisher(service)
        return found if found and found[0] != former else None

    return wait_for(ask, within_s=within_s)


def is_running(pid: int) -> bool:
    """Return whether *pid* runs; one that ended and was not asked for its status does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
