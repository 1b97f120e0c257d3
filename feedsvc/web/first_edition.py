"""Start the publisher once when there is nothing to serve yet."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from threading import Thread

from feedsvc.ports import Library
from feedsvc.settings import Settings

logger = logging.getLogger(__name__)


def publish_first_edition(settings: Settings, library: Library) -> Thread:
    """Start one pass as a process of its own, for no worker renders feeds, and return without waiting for it.

    Each worker of a first start does so; the pass lock lets them in one by one, and the later ones find nothing to do.
    What the pass prints goes to this process's output; how it ended is logged.

    returns: the thread that waits for the pass.
    """
    environ = {
        **os.environ,
        "FEEDSVC_CONFIG": str(settings.folder),
        "FEEDSVC_BASE_URL": settings.site.base_url,
        "FEEDSVC_STORE_URL": settings.store_url,
    }
    command = [sys.executable, "-m", "feedsvc", "publish"]
    process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL)  # noqa: S603  our own, without a shell
    thread = Thread(target=_log_end, args=(process, library), name="first edition", daemon=True)
    thread.start()
    return thread


def _log_end(process: subprocess.Popen[bytes], library: Library) -> None:
    """Log how the pass ended: a status alone does not tell rejected documents from a crash."""
    status = process.wait()
    if library.edition_number() == 0:
        logger.error("the first edition could not be published: exit status %d; run feedsvc publish", status)
    elif status == 0:
        logger.info("the first edition is published")
    else:
        logger.warning("the first edition is published, without the documents that were rejected")
