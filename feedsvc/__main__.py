"""Run feedsvc as `python -m feedsvc`, and as the command of that name."""

from __future__ import annotations

import io
import signal
import sys

INTERRUPTED = 130  # as shells have it: 128 and the number of the signal


class Interrupted(BaseException):
    """Leave whatever is being done at Ctrl-C, undoing it.

    It is no KeyboardInterrupt, to which click says "Aborted!" and ends with 1: the status of rejected documents.
    """


def run() -> None:
    """Run the command that was given; Ctrl-C ends it without a word, also while it is being loaded."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where it is closed
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every letter
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started it wants no Ctrl-C
            signal.signal(signal.SIGINT, _interrupt)

        from feedsvc.cli import main  # noqa: PLC0415  the longest part of the start

        main()
    except (Interrupted, KeyboardInterrupt):
        sys.exit(INTERRUPTED)


def _interrupt(_number: int, _frame: object) -> None:
    raise Interrupted


if __name__ == "__main__":
    run()
