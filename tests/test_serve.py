"""Start the service where it cannot start, and end it while it starts."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from getpass import getuser
from pathlib import Path

import pytest

from limited import without_root
from newsroom import Newsroom
from service import PATIENCE_S, environment, serving

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


def serve(folder: Path, *arguments: str, under: Sequence[str] = (), **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*under, *SERVE, *arguments],
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
        f"feedsvc: 127.0.0.1:{taken}: another process listens there; stop it, or choose another address: "
        "feedsvc serve --bind HOST:PORT, or make serve BIND=HOST:PORT\n"
    )


LEADS_ELSEWHERE = "all links and feeds lead to {base}, and not to {here}; set FEEDSVC_BASE_URL={here}"
ONLY_HERE = "other machines get 421; set FEEDSVC_BASE_URL to the address that they open, instead of {base}"


@pytest.mark.parametrize(
    ("host", "further", "told"),
    [
        pytest.param("127.0.0.1", 0, None, id="its own base URL"),
        pytest.param("127.0.0.1", 1, LEADS_ELSEWHERE, id="the base URL of another port"),
        pytest.param("0.0.0.0", 0, ONLY_HERE, id="open to other machines"),  # noqa: S104  for a moment
    ],
)
def test_the_first_lines_name_the_address_to_open_and_links_that_lead_elsewhere(folder, host, further, told):
    port = _free_port()
    base_url = f"http://localhost:{port + further}"
    process = subprocess.Popen(
        [*SERVE, "--bind", f"{host}:{port}"],
        cwd=folder,
        env=environment(folder, FEEDSVC_PUBLISHER="off", FEEDSVC_BASE_URL=base_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    first = process.stdout.readline()
    process.terminate()
    _, errors = process.communicate(timeout=PATIENCE_S)

    here = f"http://127.0.0.1:{port}" if further else base_url
    hints = [line for line in errors.splitlines() if line.startswith("site.base_url: ")]
    assert first == f"open {here}/ (a new site answers once its first edition is published)\n"
    assert hints == ([f"site.base_url: {told.format(base=base_url, here=here)}"] if told else [])


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


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


@contextmanager
def published(folder: Path) -> Iterator[Path]:
    """Yield a folder in which an edition stands, and that its owner cannot write to while the block lasts."""
    newsroom = Newsroom(folder)
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\nWater rose.\n")
    newsroom.publish()
    newsroom.close()
    (folder / "var").chmod(0o555)
    try:
        yield folder
    finally:
        (folder / "var").chmod(0o755)


def test_a_store_that_cannot_be_written_is_told_in_one_line(tmp_path):
    with published(tmp_path):
        refused = serve(tmp_path, under=without_root())

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"feedsvc: {tmp_path}/var/feedsvc.db: the store cannot be written: {tmp_path}/var may not be written, not even "
        f"by {getuser()}, to whom it belongs; run: chmod -R u+rwX {tmp_path}/var; or name another place with store.url "
        "or FEEDSVC_STORE_URL; if another process publishes, serve with FEEDSVC_PUBLISHER=off\n"
    )


def test_a_site_folder_in_which_nothing_can_be_made_is_told_in_one_line(tmp_path):
    Newsroom(tmp_path).close()
    tmp_path.chmod(0o555)
    try:
        refused = [serve(tmp_path, under=without_root(), FEEDSVC_PUBLISHER=publisher) for publisher in ("on", "off")]
    finally:
        tmp_path.chmod(0o755)

    assert [each.returncode for each in refused] == [2, 2]
    assert [each.stderr.count("\n") for each in refused] == [1, 1]
    assert f"the store cannot be written: {tmp_path} may not be written" in refused[0].stderr
    assert f"nothing is published there yet, and nothing can be: {tmp_path} may not be written" in refused[1].stderr


def test_an_edition_that_another_publishes_is_served_where_nothing_can_be_written(tmp_path):
    with published(tmp_path), serving(tmp_path, under=without_root(), FEEDSVC_PUBLISHER="off") as service:
        found = [service.ask(path).status for path in ("/feeds/all.rss", "/", "/readyz")]
        (tmp_path / "var").chmod(0o755)
        newer = "---\ntitle: Ebb\ndate: 2026-10-30 09:00 +00:00\n---\nWater fell.\n"
        (tmp_path / "articles" / "world" / "ebb.md").write_text(newer, encoding="utf-8")
        publish(tmp_path)
        (tmp_path / "var").chmod(0o555)
        service.wait_for("/feeds/all.rss", lambda answer: b"Ebb" in answer.body)

    assert found == [200, 200, 200]


def test_usr2_starts_a_new_master_that_goes_on_when_the_old_one_ends(folder):
    publish(folder)
    with serving(folder, is_alone=True, FEEDSVC_PUBLISHER="off") as service:
        log = folder / "service.log"
        os.kill(service.pid, signal.SIGUSR2)
        masters = wait_until(lambda: set(re.findall(r"\[(\d+)\] \[INFO\] Starting gunicorn", log.read_text())), 2)
        new = next(int(each) for each in masters if int(each) != service.pid)
        try:
            wait_until(lambda: re.findall("ASGI server listening", log.read_text()), 4)
            os.kill(service.pid, signal.SIGTERM)
            wait_until(lambda: re.findall(rf"\[{service.pid}\] \[INFO\] Shutting down", log.read_text()), 1)
            answer = service.ask("/healthz")
        finally:
            end(new)

    assert answer.status == 200
    assert "Error" not in log.read_text()


def publish(folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "feedsvc", "publish"],
        cwd=folder,
        env=environment(folder),
        check=True,
        timeout=PATIENCE_S,
    )


def wait_until(found: Callable[[], Sequence[str] | set[str]], many: int) -> Sequence[str] | set[str]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if len(found()) >= many:
            return found()
        time.sleep(0.05)
    raise AssertionError(f"there never were {many}: {found()}")


def end(pid: int) -> None:
    """End a process that is not our own child, and wait until it is gone."""
    deadline = time.monotonic() + PATIENCE_S
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while time.monotonic() < deadline and "State:\tZ" not in Path(f"/proc/{pid}/status").read_text("ascii"):
            time.sleep(0.05)


def test_a_socket_that_is_handed_over_at_the_start_is_served_on(folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port, number = listener.getsockname()[1], os.dup(listener.fileno())
    handing = (
        f"import os, sys; os.dup2({number}, 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    with (folder / "handed.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", handing, *SERVE, "--bind", f"127.0.0.1:{port}"],
            cwd=folder,
            env=environment(folder, FEEDSVC_PUBLISHER="off"),
            pass_fds=[number],
            stdout=log,
            stderr=log,
        )
        os.close(number)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            found = asked(client)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)

    assert found == b"HTTP/1.1 200 OK"


def asked(client: socket.socket) -> bytes:
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return client.makefile("rb").readline().strip()


def test_a_socket_in_a_folder_is_served_on_and_not_taken_over_by_another(folder):
    path = folder / "s"
    process = subprocess.Popen(
        [*SERVE, "--bind", f"unix:{path}"],
        cwd=folder,
        env=environment(folder, FEEDSVC_PUBLISHER="off"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: ["there"] if path.is_socket() else [], 1)
        with closing(socket.socket(socket.AF_UNIX)) as client:
            client.settimeout(PATIENCE_S)
            client.connect(str(path))
            found = asked(client)
        second = serve(folder, "--bind", f"unix:{path}", FEEDSVC_PUBLISHER="off")
    finally:
        process.terminate()
        process.wait(PATIENCE_S)

    assert found == b"HTTP/1.1 200 OK"
    assert second.returncode == 2
    assert second.stderr == (
        f"feedsvc: unix:{path}: another process listens there; stop it, or choose another address: "
        "feedsvc serve --bind unix:PATH\n"
    )


def test_a_file_that_is_no_socket_is_not_listened_at(folder):
    path = folder / "config" / "feedsvc.toml"

    refused = serve(folder, "--bind", f"unix:{path}")

    assert (refused.returncode, refused.stderr) == (
        2,
        f"feedsvc: unix:{path}: exists and is not a socket; name another path\n",
    )
