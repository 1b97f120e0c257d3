"""Say how gunicorn serves feedsvc, unless the configuration folder has a gunicorn.conf.py of its own.

Read by its path and never imported: an import would bring Flask and feedsvc.web into gunicorn's master, and a HUP
would then start workers with the old code. config/gunicorn.conf.py reads this file too, so each setting stands once.
Every name is gunicorn's own.
"""

from __future__ import annotations

import os
from pathlib import Path

wsgi_app = "feedsvc.web:create_app()"

# A host that gives a PORT sends its traffic there from outside; without one, only this machine is served.
bind = f"0.0.0.0:{os.environ['PORT']}" if os.environ.get("PORT") else "127.0.0.1:8000"

# Threads, because a sync worker is blocked by a single half-sent request. Two by four is enough for one core's worth
# of polls, whose answers are looked up; more workers than cores gain nothing.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4

# With preload, a HUP would not read the configuration again, and threads and store connections would be shared by fork.
preload_app = False

# A poll takes milliseconds. A worker that has not shown itself for 30 s is stuck; one that is told to go has as long.
timeout = 30
graceful_timeout = 30

# Idle connections wait outside the threads, but each holds a file open; readers ask once and go.
keepalive = 5

# Against slow leaks in anything below. High, since a busy worker answers thousands a second; the jitter keeps the
# workers from leaving together.
max_requests = 1_000_000
max_requests_jitter = 100_000

# Workers touch a file as a sign of life; on a slow disk that alone can block them.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None  # noqa: S108  memory, not a place for files

# Writing the log costs more than answering a poll. "-" writes it to standard output.
accesslog = None
errorlog = "-"

# It would be made in the home folder of whoever runs the service, and nothing but the store is written to.
control_socket_disable = True
