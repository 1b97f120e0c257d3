"""Print how right real openings are read, in five parts: what is fitted is fitted on four and judged by the fifth.

Usage: python benchmarks/datelines/cross_validate.py [--data FOLDER] [--limit N]

The weights of the evidence are what is fitted (tools/fit_evidence.py), to four parts and our own lines. Words, agencies
and places are not; some were added after an opening of the set had been read.

The openings (``datelines.jsonl``) and the Reuters copy of 1987 (``reuters-1987.tsv``) are no part of the project; they
are looked for in ``../shared/data``. A hash of its id says to which part an opening belongs. python-dateutil and
dateparser read the same openings; dateparser is in the extra ``bench``.

A share is of all openings that print the element: one that is not found counts as wrong.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dateutil import parser as dateutil_parser

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from feedsvc.datelines import evidence_for, find_dateline, resolve
from feedsvc.datelines.evidence import Weights
from feedsvc.datelines.word_tables import key, tables
from feedsvc.model.errors import DateError
from fit_evidence import fitted, own_examples, reuters_examples, samples, shared_examples, signs

PARTS = 5
DATA = Path(__file__).parents[3] / "shared" / "data"
LONG_NAME = 4  # characters: a shorter one may stand inside another word
SOME_DAY = date(2019, 5, 3)  # what fills in what an opening without a reference leaves out
PRINTED_DAY = re.compile(r"\b(?P<month>[A-Z][A-Za-z]{2,8})\.? ?(?P<day>[0-9]{1,2})\b(?! ?[,/])")
COLUMNS = ("found", "whole date", "first place", "zone", "agency")
FAULTS = ("taken", "date invented", "wrong date", "wrong printed day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One real opening and its answer. date: None when none is known; agency: None when none is printed."""

    id: str
    text: str
    language: str
    is_dateline: bool
    places: tuple[str, ...]
    zone: str | None
    month: int | None
    day: int | None
    agency: str | None
    reference: date | None
    date: date | None
    undated: bool


def openings(path: Path) -> Iterator[Opening]:
    """Yield the openings of *path*; a date counts where it is printed or known by metadata."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == "stamp":
            continue
        known = row["true_date"] and row["true_date_basis"] in ("printed", "metadata")
        yield Opening(
            id=row["id"],
            text=row["text"],
            language=row["lang"],
            is_dateline=row["kind"] == "dateline",
            places=tuple(row["places"]),
            zone=row["tz_of_place"],
            month=row["month"],
            day=row["day"],
            agency=row["agency"] if row["agency"] and _prints(row["text"], row["agency"]) else None,
            reference=date.fromisoformat(row["ref_date"]) if row["ref_date"] else None,
            date=date.fromisoformat(row["true_date"]) if known else None,
            undated=row["day"] is None and row["true_date"] is None,
        )


def _prints(text: str, agency: str) -> bool:
    """Return whether the opening prints a name of the agency, so that reading it can be asked for."""
    head = text[:300]
    names = [printed for printed, meant in tables().agencies.items() if meant.name == agency]
    words = {key(word) for word in re.findall(r"[\w.'-]+", head)}
    folded = key(head)
    names.append(key(agency.partition(" (")[0]))
    return any(name in words or (len(name) >= LONG_NAME and name in folded) for name in names)


def read_by_feedsvc(opening: Opening, weights: Weights | None = None) -> date | None:
    """Return the date of the dateline that feedsvc finds; a stamp in an opening that has none counts for nothing."""
    dateline = find_dateline(opening.text, weights=weights)
    if dateline is None:
        return None
    try:
        stamp = resolve(dateline, evidence_for(opening.reference, opening.text, dateline=dateline))
    except DateError:
        return None
    return stamp.instant.date() if stamp else None


def read_by_dateutil(opening: Opening) -> date | None:
    """Return the date that python-dateutil finds, the reference filling in what is not printed."""
    reference = opening.reference or SOME_DAY
    default = datetime(reference.year, reference.month, reference.day)  # noqa: DTZ001 -- dateutil wants it naive
    try:
        return dateutil_parser.parse(opening.text, fuzzy=True, default=default).date()
    except (ValueError, OverflowError):
        return None


def by_dateparser() -> Callable[[Opening], date | None] | None:
    """Return a reader by the first date of dateparser's ``search_dates``, None when it is not installed."""
    try:
        from dateparser.search import search_dates  # noqa: PLC0415 -- only in the extra "bench"
    except ImportError:
        return None

    def read(opening: Opening) -> date | None:
        reference = opening.reference or SOME_DAY
        base = datetime(reference.year, reference.month, reference.day)  # noqa: DTZ001 -- dateparser wants it naive
        found = search_dates(opening.text, settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"})
        return found[0][1].date() if found else None

    return read


def part_of(identity: str) -> int:
    """Return the part of the five that an opening belongs to."""
    return hashlib.sha256(identity.encode()).digest()[0] % PARTS


def judged(opening: Opening, weights: Weights | None) -> tuple[Counter[str], Counter[str]]:
    """Return what of *opening* is read rightly, and what could be, by column."""
    right, of = Counter[str](), Counter[str]()
    found = find_dateline(opening.text, weights=weights)
    dated = read_by_feedsvc(opening, weights)
    if not opening.is_dateline:
        of["refused"] += 1
        right["refused"] += found is None
        right["taken"] += found is not None
    else:
        asked = {
            "found": (True, found is not None),
            "whole date": (opening.date is not None, dated == opening.date),
            "first place": (bool(opening.places), found is not None and found.places[:1] == opening.places[:1]),
            "zone": (bool(opening.places), found is not None and found.place_zone == opening.zone),
            "agency": (opening.agency is not None, found is not None and found.agency == opening.agency),
        }
        for column, (asks, is_right) in asked.items():
            of[column] += asks
            right[column] += asks and is_right
    right["date invented"] += opening.undated and dated is not None
    right["wrong date"] += opening.date is not None and dated not in (None, opening.date)
    if found and found.day and opening.day:
        right["wrong printed day"] += (found.month or opening.month, found.day) != (opening.month, opening.day)
    return right, of


def percent(right: int, of: int) -> str:
    """Return a share, or a dash where nothing could be right."""
    return f"{100 * right / of:.1f}" if of else "–"


def row(title: str, some: Iterable[Opening], scores: dict[str, tuple[Counter[str], Counter[str]]]) -> str:
    """Return the line of a table for some openings."""
    right, of, count = Counter[str](), Counter[str](), 0
    for opening in some:
        count += opening.is_dateline
        right.update(scores[opening.id][0])
        of.update(scores[opening.id][1])
    shares = (percent(right[column], of[column]) for column in (*COLUMNS, "refused"))
    return f"| {title} | {count} | {' | '.join(shares)} | {' | '.join(str(right[fault]) for fault in FAULTS)} |"


def report_openings(path: Path) -> None:
    """Print the tables of the openings: by part, by language, and beside the peers."""
    every = list(openings(path))
    examples, sides = list(shared_examples(path)), signs()
    always = list(samples([*own_examples(), *reuters_examples(path.parent / "reuters-1987.tsv")]))
    scores = {}
    for part in range(PARTS):
        others = samples(example for identity, example in examples if part_of(identity) != part)
        weights = fitted([*always, *others], sides)
        scores.update({opening.id: judged(opening, weights) for opening in every if part_of(opening.id) == part})
    print(f"\n| % | n | {' | '.join((*COLUMNS, 'refused', *FAULTS))} |")
    print(f"|---{'|---:' * (2 + len(COLUMNS) + len(FAULTS))}|")
    for part in range(PARTS):
        print(row(f"part {part + 1}", (opening for opening in every if part_of(opening.id) == part), scores))
    print(row("**all**", every, scores))
    for language, _ in Counter(opening.language for opening in every).most_common():
        print(row(language, (opening for opening in every if opening.language == language), scores))
    readers: dict[str, Callable[[Opening], date | None]] = {
        "feedsvc": read_by_feedsvc,
        "python-dateutil, fuzzy": read_by_dateutil,
    }
    other = by_dateparser()
    if other:
        readers["dateparser, search_dates"] = other
    dated = [opening for opening in every if opening.is_dateline and opening.date]
    undated = [opening for opening in every if opening.undated]
    print(f"\n| whole date of {len(dated)} | right | wrong | none | invented, of {len(undated)} |")
    print("|---|---:|---:|---:|---:|")
    for name, read in readers.items():
        dates = [(read(opening), opening.date) for opening in dated]
        right = sum(found == known for found, known in dates)
        none = sum(found is None for found, _ in dates)
        invented = sum(read(opening) is not None for opening in undated)
        print(f"| {name} | {right} | {len(dates) - right - none} | {none} | {invented} |")


def report_reuters(path: Path, limit: int | None) -> None:
    """Print how many of the Reuters openings are found, and how many with another day than is printed."""
    months = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
    found, wrong, count, asked = 0, 0, 0, 0
    with path.open(encoding="utf-8", newline="") as file:
        for line in list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[:limit]:
            dateline = find_dateline(f"{line['dateline']} {line['body begins']}")
            printed = [day for day in PRINTED_DAY.finditer(line["dateline"]) if day["month"].title()[:3] in months]
            count += 1
            found += dateline is not None
            if printed and dateline and dateline.day and dateline.month:
                asked += 1
                expected = months[printed[0]["month"].title()[:3]], int(printed[0]["day"])
                wrong += (dateline.month, dateline.day) != expected
    print(f"\nReuters 1987: found {percent(found, count)} % of {count}; ", end="")
    print(f"another day than is printed in {wrong} of {asked}")


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=DATA)
    arguments.add_argument("--limit", type=int, help="read only so many lines of the Reuters copy")
    given = arguments.parse_args()
    warnings.simplefilter("ignore")
    report_openings(given.data / "datelines.jsonl")
    if (given.data / "reuters-1987.tsv").exists():
        report_reuters(given.data / "reuters-1987.tsv", given.limit)


if __name__ == "__main__":
    main()
