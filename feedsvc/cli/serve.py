"""The command `feedsvc serve`."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from runpy import run_path
from urllib.parse import urlsplit

import click

from feedsvc.cli.init import start_site
from feedsvc.cli.terminal import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.config.logs import is_json, start_log
from feedsvc.config.settings import Settings
from feedsvc.model.errors import SettingsError, StoreError

# `python -m gunicorn`, but Ctrl-C ends it without a traceback in the half second before gunicorn handles it.
BECOME_GUNICORN = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "import runpy; runpy.run_module('gunicorn', run_name='__main__', alter_sys=True)"
)
SOCKET = "unix:"
logger = logging.getLogger(__name__)
LOOPBACK = frozenset({"127.0.0.1", "::1", "[::1]", "localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "[::]"})  # noqa: S104  compared, and listened to only if asked


@click.command()
@click.option(
    "--bind",
    metavar="ADDRESS",
    help="HOST:PORT or unix:PATH to listen on  [default: 127.0.0.1:8000; if PORT is set, 0.0.0.0:PORT, open to other "
    "machines].",
)
@click.option("--workers", type=click.IntRange(1), help="Number of worker processes  [default: WEB_CONCURRENCY, or 2].")
def serve(bind: str | None, workers: int | None) -> None:
    """Serve the feeds and pages with gunicorn, and publish documents as they arrive.

    gunicorn.conf.py in the configuration folder, if there is one, has the settings of gunicorn. A process of its own
    publishes, unless FEEDSVC_PUBLISHER=off. In a folder without a site, the command offers to start one.
    """
    from importlib.resources import files

    _offer_site()
    with errors_told():
        start_log(os.environ)
        settings = load_settings(os.environ)
        for warning in settings.warnings:
            click.echo(warning, err=True)
        _check_store(settings)
        if bind is not None and not _is_address(bind) and not bind.startswith(SOCKET):
            if _is_address(f"{bind.rpartition(':')[0]}:0") and bind.rpartition(":")[2].isdecimal():
                raise SettingsError([f"--bind: {bind!r}: the port is out of range, 65535 is the last"])
            raise SettingsError([f"--bind: {bind!r} is neither HOST:PORT, such as 127.0.0.1:8001, nor unix:PATH"])
        own = settings.folder / "gunicorn.conf.py"
        configuration = own if own.is_file() else Path(str(files("feedsvc").joinpath("web", "gunicorn_conf.py")))
        configured = _bind_of(configuration)
        if not _is_given_sockets():
            _check_address(bind or configured)
        _tell_address(bind or configured, settings.site.base_url)
    arguments = ["-c", BECOME_GUNICORN, "--config", str(configuration)]
    arguments += ["--bind", bind] if bind else []
    arguments += ["--workers", str(workers)] if workers else []
    # With 32 threads, glibc makes sixteen arenas, and keeps what is freed in each: see docs/decisions/0165.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  no shell is wanted


def _tell_address(bind: object, base_url: str) -> None:
    """Print the address to open, if the base URL is on this machine, and warn if links lead elsewhere."""
    if not (isinstance(bind, str) and _is_address(bind)):
        return
    site = urlsplit(base_url)
    host, _, port = bind.rpartition(":")
    if site.hostname not in LOOPBACK or port == "0":
        return
    is_reached = int(port) == (site.port or (443 if site.scheme == "https" else 80)) and host in LOOPBACK | EVERYWHERE
    here = base_url if is_reached else f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{port}"
    message = ""
    if not is_reached:
        message = f"all links and feeds lead to {base_url}, and not to {here}; set FEEDSVC_BASE_URL={here}"
    if host in EVERYWHERE:
        message = f"other machines get 421; set FEEDSVC_BASE_URL to the address that they open, instead of {base_url}"
    if message:
        _tell(f"site.base_url: {message}", level=logging.WARNING)
    _tell(f"open {here}/ (a new site answers once its first edition is published)", level=logging.INFO)


def _offer_site() -> None:
    """Offer a person at a terminal to start a site in this folder, if there is none."""
    if os.environ.get("FEEDSVC_CONFIG") or os.path.lexists("config") or not sys.stdin.isatty():
        return
    if click.confirm("There is no site in this folder. Start a new one here?", default=True):
        start_site(Path())


def _tell(message: str, *, level: int) -> None:
    """Tell a person *message*, or the log if it is for programs."""
    if is_json(os.environ):
        logger.log(level, "%s", message)
    else:
        click.echo(message, err=level > logging.INFO)


def _check_store(settings: Settings) -> None:
    """Check that the store can be used: otherwise the workers would always answer 503.

    raises: SettingsError, StoreError.
    """
    from feedsvc.stores import check_kind, open_existing_store
    from feedsvc.stores.private_files import hindrance

    file = settings.store_file
    if file is None:
        check_kind(settings)
        return
    if not settings.makes_store and not os.path.exists(file):  # noqa: PTH110  Path.exists raises where it may not look
        _tell(f"{file}: is not there; waiting for it, because FEEDSVC_NEW_STORE=off", level=logging.WARNING)
        return
    why = hindrance(file)
    if why is None:
        if file.exists():  # the workers inherit that none may be made in its place
            os.environ["FEEDSVC_NEW_STORE"] = "off"
        return
    if settings.publisher:
        raise StoreError(
            f"{file}: the store cannot be written: {why}; or name another place with store.url or FEEDSVC_STORE_URL; "
            "if another process publishes, serve with FEEDSVC_PUBLISHER=off"
        )
    store = open_existing_store(settings)
    if store is None:
        raise StoreError(f"{file}: nothing is published there yet, and nothing can be: {why}")
    store.close()


def _is_given_sockets() -> bool:
    """Return whether systemd passes open sockets, on which gunicorn then listens.

    source: sd_listen_fds(3); the process stays the same when it becomes gunicorn.
    """
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"


def _bind_of(configuration: Path) -> object:
    """Return the address that *configuration* names; gunicorn will read it again.

    raises: SettingsError if the file refuses a value: gunicorn itself would end with a traceback.
    """
    try:
        return run_path(str(configuration)).get("bind")
    except SystemExit as refusal:
        raise SettingsError([str(refusal.code)]) from refusal


def _check_address(bind: object) -> None:
    """Check that the service can listen at *bind*: gunicorn tries for five seconds, and does not say what to do.

    File descriptors and lists of addresses are left to gunicorn.
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
    """Check that nobody listens at a Unix socket: gunicorn would remove it and take its place."""
    path = Path(bind.removeprefix(SOCKET))
    with _refusal_told(bind):
        if path.exists() and not path.is_socket():
            raise SettingsError([f"{bind}: exists and is not a socket; name another path"])
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
            reason = "another process listens there; stop it"
        elif error.errno == errno.EACCES:
            reason = "this user may not listen there"
        else:
            why = str(error.strerror).partition(" (while")[0]  # which repeats the address
            reason = f"this machine cannot listen there ({why})"
        cure = "unix:PATH" if bind.startswith(SOCKET) else "HOST:PORT, or make serve BIND=HOST:PORT"
        raise SettingsError([f"{bind}: {reason}, or choose another address: feedsvc serve --bind {cure}"]) from error


def _is_address(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    return bool(host) and port.isdecimal() and int(port) < 2**16
