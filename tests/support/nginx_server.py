"""A real nginx for tests: its own configuration in a folder of its own, on a socket that no other test knows."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from service import PATIENCE_S, Answer, asked

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
CONFIGURATION = """
{head}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen unix:{folder}/socket;
        {server}
    }}
}}
"""


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self._path))


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx."""

    socket: Path
    log: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Return the answer to one request; header names are given with "_" for "-"."""
        return asked(_Connection(self.socket), path, method, headers)


def brotli_module() -> Path:
    """Return nginx's module for ready-made brotli; the test is skipped where there is none."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    built = subprocess.run([NGINX, "-V"], capture_output=True, text=True, check=True).stderr
    folder = (
        built.partition("--modules-path=")[2].split()[0] if "--modules-path=" in built else "/usr/lib/nginx/modules"
    )
    module = Path(folder) / "ngx_http_brotli_static_module.so"
    if not module.exists():
        pytest.skip("nginx's brotli module is not installed")
    return module


@contextmanager
def nginx(server: str, *, http: str = "", module: Path | None = None) -> Iterator[Nginx]:
    """Run nginx with *server* in its one server block until the block ends; {folder} stands for its own folder."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    # A socket's path may be a hundred bytes long, which those of tests can exceed.
    with tempfile.TemporaryDirectory(prefix="nginx-") as name:
        folder = Path(name)
        head = [f'load_module "{module}";'] if module else []
        # Started by root it would give its work to a user who cannot read the folders of tests.
        head += ["user root root;"] if os.geteuid() == 0 else []
        http, server = (block.replace("{folder}", name) for block in (http, server))
        text = CONFIGURATION.format(head="\n".join(head), folder=name, http=http, server=server)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        command = [NGINX, "-e", str(folder / "error.log"), "-p", name, "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            running = Nginx(folder / "socket", folder / "error.log")
            _wait_until_it_answers(running, process)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)


def _wait_until_it_answers(running: Nginx, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            running.ask("/")
            return
        time.sleep(0.02)
    raise AssertionError(f"nginx did not start:\n{running.log.read_text(encoding='utf-8')}")
