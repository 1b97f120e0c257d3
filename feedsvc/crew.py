"""Let several processes share work that needs nothing but its arguments, when there is much of it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")
MANY = 200  # fewer are done before another process has started
AT_ONCE = 64
COLLECT_AFTER = (20_000, 20, 50)  # a pass makes much and leaves hardly anything in circles
QUIET = "ignore:resource_tracker"
AHEAD = 2  # lots that wait for each process, so that none waits for this one


class Crew:
    """Do work in this process, and in as many others as there are processors once there is much of it.

    The others are started anew, for what a fork inherits (an open transaction, the lock of the pass) must not outlive
    this process; and they end with it, however it ends.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._size = len(os.sched_getaffinity(0))

    def __enter__(self) -> Self:
        """Return the crew; nobody is called in yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send everybody home; what is not begun is not done."""
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    @property
    def is_here(self) -> bool:
        """Return whether others have been called in, so that work for few hands can be shared too."""
        return self._pool is not None

    def map(self, work: Callable[[T], R], items: Iterable[T], *, at_once: int | None = None) -> Iterator[R]:
        """Yield what *work* makes of each of *items*, in their order; they are taken as they are needed.

        work:    a function of a module, or a partial of one; it and *items* can be pickled.
        at_once: how many items go to another process together; None for as many as of documents.
        """
        coming, at_once = iter(items), at_once or AT_ONCE
        if self._pool is not None:
            yield from self._shared(self._pool, work, coming, at_once)
            return
        first = list(islice(coming, MANY))
        if len(first) < MANY or self._size == 1:
            yield from map(work, chain(first, coming))
            return
        # After a kill -9 of this process, Python's own helper clears its semaphores away, and would warn the terminal.
        if QUIET not in sys.warnoptions:
            sys.warnoptions.append(QUIET)
        context = multiprocessing.get_context("spawn")
        try:
            self._pool = ProcessPoolExecutor(self._size, mp_context=context, initializer=_begin)
        except OSError:  # no semaphores here, as without /dev/shm
            self._size = 1
            yield from map(work, chain(first, coming))
            return
        yield from self._shared(self._pool, work, chain(first, coming), at_once)

    def _shared(
        self, pool: ProcessPoolExecutor, work: Callable[[T], R], items: Iterator[T], at_once: int
    ) -> Iterator[R]:
        lots: deque[list[T]] = deque()
        futures: deque[Future[list[R]]] = deque()
        task = partial(_each, work)
        try:
            while True:
                while len(lots) < self._size * AHEAD and (lot := list(islice(items, at_once))):
                    lots.append(lot)
                    with _ctrl_c_put_off():
                        futures.append(_submit(pool, task, lot))
                if not lots:
                    return
                done = futures.popleft().result()
                lots.popleft()
                yield from done
        except BrokenProcessPool:  # one was killed, for its memory perhaps: what is left is done here
            pool.shutdown(wait=False, cancel_futures=True)
            self._size, self._pool = 1, None
            yield from map(work, chain(chain.from_iterable(lots), items))


def _submit(pool: ProcessPoolExecutor, task: Callable[[list[T]], list[R]], lot: list[T]) -> Future[list[R]]:
    """Hand *lot* to *pool*, which starts a process for it while there are too few.

    raises: BrokenProcessPool also where no more processes, threads or files are allowed to this one.
    """
    try:
        return pool.submit(task, lot)
    except (OSError, RuntimeError) as error:
        raise BrokenProcessPool(str(error)) from error


def _each(work: Callable[[T], R], items: list[T]) -> list[R]:
    return [work(item) for item in items]


@contextmanager
def _ctrl_c_put_off() -> Iterator[None]:
    """Put Ctrl-C off, here and in a process started meanwhile: while it is being loaded it would print a traceback."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def collect_rarely() -> None:
    """Have this process look for unused circles of objects less often: that takes a twentieth of a pass."""
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _begin() -> None:
    """Leave Ctrl-C to the process that called, and end when it ends."""
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
