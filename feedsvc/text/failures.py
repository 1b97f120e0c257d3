"""Turn an error in one item of work into a value, so that it stops no other item."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from feedsvc.model.errors import FeedsvcError
from feedsvc.text.characters import clean_text

T = TypeVar("T")
R = TypeVar("R")
KILLED = "the process that did it was killed; it may take more memory than there is"
LONGEST = 300  # characters of a reason: an error may quote a whole document


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The reason why there is no result.

    trace:    where our own code failed, empty for a fault of the document.
    may_pass: the machine failed, or another part of the store, and not the item.
    """

    reason: str
    trace: str = ""
    may_pass: bool = False


def attempt(work: Callable[[T], R], item: T) -> R | Failure:
    """Return the result of *work* on *item*, or the failure.

    This is the boundary between one document and all others, so it catches every error that a document may
    cause, RecursionError, MemoryError and errors of our own included. Exceptions that end a process pass.
    """
    try:
        return work(item)
    except Exception as error:  # noqa: BLE001  for the reason above; the traceback is kept, and logged
        return failure_of(error)


def failure_of(error: Exception) -> Failure:
    if isinstance(error, FeedsvcError):
        return Failure(reason=str(error))
    reason = ": ".join(filter(None, (type(error).__name__, clean_text(str(error)[: 4 * LONGEST])[0])))
    cut = reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}…"
    trace = "".join(traceback.format_exception(error, limit=-20))
    return Failure(reason=cut, trace=trace, may_pass=isinstance(error, MemoryError | OSError))
