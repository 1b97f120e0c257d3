"""Share the work of a large pass among processes, and keep its values in a file instead of in memory."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain, islice
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self, TypeVar

from feedsvc.model.errors import StoreError
from feedsvc.text.failures import KILLED, Failure, attempt

T = TypeVar("T")
R = TypeVar("R")
MANY = 200  # fewer are done before another process has started
AT_ONCE = 64
COLLECT_AFTER = (20_000, 20, 50)  # a pass makes much and leaves hardly anything in circles
QUIET = "ignore:resource_tracker"
AHEAD = 2  # lots that wait for each process, so that none waits for this one
IN_MEMORY = 4_000_000  # bytes; a pass over a few documents needs no folder for temporary files
LENGTH_BYTES = 8


class WorkerPool:
    """Do work in this process, and in as many others as there are processors once there is much of it.

    The others are started anew, for what a fork inherits (an open transaction, the lock of the pass) must not outlive
    this process; and they end with it, however it ends.

    is_wary: nothing is done in this process, for some of it may end the process that does it.
    """

    def __init__(self, *, is_wary: bool = False) -> None:
        size = len(os.sched_getaffinity(0))
        self._others = _Others(size)
        self._may_share = size > 1
        self._shares = is_wary

    def __enter__(self) -> Self:
        """Return the pool; no process has been started yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes; work that has not begun is dropped."""
        self._others.shut_down(wait=kind is None)

    @property
    def is_running(self) -> bool:
        """Return whether other processes run, so that few items can be shared too."""
        return self._shares

    def map(
        self,
        work: Callable[[T], R],
        items: Iterable[T],
        *,
        at_once: int | None = None,
        instead: Callable[[Failure], R] | None = None,
    ) -> Iterator[R]:
        """Yield what *work* makes of each of *items*, in their order; they are taken as they are needed.

        work:    a function of a module, or a partial of one; it and *items* can be pickled.
        at_once: how many items go to another process together; None for as many as of documents.
        instead: gives the result of an item that *work* fails with, or that ends the process that does it; None where
                 nothing can stand for it: then what fails is raised, and what ends another process is done in this one.
        """
        coming = iter(items)
        if not self._shares:
            few = list(islice(coming, MANY))
            self._shares = self._may_share and len(few) == MANY
            coming = chain(few, coming)
        if self._shares:
            coming = yield from self._shared(work, coming, at_once or AT_ONCE, instead)
        for item in coming:
            yield work(item) if instead is None else _result(attempt(work, item), instead)

    def _shared(
        self, work: Callable[[T], R], items: Iterator[T], at_once: int, instead: Callable[[Failure], R] | None
    ) -> Generator[R, None, Iterator[T]]:
        """Yield what others make of *items*, and return those that are to be done here after all."""
        lots: deque[list[T]] = deque()
        futures: deque[Future[list[R | Failure]]] = deque()
        task: Callable[[list[T]], list[R | Failure]] = partial(_each, work, is_contained=instead is not None)
        while True:
            try:
                while len(lots) < self._others.size * AHEAD and (lot := list(islice(items, at_once))):
                    lots.append(lot)
                    futures.append(self._others.submit(task, lot))
                if not lots:
                    return items
                done = futures.popleft().result()
            except BrokenProcessPool:  # one was killed, for its memory perhaps, or none can be started
                self._others.shut_down()
                suspects = list(chain.from_iterable(lots))
                lots.clear()
                futures.clear()
                if instead is None:
                    self._shares = self._may_share = False
                    return chain(suspects, items)
                left = yield from self._one_by_one(task, suspects, instead)
                items = chain(left, items)
                if not self._shares:
                    return items
            else:
                lots.popleft()
                yield from (_result(each, instead) for each in done)

    def _one_by_one(
        self, task: Callable[[list[T]], list[R | Failure]], items: Sequence[T], instead: Callable[[Failure], R]
    ) -> Generator[R, None, Sequence[T]]:
        """Yield what one other process makes of each of *items*: so it is known which of them ends it.

        returns: those that no process can be had for.
        """
        one = _Others(1)
        try:
            for number, item in enumerate(items):
                try:
                    one.submit(_do_nothing, None).result()
                except BrokenProcessPool:
                    self._shares = self._may_share = False
                    return items[number:]
                try:
                    (done,) = one.submit(task, [item]).result()
                except BrokenProcessPool:
                    one.shut_down()
                    done = Failure(reason=KILLED)
                yield _result(done, instead)
        finally:
            one.shut_down()
        return ()


class _Others:
    """Other processes, *size* at most: started when they are needed, and anew once they were shut down."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, task: Callable[[T], R], item: T) -> Future[R]:
        """Have one of them do *task* with *item*; a process is started for it while there are too few.

        raises: BrokenProcessPool also where no more processes, threads, semaphores or files are allowed to this one.
        """
        # After a kill -9 of this process, Python's own helper clears its semaphores away, and would warn the terminal.
        if QUIET not in sys.warnoptions:
            sys.warnoptions.append(QUIET)
        try:
            if (
                self._pool is None
            ):  # what Python starts beside it lets signals through again: so before they are put off
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self.size, mp_context=context, initializer=_begin)
            with _ctrl_c_put_off():
                return self._pool.submit(task, item)
        except (OSError, RuntimeError) as error:
            raise BrokenProcessPool(str(error)) from error

    def shut_down(self, *, wait: bool = False) -> None:
        """End them; work that has not begun is dropped."""
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=True)
            self._pool = None


def _each(work: Callable[[T], R], items: list[T], *, is_contained: bool) -> list[R | Failure]:
    return [attempt(work, item) if is_contained else work(item) for item in items]


def _do_nothing(_item: object) -> None:
    """Do nothing: whoever does it has been started well."""


def _result(done: R | Failure, instead: Callable[[Failure], R] | None) -> R:
    if not isinstance(done, Failure):
        return done
    if instead is None:
        raise TypeError("a failure that nothing stands for was not raised")
    return instead(done)


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


class Spool:
    """A temporary file of values, each behind its length.

    raises: StoreError when the folder for temporary files takes no more.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed by __exit__

    def __enter__(self) -> Self:
        """Return the spool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete the file."""
        with suppress(OSError):  # of what could not be written, which was told then
            self._file.close()

    def put(self, value: bytes) -> int:
        """Add *value*, and return its offset."""
        try:
            offset = self._file.seek(0, os.SEEK_END)
            self._file.write(len(value).to_bytes(LENGTH_BYTES) + value)
            self._file.flush()  # what cannot be written is an error here, and not at the next seek
        except OSError as error:
            folder = tempfile.tempdir or "none"
            raise StoreError(
                f"the folder for temporary files ({folder}) takes nothing more ({error.strerror}); make room there, "
                "or name another in TMPDIR"
            ) from error
        return offset

    def get(self, offset: int) -> bytes:
        """Return the value at *offset*."""
        self._file.seek(offset)
        return self._file.read(int.from_bytes(self._file.read(LENGTH_BYTES)))
