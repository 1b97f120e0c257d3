from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[1] / "benchmarks" / "publishing" / "run.py"


def test_publishing_is_measured_with_one_command():
    done = subprocess.run(
        [sys.executable, RUN, "--counts", "12", "--rounds", "1"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert [line.split("|")[1].strip() for line in done.stdout.splitlines() if line] == [
        "12 articles",
        "---",
        "cold",
        "unchanged",
        "one new",
        "one edited",
        "start-up (feedsvc feeds)",
        "floor: all read and searched once",
        "floor: all listed",
        "feedgen for every feed",
        "one new, while watching",
    ]
