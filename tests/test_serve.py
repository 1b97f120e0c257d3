"""Start the service where it cannot start, and end it while it starts."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import Newsroom
from service import PATIENCE_S, environment

SERVE = (sys.executable, "-m", "feedsvc", "serve")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("serve")
    Newsroom(folder).close()
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def serve(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SERVE, *arguments],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_a_port_that_is_taken_is_named_with_the_cure(folder, taken):
    refused = serve(folder, "--bind", f"127.0.0.1:{taken}")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"feedsvc: 127.0.0.1:{taken}: something listens there already; end it, or name another address: "
        "feedsvc serve --bind HOST:PORT\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("WEB_CONCURRENCY", "two"), ("WEB_CONCURRENCY", "0"), ("PORT", "http"), ("FEEDSVC_WORKER_CLASS", "gevent")],
)
def test_an_environment_that_gunicorn_cannot_take_is_refused_in_one_line(folder, name, value):
    refused = serve(folder, **{name: value})

    assert refused.returncode == 2
    assert refused.stderr.startswith(f"feedsvc: {name}: must be ")
    assert refused.stderr.count("\n") == 1


def test_a_status_token_that_can_be_guessed_is_refused(folder):
    refused = serve(folder, FEEDSVC_STATUS_TOKEN="letmein")  # noqa: S106  it is refused

    assert refused.returncode == 2
    assert refused.stderr.startswith("feedsvc: environment: FEEDSVC_STATUS_TOKEN: must be 16 or more")


def test_ctrl_c_ends_a_service_that_is_only_starting_without_a_traceback(folder):
    process = subprocess.Popen(
        [*SERVE, "--bind", "127.0.0.1:0"],
        cwd=folder,
        env=environment(folder, FEEDSVC_PUBLISHER="off"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + PATIENCE_S
    # Then gunicorn is being imported, and does not hear signals yet.
    while not _is_gunicorn_loading(process.pid) and time.monotonic() < deadline:
        time.sleep(0.001)

    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=PATIENCE_S)

    assert "Traceback" not in output
    assert process.returncode in {0, -signal.SIGINT}


def _is_gunicorn_loading(pid: int) -> bool:
    """Return whether the process has become gunicorn, and has loaded what that needs of Python."""
    folder = Path(f"/proc/{pid}")
    return b"gunicorn" in (folder / "cmdline").read_bytes() and "_socket" in (folder / "maps").read_text("ascii")
