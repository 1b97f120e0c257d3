"""A real PostgreSQL for tests: Debian's, on a socket in a temporary folder, ended with the process that started it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

PATIENCE_S = 60.0
# Nothing that is written here must outlive the machine.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "timezone": "Asia/Kathmandu",
}


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs, None when none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    installed = shutil.which("postgres")
    return Path(installed).parent if installed else None


def as_its_user() -> list[str]:
    """Return what a command begins with: PostgreSQL does not run as root, and must end with us however we end."""
    command = ["setpriv", "--pdeathsig", "QUIT"]
    if os.getuid() == 0:
        command += ["--reuid", "postgres", "--regid", "postgres", "--init-groups"]
    return command


@dataclass(slots=True)
class Database:
    """A server in *folder*; every store that a test asks for has a schema of its own."""

    programs: Path
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def address(self) -> str:
        return f"host={self.folder} user=postgres dbname=postgres"

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*as_its_user(), self.programs / "postgres", "-D", self.folder / "data", *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(psycopg.OperationalError):
                self.ask("SELECT 1")
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End the server, connections and all: by SIGINT it keeps what was committed, by SIGQUIT it is done at once."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=PATIENCE_S)
            self.process = None

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Return the rows of one statement, run beside whatever else runs."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_url(self) -> str:
        """Return the URL of a store that is not yet made."""
        schema = f"store{next(self._numbers)}"
        self.ask(f"CREATE SCHEMA {schema}")
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}&options=-csearch_path%3D{schema}"

    def new_base(self) -> str:
        """Return the URL of a store that is not yet made, of which there can be copies once nobody has it open."""
        return self._new_database("template1")

    def copy(self, url: str) -> str:
        """Return the URL of a copy of the store at *url*, which `new_base` gave."""
        return self._new_database(url.partition("@/")[2].partition("?")[0])

    def _new_database(self, template: str) -> str:
        name = f"base{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"


@contextmanager
def running(programs: Path) -> Iterator[Database]:
    """Run a server until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="feedsvc-pg-"))  # short: the path of a socket has at most 107 bytes
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        # Not ordered by bytes: our own columns must say that they are.
        locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        subprocess.run(
            [
                *as_its_user(),
                programs / "initdb",
                "-D",
                folder / "data",
                "-U",
                "postgres",
                "-A",
                "trust",
                "-N",
                *locale,
            ],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        database = Database(programs, folder)
        try:
            database.start()
            yield database
        finally:
            database.stop()
    finally:
        shutil.rmtree(folder)
