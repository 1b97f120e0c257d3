"""Run nginx over the static build, and over one bare file beside it: what the build's configuration costs."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
CONFIGURATION = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    server {{ listen 127.0.0.1:{build_port}; include {build}/nginx.conf; }}
    server {{ listen 127.0.0.1:{bare_port}; root {bare}; gzip_static on; default_type application/rss+xml; }}
}}
"""


@contextmanager
def static_servers(folder: Path, feed: str, environ: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Yield the ports of nginx over the build of the store, and over nothing but *feed*, with settings of nginx's own.

    environ: says which configuration and so which store.
    """
    build, bare = folder / "build", folder / "bare"
    subprocess.run(
        [sys.executable, "-m", "feedsvc", "build", str(build)], env=environ, check=True, stdout=subprocess.DEVNULL
    )
    body = (build / "site" / feed.lstrip("/")).read_bytes()
    alone = bare / feed.lstrip("/")
    alone.parent.mkdir(parents=True)
    alone.write_bytes(body)
    alone.with_name(alone.name + ".gz").write_bytes(gzip.compress(body, 6, mtime=0))
    build_port, bare_port = _free_port(), _free_port()
    text = CONFIGURATION.format(
        # Started by root it would give its work to a user who cannot read a temporary folder.
        user="user root root;" if os.geteuid() == 0 else "",
        folder=folder,
        build=build,
        bare=bare,
        build_port=build_port,
        bare_port=bare_port,
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [str(NGINX), "-e", str(folder / "nginx.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        yield build_port, bare_port
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
