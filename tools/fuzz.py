"""Run the fuzz tests with one seed after another until the minutes are over, or an input fails.

usage: fuzz.py [--minutes MINUTES] [--seed SEED] [PYTEST ARGUMENT ...]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

KEPT = Path("build/fuzz")
PATIENCE_S = 20  # until a round that was asked to end has ended


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked, arguments = parser.parse_known_args()
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell starts what is in its background with SIGINT ignored
        signal.signal(stop, signal.default_int_handler)
    end = time.monotonic() + 60 * asked.minutes
    seed = asked.seed
    print(f"fuzz: {asked.minutes:g} minutes from seed {seed} on; Ctrl-C stops it", flush=True)
    while (start := time.monotonic()) < end:
        try:
            code = round_of(seed, arguments, seconds=end - start)
        except KeyboardInterrupt:
            print(f"\nfuzz: stopped in seed {seed}; {_passed(asked.seed, seed)}", flush=True)
            return 130
        if code or any(KEPT.glob("test_*")):
            return _failed(seed)
        if code is None:
            break
        now = time.monotonic()
        print(f"fuzz: seed {seed} passed in {now - start:.0f} s; {max(0, end - now):.0f} s are left", flush=True)
        seed += 1
    print(f"fuzz: the time is over; {_passed(asked.seed, seed)}")
    return 0


def round_of(seed: int, arguments: list[str], *, seconds: float) -> int | None:
    """Run the tests with one seed; return pytest's exit code, None if the time was over before."""
    command = [sys.executable, "-m", "pytest", "-q", f"--hypothesis-seed={seed}", "tests/test_fuzz.py", *arguments]
    environ = {**os.environ, "FEEDSVC_FUZZ": str(KEPT.resolve())}
    with (KEPT / "log.txt").open("wb") as log:
        # In a session of its own, so that Ctrl-C reaches this program alone, which then ends all of the round.
        running = subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)
        try:
            return running.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End a round with its workers, first by asking, so that the tests take away their files."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave the round running
    if running.poll() is None:
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            running.wait(PATIENCE_S)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _passed(first: int, seed: int) -> str:
    if seed == first:
        return "no seed was finished"
    return f"seed {first} passed" if seed == first + 1 else f"seeds {first} to {seed - 1} passed"


def _failed(seed: int) -> int:
    print((KEPT / "log.txt").read_text(encoding="utf-8", errors="replace"))
    for path in sorted(KEPT.glob("test_*")):
        print(f"fuzz: the input that failed, as small as it could be made: {path}")
    print(f"fuzz: seed {seed} failed; run it again by: make fuzz SEED={seed}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
