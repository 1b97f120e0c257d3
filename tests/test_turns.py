"""Show that an event loop is given one connection at a time, so that the other workers get their share."""

from __future__ import annotations

import socket
from contextlib import ExitStack, closing
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

import feedsvc
from feedsvc.web.turns import TurnTaking

PACKAGED = Path(feedsvc.__file__).with_name("web") / "gunicorn_conf.py"


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


@pytest.mark.parametrize(("worker_class", "kind"), [("asgi", TurnTaking), ("gthread", socket.socket)])
def test_the_workers_of_an_event_loop_take_turns(worker_class, kind):
    with socket.create_server(("127.0.0.1", 0)) as shared:
        listener = SimpleNamespace(sock=shared)
        run_path(str(PACKAGED))["post_worker_init"](
            SimpleNamespace(cfg=SimpleNamespace(worker_class_str=worker_class), sockets=[listener])
        )

        with closing(listener.sock):
            assert type(listener.sock) is kind
