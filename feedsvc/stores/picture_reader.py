"""Have pictures looked into by processes of their own, which take the harm that a hostile picture does.

Pillow, the extra `pictures`, runs only there. Without it nothing is looked into, and pictures are served as they are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

from feedsvc.model.article import PictureWords
from feedsvc.model.packing import PackingError, pack, unpack

K = TypeVar("K")
CHILD = "feedsvc.stores.picture_child"
LONGEST_ANSWER = 4_000_000  # bytes of its line
ENDED = "it takes more memory or time than a picture may"
CPU_S = 20.0  # for a picture; the largest takes 5


@cache
def is_installed() -> bool:
    """Return whether the extra is there."""
    return find_spec("PIL") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A smaller form of a picture, as WebP."""

    width: int
    height: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found in a picture.

    fault: why it cannot be decoded, or not read at all; "" if nothing is wrong.
    """

    words: PictureWords = field(default_factory=PictureWords)
    forms: tuple[Form, ...] = ()
    fault: str = ""


class PictureReader:
    """Looks into pictures by as many processes as there are processors, which start when they are needed.

    cpu_s: that a process may take for a picture.
    """

    def __init__(self, *, cpu_s: float = CPU_S) -> None:
        self._size = len(os.sched_getaffinity(0))
        self._idle: SimpleQueue[_Child] = SimpleQueue()
        for _ in range(self._size):
            self._idle.put(_Child(cpu_s))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while not self._idle.empty():
            self._idle.get().end()

    def words(self, path: Path) -> Looked:
        """Return the words in the picture at *path*.

        raises: OSError if no process can be started.
        """
        return self._look(path, is_resized=False)

    def resized(self, pictures: Iterable[tuple[K, Path]]) -> Iterator[tuple[K, Looked]]:
        """Yield what is in each of *pictures* with its smaller forms, in their order; a few wait in memory at a time.

        raises: OSError if no process can be started.
        """
        coming = iter(pictures)
        with ThreadPoolExecutor(self._size) as threads:
            while some := list(islice(coming, 2 * self._size)):
                found = threads.map(lambda picture: self._look(picture[1], is_resized=True), some)
                yield from zip((key for key, _ in some), found, strict=True)

    def _look(self, path: Path, *, is_resized: bool) -> Looked:
        child = self._idle.get()
        try:
            return child.ask(path, is_resized=is_resized)
        finally:
            self._idle.put(child)


@dataclass(slots=True)
class _Child:
    """One process, started again after each picture that ends it."""

    cpu_s: float
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def ask(self, path: Path, *, is_resized: bool) -> Looked:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  our own module, with our own Python
                [sys.executable, "-m", CHILD, str(self.cpu_s)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,  # a Ctrl-C is for the parent, which then closes the pipe
            )
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise OSError("a process has no pipes")
        request = json.dumps({"path": os.fspath(path), "is_resized": is_resized}).encode()
        try:
            process.stdin.write(request + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline(LONGEST_ANSWER))
            forms = [
                Form(width=width, height=height, content=process.stdout.read(size))
                for width, height, size in answer["forms"]
            ]
            words = unpack(pack(answer["words"]), PictureWords) if answer["words"] else PictureWords()
        except (OSError, ValueError, PackingError):  # a line without its end is no JSON
            self.end()
            return Looked(fault=ENDED)
        return Looked(words=words, forms=tuple(forms), fault=answer["fault"])

    def end(self) -> None:
        """End the process; the next picture starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
