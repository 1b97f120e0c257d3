"""The date of a document is told alike by check, by explain, by the log of a pass and by the status page."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsroom import Newsroom
from service import feedsvc, serving

NOW = datetime.now(UTC)
COPY = "The rope walk sold its last coil of hemp on Saturday, and closed a door that had stood open for ninety years.\n"
DOCUMENTS = {
    "world/dateline.txt": f"Rope walk sells\n\nLISBON, {NOW - timedelta(days=3):%b %d} (Quay Wire) -- {COPY}",
    "world/old.txt": f"Rope walk opens\n\nLISBON, {NOW - timedelta(days=90):%b %d} (Quay Wire) -- {COPY}",
    "world/stated.md": f"---\ntitle: Rope walk burns\ndate: {NOW - timedelta(40):%Y-%m-%d} 10:15 IST\n---\n\n{COPY}",
    "world/stamp.txt": f"Rope walk moves\n\n{NOW - timedelta(days=20):%Y-%m-%d} 10:15\n\n{COPY}",
    "world/arrival.txt": f"Rope walk sleeps\n\n{COPY}",
    "world/label.txt": f"Rope walk wakes\n\nDate: in the autumn\n\n{COPY}",
    "world/held.txt": f"EMBARGOED UNTIL 6 PM FRIDAY\nRope walk waits\n\n{COPY}",
}
DATED = sorted(path for path in DOCUMENTS if path != "world/held.txt")


@pytest.fixture
def folder(tmp_path) -> Path:
    room = Newsroom(tmp_path)
    for path, text in DOCUMENTS.items():
        room.file(path, text, arrival=NOW - timedelta(hours=1))
    room.close()
    return tmp_path


def dates_said(*findings: str) -> dict[str, tuple[str, str]]:
    """Return the date and the confidence of each document in the JSON that a command printed."""
    read = [json.loads(finding) for finding in findings]
    return {
        fields["paths"][0]: (fields["published"]["instant"], fields["published"]["confidence"])
        for fields in read
        if fields["id"] is not None
    }


def checked(folder: Path) -> dict[str, tuple[str, str]]:
    return dates_said(*feedsvc(folder, "check", "--json").stdout.splitlines())


def explained(folder: Path) -> dict[str, tuple[str, str]]:
    return dates_said(*(feedsvc(folder, "explain", "--json", path).stdout for path in DATED))


def reported(text: str) -> set[str]:
    """Return the lines about documents that a command or a log has."""
    return {line for line in text.splitlines() if line.startswith(("held: ", "note: ", "rejected: "))}


def as_line(problem: dict[str, str]) -> str:
    place = f"{problem['path']}:{problem['line']}" if problem["line"] else problem["path"]
    return f"{problem['severity']}: {place}: {problem['message']}"


def test_check_explain_log_and_status_agree(folder):
    before = checked(folder)
    told = reported(feedsvc(folder, "check").stdout)
    alone = explained(folder)
    log = reported(feedsvc(folder, "publish").stderr)
    with serving(folder, FEEDSVC_PUBLISHER="off") as service:
        token = (folder / "var" / "status-token").read_text(encoding="utf-8").strip()
        status = json.loads(service.ask("/status.json", Authorization=f"Bearer {token}").body)
        feed = json.loads(service.ask("/feeds/all.json").body)

    assert sorted(before) == DATED
    assert {level for _, level in before.values()} == {"high", "medium", "low"}
    assert (alone, checked(folder), explained(folder)) == (before, before, before)
    assert {item["date_published"] for item in feed["items"]} == {date for date, _ in before.values()}
    assert status["edition"]["sureness"] == Counter(level for _, level in before.values())
    assert log == told
    assert set(map(as_line, status["edition"]["problems"])) == told
