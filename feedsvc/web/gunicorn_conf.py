"""The settings of gunicorn, unless the configuration folder has a gunicorn.conf.py of its own.

Gunicorn reads this file by its path: an import would bring Flask into its master. config/gunicorn.conf.py reads it too,
so that no setting is written twice. Every name is gunicorn's own.
"""

from __future__ import annotations

import logging
import os
import resource
import select
import signal
import sys
import time
from contextlib import suppress
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from feedsvc.config.logs import ACCESS, log_format, start_log
from feedsvc.model.errors import SettingsError

_port = os.environ.get("PORT") or ""
_workers = os.environ.get("WEB_CONCURRENCY") or "2"
if _port and not (_port.isdecimal() and int(_port) < 2**16):
    raise SystemExit(f"PORT: must be a port number such as 8000, not {_port!r}")
# If it is no number, gunicorn (27.0), which reads it before this file, fails with a traceback.
if not _workers.isdecimal() or int(_workers) < 1:
    raise SystemExit(f"WEB_CONCURRENCY: must be a whole number of at least 1, not {_workers!r}")

# A host that gives a PORT sends its traffic there from outside; without one, only this machine is served.
bind = f"0.0.0.0:{_port}" if _port else "127.0.0.1:8000"

# "asgi" answers polls on an event loop, about four times as many. Behind the older "gthread", 64 readers that read
# their answers slowly occupy every thread, unless a proxy in front reads the answers at once.
_applications = {"asgi": "feedsvc.web:create_asgi_app()", "gthread": "feedsvc.web:create_app()"}
worker_class = os.environ.get("FEEDSVC_WORKER_CLASS") or "asgi"
if worker_class not in _applications:
    raise SystemExit(f"FEEDSVC_WORKER_CLASS: must be asgi or gthread, not {worker_class!r}")
wsgi_app = _applications[worker_class]

# Gunicorn would use uvloop if it is installed; workers on uvloop do not end before they are killed.
asgi_loop = "asyncio"

# Waiting threads cost little; more workers than cores gain nothing.
workers = int(_workers)
threads = 32 if worker_class == "gthread" else 1  # under "asgi", pages have threads of their own

# With preload, a HUP would not read the configuration again, and a fork would share threads and store connections.
preload_app = False

# A poll takes milliseconds. A worker that gives no sign of life for 30 s is stuck; a worker that ends has as long.
timeout = 30
graceful_timeout = 30

# Idle connections need no thread, but each keeps a file open; readers ask once and go.
keepalive = 5

# Each keeps a file open. Of the files that a process may open, some are for the store, the log and others. At the
# limit, the connections that have waited longest for a request make room.
_files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
worker_connections = 4096 if _files == resource.RLIM_INFINITY else min(4096, max(_files - 100, _files // 2))
backlog = 2048

# The base URL alone says how readers reach the site. Gunicorn would believe these headers of any proxy on this machine,
# and proxies pass on what clients send: SCRIPT_NAME led the links of a page elsewhere, for a cache to keep.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}

# Against slow leaks in libraries. High, since a busy worker answers thousands a second; the jitter keeps the workers
# from ending together.
max_requests = 1_000_000
max_requests_jitter = 100_000

# Workers touch a file as a sign of life, which can block them on a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None  # noqa: S108  memory, not a place for files

# A line of the access log costs more than the answer to a poll. "-" is standard output, and of the error log standard
# error.
_access_log = os.environ.get("FEEDSVC_ACCESS_LOG") or "off"
if _access_log not in {"on", "off"}:
    raise SystemExit(f"FEEDSVC_ACCESS_LOG: must be on or off, not {_access_log!r}")
accesslog = "-" if _access_log == "on" else None
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(L)s'  # the time comes before it, as in all lines
errorlog = "-"
try:
    log_format(os.environ)
except SettingsError as _error:
    raise SystemExit(str(_error)) from _error


class ServiceLogger(Logger):  # type: ignore[misc]
    """Writes gunicorn's lines and those of the application in one format, unless a site configures logging itself."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401  the same
        super().setup(cfg)
        if cfg.logconfig or cfg.logconfig_dict or cfg.logconfig_json:
            return
        start_log(os.environ)
        for handler in (*self.error_log.handlers, *logging.getLogger(ACCESS).handlers):
            if not isinstance(handler, SysLogHandler):  # which has a time of its own
                handler.setFormatter(log_format(os.environ))


logger_class = ServiceLogger

# Its socket would be made in the home folder of the user; the service writes only to the store.
control_socket_disable = True


_ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})
_AWAKE_S = 3.0  # gunicorn's master looks at the workers every second


def on_starting(server: Any) -> None:  # noqa: ANN401  gunicorn ships no types
    """Name the master, and make the memory in which workers share feeds; it has no name, and ends with the service.

    Mend also three ways of gunicorn (27.0) in which a service is lost.
    """
    os.environ["FEEDSVC_MASTER"] = str(os.getpid())
    if hasattr(os, "memfd_create"):
        os.environ["FEEDSVC_SHARED_FEEDS"] = str(os.memfd_create("feeds of feedsvc"))
    reload, wait_for_signals, murder_workers = server.app.reload, server.wait_for_signals, server.murder_workers
    awake_at = spared_until = time.monotonic()

    def reload_if_sound() -> None:
        """Keep the settings if the files of a HUP have errors, for which gunicorn (27.0) ends the service."""
        former = server.app.cfg
        _forget_code()
        try:
            reload()
        except SystemExit as error:
            server.app.cfg = former
            reason = "" if isinstance(error.code, int) else f": {error.code}"
            server.log.error("gunicorn goes on with its former settings%s", reason)  # noqa: TRY400  no use in a traceback

    def wait_for_signals_to_end_first(timeout: float = 1.0) -> list[int]:
        """Drop a HUP that comes with the order to end: the service would end after the reload."""
        signals: list[int] = wait_for_signals(timeout)
        return [number for number in signals if number in _ENDING] or signals

    def murder_workers_if_awake() -> None:
        """Spare the workers when the whole machine or container was paused: none of them could give a sign of life."""
        nonlocal awake_at, spared_until
        now, former = time.monotonic(), awake_at
        awake_at = now
        if now - former > _AWAKE_S:
            spared_until = now + _AWAKE_S
        if now >= spared_until:
            murder_workers()

    server.app.reload = reload_if_sound
    server.wait_for_signals = wait_for_signals_to_end_first
    server.murder_workers = murder_workers_if_awake


def on_reload(server: Any) -> None:  # noqa: ANN401  the same
    """Let the former workers serve until the new ones can, and go on if these cannot.

    Gunicorn (27.0) ends the former workers when it has forked new ones, which need a second to import the application,
    and many seconds on a busy machine. Nobody answered meanwhile. If a new worker cannot start, as in a release that
    was installed by half, gunicorn ends the service. Each new worker holds a pipe open until it is ready, which it says
    with a byte, or dead.
    """
    reading, writing = server.readiness = os.pipe()
    manage_workers = server.manage_workers  # which ends the former ones
    former = tuple(server.WORKERS.values())

    def manage_workers_when_ready() -> None:
        del server.manage_workers
        server.readiness = ()
        os.close(writing)
        new = [worker for worker in server.WORKERS.values() if worker not in former]
        ready, ends = _count_ready(reading, server)
        os.close(reading)
        if ready >= len(new):
            manage_workers()
            return
        # Gunicorn would wait until the oldest worker is younger than the reload.
        for worker in former:
            worker.age = server.worker_age + 1
        if not ends and former:
            server.log.error("of %d new workers, %d are ready; the former ones serve on", len(new), ready)
            server.num_workers = len(former)
            for worker in new:
                _end_before_it_is_noticed(server, worker)

    server.manage_workers = manage_workers_when_ready


def _count_ready(reading: int, server: Any) -> tuple[int, bool]:  # noqa: ANN401  the same
    """Count the new workers that get ready in time; return also whether the service is told to end meanwhile."""
    ready, deadline = 0, time.monotonic() + server.cfg.timeout
    while (left := deadline - time.monotonic()) > 0:
        if select.select([reading], [], [], min(left, 0.2))[0]:
            said = os.read(reading, 64)
            ready += len(said)
            if not said:
                break
        waiting = [server.SIG_QUEUE.get() for _ in range(server.SIG_QUEUE.qsize())]
        for number in waiting:
            server.SIG_QUEUE.put(number)
        if _ENDING & set(waiting):
            return ready, True
    return ready, False


def _end_before_it_is_noticed(server: Any, worker: Any) -> None:  # noqa: ANN401  the same
    """End a new worker, of whose exit status gunicorn must not know: it would end the service."""
    with suppress(OSError):
        os.kill(worker.pid, signal.SIGKILL)
        os.waitpid(worker.pid, 0)
    server.WORKERS.pop(worker.pid, None)
    worker.tmp.close()


def pre_fork(server: Any, worker: Any) -> None:  # noqa: ANN401  the same
    """Give a worker of a reload the pipe that it closes when it is ready."""
    worker.readiness = getattr(server, "readiness", ())


def _forget_code() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "feedsvc"]:
        del sys.modules[name]


def post_worker_init(worker: Any) -> None:  # noqa: ANN401  the same
    """Bound the connections of the worker, and on an event loop share them among workers."""
    from feedsvc.web.connections import bound_event_loop, bound_threads  # noqa: PLC0415  not in gunicorn's master

    bounds = {"asgi": bound_event_loop, "gthread": bound_threads}
    bound = bounds.get(worker.cfg.worker_class_str)
    if bound is not None:
        bound(worker)
    if reading_and_writing := getattr(worker, "readiness", ()):
        os.write(reading_and_writing[1], b".")
        for end in reading_and_writing:
            os.close(end)


def pre_exec(server: Any) -> None:  # noqa: ANN401  the same
    """Have USR2 start the new master as this one was started.

    Gunicorn (27.0, issue 3281) takes the first argument for a script. Of `python -m gunicorn` that is a file in
    gunicorn's own folder, which would then be first in sys.path, with a module `http` of its own.
    """
    server.START_CTX["args"] = [sys.executable, *sys.orig_argv[1:]]
