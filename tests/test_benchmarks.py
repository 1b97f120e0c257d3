from __future__ import annotations

import json
import os
import shutil
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


def heads(tables: str) -> list[str]:
    """Return the first cell of each row of *tables* in Markdown."""
    return [line.split("|")[1].strip() for line in tables.splitlines() if line]


def test_publishing_is_measured_with_one_command():
    done = run("publishing", "--counts", "12", "--rounds", "1")

    assert done.returncode == 0, done.stderr
    rows = [
        "---",
        "cold",
        "unchanged",
        "one new",
        "one edited",
        "start-up (feedsvc feeds)",
        "floor: all read and searched once",
        "floor: all listed",
        "feedgen for every feed",
        *(f"{name}, whole site" for name in ("Hugo", "Pelican") if shutil.which(name.lower())),
        "one new, while watching",
    ]
    assert heads(done.stdout) == ["12 articles", *rows, "CPU s, articles", *rows]


def test_the_growth_of_what_a_change_costs_is_measured_with_one_command():
    done = run("growth", "--counts", "12", "--rounds", "1")

    assert done.returncode == 0, done.stderr
    assert heads(done.stdout) == [
        "CPU s, articles",
        "---",
        "a look at everything, each minute",
        "one new article",
        "one edited, that feeds show",
        "one edited, of old",
        "one re-titled that 1,000 name",
        "one more of 10,000 that share a title",
        "one embargo's end",
        "one kill",
        "settings: title of the site",
        "settings: a source falls silent",
        "settings: a larger picture may come",
    ]


def test_copy_that_is_unlike_most_is_measured_beside_plain_copy():
    done = run("growth", "--count", "20", "--rounds", "1", "--kinds", "plain|300|MB", script="extremes.py")

    assert done.returncode == 0, done.stderr
    assert heads(done.stdout) == [
        "CPU s",
        "---",
        "20 plain articles",
        "300 tags each",
        "1 plain articles",
        "bodies of 2 MB",
    ]


def test_pages_are_measured_with_one_command():
    done = run("pages", "--counts", "12", "--asked", "2")

    assert done.returncode == 0, done.stderr
    assert heads(done.stdout) == [
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
