from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from database import binaries

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def run(name: str, *arguments: str, script: str = "run.py") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, BENCHMARKS / name / script, *arguments]
    environ = {**os.environ, "PYTHONPATH": str(BENCHMARKS.parent / "tests" / "support")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)


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


def test_real_openings_are_measured_in_five_parts_with_one_command(tmp_path):
    answer = {"id": "1", "lang": "en", "places": ["Lisbon"], "tz_of_place": "Europe/Lisbon", "month": 5, "day": 26}
    answer |= {"kind": "dateline", "agency": "AP", "ref_date": "2017-05-27", "true_date": "2017-05-26"}
    answer |= {"text": "LISBON, May 26 (AP) -- Twelve keepers sang on Friday.", "true_date_basis": "metadata"}
    other = answer | {"id": "2", "kind": "negative", "text": "The keepers sang.", "true_date": None, "day": None}
    lines = "".join(json.dumps(row) + "\n" for row in (answer, other))
    (tmp_path / "datelines.jsonl").write_text(lines, encoding="utf-8")

    done = run("datelines", "--data", str(tmp_path), script="cross_validate.py")

    assert done.returncode == 0, done.stderr
    assert "| **all** | 1 | 100.0 | 100.0 | 100.0 | 100.0 | 100.0 | 100.0 | 0 | 0 | 0 | 0 |" in done.stdout


def test_the_soak_counts_each_article_that_its_desk_wrote():
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed")

    done = run("soak", "--minutes", "0", "--readers", "2")

    assert done.returncode == 0, done.stderr
    assert "lost or left: none" in done.stdout
    assert "wrong bytes: none" in done.stdout
