"""End a process that watches: by a signal, or with the one that started it; and let only one of them watch."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from feedsvc.model.errors import StoreError
from feedsvc.stores import Lead

GRACE_S = 2.0
ASK_LEAD_S = 0.2
AWAY_S = 2.0

logger = logging.getLogger(__name__)


class Ended(BaseException):
    """Leave whatever is being done, undoing it: no error, and none of those that are tried again."""


def until_ended(work: Callable[[], None], descriptor: int | None) -> None:
    """Do *work*, and leave it quietly at SIGINT, SIGTERM or SIGHUP, and when the other end of a pipe is closed.

    A pass that runs is undone, like any transaction. What does not end in time is ended without further ado, which
    undoes it too.

    descriptor: the end of the pipe to read from; None when there is none.
    """

    def end(_number: int, _frame: object) -> None:
        killer = threading.Timer(GRACE_S, os._exit, [1])
        killer.daemon = True
        killer.start()
        for number in caught:
            signal.signal(number, signal.SIG_IGN)
        raise Ended

    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    try:
        for number in caught:
            signal.signal(number, end)
        if descriptor is not None:
            threading.Thread(target=_end_with, args=(descriptor,), name="pipe", daemon=True).start()
        work()
    except Ended:
        logger.info("ended")


def _end_with(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def wait_for_lead(lead: Lead) -> Iterator[None]:
    """Take *lead* for the block: wait until another watcher ends, and while the store is away."""
    told = ""
    while True:
        pause = ASK_LEAD_S
        try:
            if lead.take():
                break
            news = "another process watches; waiting for it to end"
        except StoreError as error:
            news, pause = f"waiting for the store: {error}", AWAY_S
        if news != told:
            logger.info("%s", news)
            told = news
        time.sleep(pause)
    try:
        yield
    finally:
        lead.let_go()
