"""Read the real datelines, where they are there: the shares that the project promises."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from feedsvc.datelines import evidence_for, find_dateline, resolve

SHARED = Path(__file__).parents[2] / "shared" / "data" / "datelines.jsonl"

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the real datelines are not here")


def rows(kind: str) -> list[dict[str, object]]:
    read = (json.loads(line) for line in SHARED.read_text(encoding="utf-8").splitlines())
    return [row for row in read if row["kind"] == kind]


def ids(numbers: str) -> frozenset[str]:
    return frozenset(f"dl-{number}" for number in numbers.split())


# Openings that are not read rightly yet; no other may join them.
UNREAD = ids("027 106 186 189 212 274 302")
MISPLACED = ids("041 234 244 283 405 443 444 456 492")
TAKEN: frozenset[str] = frozenset()


def share(of: list[bool]) -> float:
    return sum(of) / len(of)


def resolved(row) -> date | None:
    reference = date.fromisoformat(row["ref_date"]) if row["ref_date"] else None
    stamp = resolve(find_dateline(row["text"]), evidence_for(reference, row["text"]))
    return stamp.instant.date() if stamp else None


def test_datelines_are_found_with_their_places_and_zones():
    found = [(row, find_dateline(row["text"])) for row in rows("dateline")]
    placed = [(row, dateline) for row, dateline in found if dateline]

    assert {row["id"] for row, dateline in found if dateline is None} <= UNREAD
    assert {row["id"] for row, dateline in placed if dateline.places[:1] != tuple(row["places"][:1])} <= MISPLACED
    assert {row["id"] for row, dateline in placed if dateline.place_zone != row["tz_of_place"]} <= MISPLACED


def test_an_agency_that_is_read_is_the_right_one():
    found = [(row, find_dateline(row["text"])) for row in rows("dateline") if row["agency"]]
    signed = [(row["agency"], dateline.agency) for row, dateline in found if dateline and dateline.agency]

    assert len(signed) >= 140
    assert share([expected == read for expected, read in signed]) >= 0.97


def test_no_other_line_is_taken_for_a_dateline():
    assert {row["id"] for row in rows("negative") if find_dateline(row["text"])} <= TAKEN


def test_known_dates_come_out_right_and_none_is_invented():
    known = [row for row in rows("dateline") if row["true_date_basis"] in ("printed", "metadata")]
    undated = [row for row in rows("dateline") if row["true_date"] is None and row["day"] is None]

    assert {row["id"] for row in known if str(resolved(row)) != row["true_date"]} <= UNREAD
    assert [row["id"] for row in undated if resolved(row)] == []
