"""Show that connections which come together are shared by the workers."""

from __future__ import annotations

import shutil
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from publishers import wait_for, workers
from service import serving

from feedsvc.web.turns import TurnTaking

PROJECT = Path(__file__).parent.parent
CONNECTIONS = 40


def test_one_connection_is_taken_each_time_that_there_are_any():
    with socket.create_server(("127.0.0.1", 0)) as shared, ExitStack() as stack:
        address = shared.getsockname()
        listening = stack.enter_context(TurnTaking(shared))
        listening.settimeout(0)
        for _ in range(2):
            stack.enter_context(socket.create_connection(address))

        def take():
            try:
                taken, _ = listening.accept()
            except BlockingIOError:
                return "wait"
            taken.close()
            return "taken"

        assert [take() for _ in range(5)] == ["taken", "wait", "taken", "wait", "wait"]


def sockets_of(pid):
    found = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found += str(descriptor.readlink()).startswith("socket:")
        except OSError:
            continue  # closed meanwhile
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks the kernel what a process has open")
def test_connections_that_come_together_are_shared_by_the_workers(tmp_path):
    for part in ("articles", "config"):
        shutil.copytree(PROJECT / part, tmp_path / part)
    with serving(tmp_path) as service, ExitStack() as held:
        before = {pid: sockets_of(pid) for pid in workers(service)}
        for _ in range(CONNECTIONS):
            client = held.enter_context(socket.socket())
            client.settimeout(0)
            client.connect_ex(("127.0.0.1", service.port))

        def shares():
            found = [sockets_of(pid) - number for pid, number in before.items()]
            return found if sum(found) >= CONNECTIONS - 4 else None  # one that asked before may have gone

        taken = wait_for(shares)

    assert min(taken) >= CONNECTIONS // 8
