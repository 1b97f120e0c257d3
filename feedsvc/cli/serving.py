"""Offer `feedsvc serve`."""

from __future__ import annotations

import os
import sys

import click

from feedsvc.cli.outcome import errors_told
from feedsvc.configuration import load_settings
from feedsvc.errors import SettingsError


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
            raise SettingsError([f"--bind: {bind!r} is no HOST:PORT, such as 127.0.0.1:8001"])
    own = settings.folder / "gunicorn.conf.py"
    configuration = own if own.is_file() else files("feedsvc").joinpath("web", "gunicorn_conf.py")
    arguments = ["-m", "gunicorn", "--config", str(configuration)]
    arguments += ["--bind", bind] if bind else []
    arguments += ["--workers", str(workers)] if workers else []
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  no shell is wanted


def _is_address(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    return bool(host) and port.isdecimal() and int(port) < 2**16
