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
from itertools import chain
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self, TypeVar

from feedsvc.model.errors import StoreError
from feedsvc.text.failures import KILLED, Failure, attempt

T = TypeVar("T")
R = TypeVar("R")
MANY = 200  # fewer items are done before another process has started
AT_ONCE = 64  # items that go to another process together
COLLECT_AFTER = (200_000, 20, 50)  # a pass makes many objects and hardly any cycles
QUIET = "ignore:resource_tracker"
MOST_BYTES = 32_000_000  # that wait in this process; so heavy items are done here, one at a time
AT_ONCE_BYTES = 500_000
AHEAD = 2  # chunks that wait for each process, so that no process waits for this one
IN_MEMORY = 4_000_000  # bytes, so that a pass over a few documents needs no temporary file
LENGTH_BYTES = 8


def _nothing(_item: object) -> int:
    return 0


class WorkerPool:
    """Do work in this process, and once there is much of it in as many others as there are processors.

    The others are spawned: a fork would inherit the open transaction and the lock of the pass, which must not outlive
    this process. They end with this process, however it ends.

    is_wary: all work is done by the others, because some of it may end the process that does it.
    """

    def __init__(self, *, is_wary: bool = False) -> None:
        size = len(os.sched_getaffinity(0))
        self._others = _Others(size)
        self._may_share = size > 1
        self._shares = is_wary

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._others.shut_down(wait=kind is None)

    @property
    def is_running(self) -> bool:
        """Whether other processes run, so that sharing a few items costs little."""
        return self._shares

    def map(
        self,
        work: Callable[[T], R],
        items: Iterable[T],
        *,
        at_once: int | None = None,
        instead: Callable[[Failure], R] | None = None,
        weigh: Callable[[T], int] = _nothing,
    ) -> Iterator[R]:
        """Yield the result of *work* for each of *items*, in their order; items are taken as they are needed.

        work:    a function of a module, or a partial of one; it and *items* can be pickled.
        at_once: items that go to another process together.
        instead: makes the result of an item for which *work* fails or ends its process. If it is None, the error is
                 raised, and an item that ends another process is done in this one.
        weigh:   returns the bytes of an item, so that heavy ones wait in small numbers.
        """
        coming = iter(items)
        while not self._shares and (few := _up_to(MANY, coming, weigh=weigh, most_bytes=MOST_BYTES)):
            self._shares = self._may_share and len(few) == MANY
            if self._shares:
                coming = chain(few, coming)
                break
            for item in few:
                yield work(item) if instead is None else _result(attempt(work, item), instead)
        if self._shares:
            take = partial(_up_to, at_once or AT_ONCE, weigh=weigh, most_bytes=AT_ONCE_BYTES)
            coming = yield from self._shared(work, coming, take, instead)
        for item in coming:
            yield work(item) if instead is None else _result(attempt(work, item), instead)

    def _shared(
        self,
        work: Callable[[T], R],
        items: Iterator[T],
        take: Callable[[Iterator[T]], list[T]],
        instead: Callable[[Failure], R] | None,
    ) -> Generator[R, None, Iterator[T]]:
        """Yield the results of other processes, and return the items that remain for this one."""
        waiting: deque[list[T]] = deque()
        futures: deque[Future[list[R | Failure]]] = deque()
        task: Callable[[list[T]], list[R | Failure]] = partial(_do_all, work, is_contained=instead is not None)
        while True:
            try:
                while len(waiting) < self._others.size * AHEAD and (chunk := take(items)):
                    waiting.append(chunk)
                    futures.append(self._others.submit(task, chunk))
                if not waiting:
                    return items
                done = futures.popleft().result()
            except BrokenProcessPool:  # a process was killed, perhaps for its memory, or none can be started
                self._others.shut_down()
                suspects = list(chain.from_iterable(waiting))
                waiting.clear()
                futures.clear()
                if instead is None:
                    self._shares = self._may_share = False
                    return chain(suspects, items)
                left = yield from self._one_by_one(task, suspects, instead)
                items = chain(left, items)
                if not self._shares:
                    return items
            else:
                waiting.popleft()
                yield from (_result(result, instead) for result in done)

    def _one_by_one(
        self, task: Callable[[list[T]], list[R | Failure]], items: Sequence[T], instead: Callable[[Failure], R]
    ) -> Generator[R, None, Sequence[T]]:
        """Yield the results of one other process, item by item, which shows the item that ends it.

        returns: the items for which no process can be started.
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
    """At most *size* other processes, which start when they are needed, also after a shut-down."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, task: Callable[[T], R], item: T) -> Future[R]:
        """Let a process do *task* with *item*; if there are too few processes, another is started.

        raises: BrokenProcessPool, also if this process may not have more processes, threads, semaphores or files.
        """
        # After a kill -9 of this process, Python's helper removes its semaphores, and would warn on the terminal.
        if QUIET not in sys.warnoptions:
            sys.warnoptions.append(QUIET)
        try:
            if self._pool is None:  # before signals are blocked: Python's helper, which starts here, unblocks them
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self.size, mp_context=context, initializer=_begin)
            with _ctrl_c_blocked():
                return self._pool.submit(task, item)
        except (OSError, RuntimeError) as error:
            raise BrokenProcessPool(str(error)) from error

    def shut_down(self, *, wait: bool = False) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=True)
            self._pool = None


def _up_to(most: int, items: Iterator[T], *, weigh: Callable[[T], int], most_bytes: int) -> list[T]:
    """Take *most* of the next *items*, or fewer, of which the last completes *most_bytes*."""
    taken: list[T] = []
    total = 0
    for item in items:
        taken.append(item)
        total += weigh(item)
        if len(taken) == most or total >= most_bytes:
            break
    return taken


def _do_all(work: Callable[[T], R], items: list[T], *, is_contained: bool) -> list[R | Failure]:
    return [attempt(work, item) if is_contained else work(item) for item in items]


def _do_nothing(_item: object) -> None:
    """Do nothing: a process that does this has started well."""


def _result(done: R | Failure, instead: Callable[[Failure], R] | None) -> R:
    if not isinstance(done, Failure):
        return done
    if instead is None:
        raise TypeError("a failure without a result was not raised")
    return instead(done)


@contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """Block Ctrl-C, also in a process started meanwhile, which would print a traceback while it loads."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def collect_rarely() -> None:
    """Let this process look for unused cycles of objects less often, which saves a twentieth of a pass."""
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _begin() -> None:
    """Leave Ctrl-C to the parent process, and end when it ends."""
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
    """A temporary file of values, each after its length.

    raises: StoreError if the folder for temporary files is full.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # of a write that failed, which was reported then
            self._file.close()

    def put(self, value: bytes) -> int:
        """Add *value*, and return its offset."""
        try:
            offset = self._file.seek(0, os.SEEK_END)
            self._file.write(len(value).to_bytes(LENGTH_BYTES) + value)
            self._file.flush()  # so that a full disk is an error here, and not at the next seek
        except OSError as error:
            folder = tempfile.tempdir or "none"
            raise StoreError(
                f"the folder for temporary files ({folder}) takes nothing more ({error.strerror}); make room there, "
                "or name another in TMPDIR"
            ) from error
        return offset

    def get(self, offset: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(int.from_bytes(self._file.read(LENGTH_BYTES)))
