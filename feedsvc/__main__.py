"""Run feedsvc as `python -m feedsvc`, and as the command of that name."""

from __future__ import annotations

import sys

INTERRUPTED = 130  # as shells have it: 128 and the number of the signal


def run() -> None:
    """Run the command that was given; Ctrl-C ends it without a traceback, also while it is being loaded."""
    try:
        from feedsvc.cli import main  # noqa: PLC0415  the longest part of the start

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    run()
