"""Print how right and how fast datelines are read, beside python-dateutil and dateparser, in the same run.

Usage: python benchmarks/datelines/run.py [--seconds N]

The lines are our own (``lines.tsv``); where ``../shared/data/datelines.jsonl`` is there, it is measured too. dateparser
is in the extra ``bench``; without it its column says so. Both parsers are given what they can take: the reference date
as default, and fuzzy matching; they say a date and nothing else.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dateutil import parser as dateutil_parser

from feedsvc.datelines import evidence_for, find_dateline, resolve
from feedsvc.model.errors import DateError

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "data" / "datelines.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Hold one line and what it says. date: the whole date, None when the dateline states no day or it is not known."""

    is_dateline: bool
    language: str
    text: str
    places: tuple[str, ...]
    agency: str | None
    reference: date | None
    date: date | None


def own_cases() -> Iterator[Case]:
    """Yield the lines of the project."""
    with (HERE / "lines.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Case(
                is_dateline=row["kind"] == "dateline",
                language=row["language"],
                text=row["text"].replace("\\n", "\n"),
                places=tuple(filter(None, row["places"].split("|"))),
                agency=row["agency"] or None,
                reference=date.fromisoformat(row["reference"]) if row["reference"] else None,
                date=date.fromisoformat(row["date"]) if row["date"] else None,
            )


def shared_cases() -> Iterator[Case]:
    """Yield the real datelines, as far as they are there; a date counts when it is printed or known by metadata."""
    if not SHARED.exists():
        return
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == "stamp":
            continue
        known = row["true_date"] and row["true_date_basis"] in ("printed", "metadata")
        yield Case(
            is_dateline=row["kind"] == "dateline",
            language=row["lang"],
            text=row["text"],
            places=tuple(row["places"]),
            agency=row["agency"],
            reference=date.fromisoformat(row["ref_date"]) if row["ref_date"] else None,
            date=date.fromisoformat(row["true_date"]) if known else None,
        )


def by_feedsvc(case: Case) -> date | None:
    """Return the date that feedsvc finds."""
    dateline = find_dateline(case.text)
    if dateline is None:
        return None
    try:
        stamp = resolve(dateline, evidence_for(case.reference, case.text, dateline=dateline))
    except DateError:
        return None
    return stamp.instant.date() if stamp else None


def by_dateutil(case: Case) -> date | None:
    """Return the date that python-dateutil finds, the reference filling in what it does not."""
    reference = case.reference or date(2019, 5, 3)
    default = datetime(reference.year, reference.month, reference.day)  # noqa: DTZ001 -- dateutil wants it naive
    try:
        return dateutil_parser.parse(case.text, fuzzy=True, default=default).date()
    except (ValueError, OverflowError):
        return None


def by_dateparser(search_dates: Callable[..., list[tuple[str, datetime]] | None]) -> Callable[[Case], date | None]:
    """Return a reader by dateparser's ``search_dates``: the first date it finds."""

    def read(case: Case) -> date | None:
        reference = case.reference or date(2019, 5, 3)
        base = datetime(reference.year, reference.month, reference.day)  # noqa: DTZ001 -- dateparser wants it naive
        found = search_dates(case.text, settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"})
        return found[0][1].date() if found else None

    return read


def speed(read: Callable[[Case], object], cases: list[Case], seconds: float) -> float:
    """Return heads a second on one core: the best of the rounds over *cases* that *seconds* leave time for."""
    for case in cases[:20]:
        read(case)
    best, end = 0.0, time.process_time() + seconds
    while best == 0.0 or time.process_time() < end:
        start = time.process_time()
        for case in cases:
            read(case)
        taken = time.process_time() - start
        best = max(best, len(cases) / taken)
        if taken > seconds:
            break
    return best


def percent(right: int, of: int) -> str:
    """Return a share in words."""
    return f"{100 * right / of:.1f} % of {of}" if of else "none"


def report(title: str, cases: list[Case], readers: dict[str, Callable[[Case], date | None]], seconds: float) -> None:
    """Print the tables of one set of lines."""
    real = [case for case in cases if case.is_dateline]
    other = [case for case in cases if not case.is_dateline]
    found = [(case, dateline) for case in real if (dateline := find_dateline(case.text))]
    print(f"\n## {title}: {len(real)} datelines, {len(other)} lines that are none\n")
    print(f"found {percent(len(found), len(real))}; taken for one that is none: ", end="")
    print(sum(find_dateline(case.text) is not None for case in other))
    print("first place right:", percent(sum(c.places[:1] == d.places[:1] for c, d in found), len(found)))
    signed = [(case, dateline) for case, dateline in found if case.agency]
    print("agency right (also where the line does not print it):", end=" ")
    print(percent(sum(case.agency == dateline.agency for case, dateline in signed), len(signed)))
    dated = [case for case in real if case.date]
    undated = [case for case in cases if not case.date and not any(char.isdigit() for char in case.text[:40])]
    spoken = [case for case in cases if case.language[:2] in ("en", "zh")]
    print("\n| reader | whole date right | date invented where none is | heads a second (en, zh) |\n|---|---|---|---|")
    for name, read in readers.items():
        right = percent(sum(read(case) == case.date for case in dated), len(dated))
        invented = sum(read(case) is not None for case in undated)
        print(f"| {name} | {right} | {invented} of {len(undated)} | {speed(read, spoken, seconds):,.0f} |")
    finder = speed(lambda case: find_dateline(case.text), spoken, seconds)
    print(f"\n`find_dateline` alone: {finder:,.0f} heads a second")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=2.0)
    seconds = arguments.parse_args().seconds
    warnings.simplefilter("ignore")
    readers: dict[str, Callable[[Case], date | None]] = {
        "feedsvc (find and resolve)": by_feedsvc,
        "python-dateutil, fuzzy": by_dateutil,
    }
    try:
        from dateparser.search import search_dates  # noqa: PLC0415 -- only in the extra "bench"
    except ImportError:
        print("dateparser is not installed: pip install -e '.[bench]'")
    else:
        readers["dateparser, search_dates"] = by_dateparser(search_dates)
    report("Our own lines", list(own_cases()), readers, seconds)
    shared = list(shared_cases())
    if shared:
        report("../shared/data/datelines.jsonl", shared, readers, seconds)


if __name__ == "__main__":
    main()
