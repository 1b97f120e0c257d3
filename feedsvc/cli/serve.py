"""Offer `feedsvc serve`."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from runpy import run_path

import click

from feedsvc.cli.outcome import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings
from feedsvc.model.errors import SettingsError, StoreError

# `python -m gunicorn`, but Ctrl-C ends it without a traceback until gunicorn itself hears it, half a second later.
BECOME_GUNICORN = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "import runpy; runpy.run_module('gunicorn', run_name='__main__', alter_sys=True)"
)
SOCKET = "unix:"


@click.command()
@click.option(
    "--bind",
    metavar="ADDRESS",
    help="HOST:PORT or unix:PATH to listen on  [default: 127.0.0.1:8000; with PORT set, 0.0.0.0:PORT, for all to "
    "reach].",
)
@click.option("--workers", type=click.IntRange(1), help="Worker processes  [default: 2, or WEB_CONCURRENCY].")
def serve(bind: str | None, workers: int | None) -> None:
    """Serve the feeds and pages: become gunicorn.

    Uses gunicorn.conf.py of the configuration folder. Documents are published as they come, by a process of their own.
    """
    from importlib.resources import files

    with errors_told():
        settings = load_settings(os.environ)
        _check_store(settings)
        if bind is not None and not _is_address(bind) and not bind.startswith(SOCKET):
            if _is_address(f"{bind.rpartition(':')[0]}:0") and bind.rpartition(":")[2].isdecimal():
                raise SettingsError([f"--bind: {bind!r}: the port is out of range, 65535 is the last"])
            raise SettingsError([f"--bind: {bind!r} is no HOST:PORT, such as 127.0.0.1:8001, and no unix:PATH"])
        own = settings.folder / "gunicorn.conf.py"
        configuration = own if own.is_file() else Path(str(files("feedsvc").joinpath("web", "gunicorn_conf.py")))
        configured = _bind_of(configuration)
        if not _is_given_sockets():
            _check_address(bind or configured)
    arguments = ["-c", BECOME_GUNICORN, "--config", str(configuration)]
    arguments += ["--bind", bind] if bind else []
    arguments += ["--workers", str(workers)] if workers else []
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  no shell is wanted


def _check_store(settings: Settings) -> None:
    """See that the store can be used here: the workers would only be able to answer with 503, again and again.

    raises: SettingsError, StoreError.
    """
    file = settings.store_file
    if file is None:
        from feedsvc.stores import check_kind  # half a second, which a file is not worth

        check_kind(settings)
        return
    hindrance = _hindrance(file)
    if hindrance is None:
        return
    if settings.publisher:
        raise StoreError(
            f"{file}: the store cannot be written: {hindrance}; change that, or name another place with store.url or "
            "FEEDSVC_STORE_URL, or, where another process publishes, serve with FEEDSVC_PUBLISHER=off"
        )
    from feedsvc.stores import open_existing_store

    store = open_existing_store(settings)
    if store is None:
        raise StoreError(f"{file}: nothing is published there yet, and nothing can be: {hindrance}")
    store.close()


def _hindrance(file: Path) -> str | None:
    """Return why this user cannot write *file*, its folder or what is still to be made of them; None if it can."""
    places = [file] if os.path.exists(file) else []  # noqa: PTH110  Path.exists raises where it may not look
    places.append(next(each for each in file.parents if os.path.exists(each)))  # noqa: PTH110  the same
    for place in places:
        if not os.access(place, os.W_OK):
            is_fixed = os.statvfs(place).f_flag & os.ST_RDONLY
            return f"{place} lies on a read-only file system" if is_fixed else f"this user may not write to {place}"
    return None


def _is_given_sockets() -> bool:
    """Return whether whoever started this holds the sockets already: gunicorn then listens at those.

    source: sd_listen_fds(3); the process stays the same when it becomes gunicorn.
    """
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"


def _bind_of(configuration: Path) -> object:
    """Return the address that *configuration* names; gunicorn will read it again.

    raises: SettingsError for what it refuses: gunicorn would end with a traceback, and status 1.
    """
    try:
        return run_path(str(configuration)).get("bind")
    except SystemExit as refusal:
        raise SettingsError([str(refusal.code)]) from refusal


def _check_address(bind: object) -> None:
    """See that *bind* can be listened at: gunicorn tries for five seconds, and does not say what to do.

    Sockets that it is handed by their numbers, and lists of addresses, are left to gunicorn.
    """
    if not isinstance(bind, str) or os.environ.get("GUNICORN_CMD_ARGS"):
        return
    if bind.startswith(SOCKET):
        _check_socket(bind)
    elif _is_address(bind):
        host, _, port = bind.rpartition(":")
        host = host.strip("[]")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with _refusal_told(bind), closing(socket.create_server((host, int(port)), family=family)):
            pass


def _check_socket(bind: str) -> None:
    """See that nobody listens at a socket in a folder: gunicorn would remove it, and take over unasked."""
    path = Path(bind.removeprefix(SOCKET))
    with _refusal_told(bind):
        if path.exists() and not path.is_socket():
            raise SettingsError([f"{bind}: is there, and is no socket; name another path"])
        if path.is_socket():
            with closing(socket.socket(socket.AF_UNIX)) as caller:
                if caller.connect_ex(str(path)) == 0:
                    raise OSError(errno.EADDRINUSE, "")
        if not path.parent.is_dir():
            raise OSError(errno.ENOENT, f"there is no folder {path.parent}")
        if not os.access(path.parent, os.W_OK):
            raise OSError(errno.EACCES, "")


@contextmanager
def _refusal_told(bind: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "something listens there already; end it"
        elif error.errno == errno.EACCES:
            reason = "this user may not listen there"
        else:
            why = str(error.strerror).partition(" (while")[0]  # which repeats the address
            reason = f"this machine cannot listen there ({why})"
        cure = "unix:PATH" if bind.startswith(SOCKET) else "HOST:PORT"
        raise SettingsError([f"{bind}: {reason}, or name another address: feedsvc serve --bind {cure}"]) from error


def _is_address(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    return bool(host) and port.isdecimal() and int(port) < 2**16
