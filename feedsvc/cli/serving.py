"""Offer `feedsvc serve`."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import closing
from pathlib import Path
from runpy import run_path

import click

from feedsvc.cli.outcome import errors_told
from feedsvc.configuration import load_settings
from feedsvc.errors import SettingsError

# `python -m gunicorn`, but Ctrl-C ends it without a traceback until gunicorn itself hears it, half a second later.
BECOME_GUNICORN = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "import runpy; runpy.run_module('gunicorn', run_name='__main__', alter_sys=True)"
)


@click.command()
@click.option(
    "--bind",
    metavar="HOST:PORT",
    help="Address to listen on  [default: 127.0.0.1:8000; with PORT set, 0.0.0.0:PORT, for all to reach].",
)
@click.option("--workers", type=click.IntRange(1), help="Worker processes  [default: 2, or WEB_CONCURRENCY].")
def serve(bind: str | None, workers: int | None) -> None:
    """Serve the feeds and pages: become gunicorn.

    Uses gunicorn.conf.py of the configuration folder. Documents are published as they come, by a process of their own.
    """
    from importlib.resources import files

    with errors_told():
        settings = load_settings(os.environ)
        if not settings.store_url.startswith("sqlite:"):
            from feedsvc.stores import check_kind  # half a second, which a file is not worth

            check_kind(settings)
        if bind is not None and not _is_address(bind):
            if _is_address(f"{bind.rpartition(':')[0]}:0") and bind.rpartition(":")[2].isdecimal():
                raise SettingsError([f"--bind: {bind!r}: the port is out of range, 65535 is the last"])
            raise SettingsError([f"--bind: {bind!r} is no HOST:PORT, such as 127.0.0.1:8001"])
        own = settings.folder / "gunicorn.conf.py"
        configuration = own if own.is_file() else Path(str(files("feedsvc").joinpath("web", "gunicorn_conf.py")))
        configured = _bind_of(configuration)
        _check_address(bind or configured)
    arguments = ["-c", BECOME_GUNICORN, "--config", str(configuration)]
    arguments += ["--bind", bind] if bind else []
    arguments += ["--workers", str(workers)] if workers else []
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  no shell is wanted


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

    Sockets that are no address, and lists of addresses, are left to gunicorn.
    """
    if not isinstance(bind, str) or not _is_address(bind) or os.environ.get("GUNICORN_CMD_ARGS"):
        return
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.create_server((host, int(port)), family=family)):
            pass
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "something listens there already; end it"
        elif error.errno == errno.EACCES:
            reason = "this user may not listen there"
        else:
            why = str(error.strerror).partition(" (while")[0]  # which repeats the address
            reason = f"this machine cannot listen there ({why})"
        raise SettingsError([f"{bind}: {reason}, or name another address: feedsvc serve --bind HOST:PORT"]) from error


def _is_address(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    return bool(host) and port.isdecimal() and int(port) < 2**16
