from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, BENCHMARKS / name / "run.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_publishing_is_measured_with_one_command():
    done = run("publishing", "--counts", "12", "--rounds", "1")

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


def test_pages_are_measured_with_one_command():
    done = run("pages", "--counts", "12", "--asked", "2")

    assert done.returncode == 0, done.stderr
    assert [line.split("|")[1].strip() for line in done.stdout.splitlines()] == [
        "page",
        "---",
        "front",
        "front, one language",
        "category",
        "category, last page",
        "feeds",
        "article",
    ]
