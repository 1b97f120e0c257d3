"""Fit the weights of the evidence for datelines, and write them into feedsvc/datelines/evidence.tsv.

Usage: python tools/fit_evidence.py

The table says on which side each evidence may speak: "+" for a dateline, "-" against one, "±" either. The size of its
weight is fitted, by logistic regression, to our own lines (``benchmarks/datelines/lines.tsv``) and to the real openings
in ``../shared/data``, as far as they are there. Of each text the scans that are looked at in turn are samples: the one
that is the answer speaks for, those before it against.

benchmarks/datelines/cross_validate.py calls ``fitted`` with four fifths of the openings at a time.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from feedsvc.datelines.agencies import settle
from feedsvc.datelines.evidence import evidence_of
from feedsvc.datelines.find import candidates
from feedsvc.datelines.spaced import Scan
from feedsvc.datelines.spaced_places import EAST_ASIAN
from feedsvc.datelines.story_head import fold_head, lines
from feedsvc.datelines.surroundings import look_at
from feedsvc.datelines.word_tables import tables

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "feedsvc" / "datelines" / "evidence.tsv"
LINES = ROOT / "benchmarks" / "datelines" / "lines.tsv"
SHARED = ROOT.parent / "shared" / "data"
LEAST, RIDGE, STEP, ROUNDS = 0.25, 0.0015, 0.15, 700
REUTERS_EVERY = 9  # one in so many of its openings is enough, since most are alike
LONGEST_EXAMPLE = 80
GIVEN = {"opens the body": 1.0}  # what no sample can show, since they stand in no document
ANY = "*"  # as a place: whatever opens the line with a day is the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and its answer. places, month and day: those of its dateline; None where it has none."""

    text: str
    answer: tuple[str | None, int | None, int | None] | None
    agency: str | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The evidence of one scan, and whether it is the answer."""

    names: tuple[str, ...]
    is_answer: bool
    text: str
    is_ours: bool


def own_examples(path: Path = LINES) -> Iterator[Example]:
    """Yield our own lines."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            place = row["places"].partition("|")[0] or None
            answer = (place, int(row["month"] or 0) or None, int(row["day"] or 0) or None)
            text = row["text"].replace("\\n", "\n")
            dated = answer if row["kind"] == "dateline" else None
            yield Example(text=text, answer=dated, agency=row["agency"] or None, is_ours=True)


def shared_examples(path: Path) -> Iterator[tuple[str, Example]]:
    """Yield (id, example) of the real openings."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        row = json.loads(line)
        answer = (row["places"][0] if row["places"] else None, row["month"], row["day"])
        if row["kind"] != "stamp":
            yield row["id"], Example(text=row["text"], answer=answer if row["kind"] == "dateline" else None)


def reuters_examples(path: Path) -> Iterator[Example]:
    """Yield some of the Reuters openings; whatever opens the line is the answer."""
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)):
                if number % REUTERS_EVERY == 0 and any(map(str.isdigit, row["dateline"])):
                    yield Example(text=f"{row['dateline']} {row['body begins']}", answer=(ANY, None, None))


def samples(examples: Iterable[Example]) -> Iterator[Sample]:
    """Yield the scans of each example up to its answer; a scan of a dateline with another answer is no sample."""
    known = tables()
    for example in examples:
        head = fold_head(example.text)
        for start, end in lines(head):
            done = False
            for found, before in candidates(head, start, end, known):
                if before == "nothing" and EAST_ASIAN.match(head[start:end].lstrip("[(< ")):
                    continue  # the grammar of such lines is asked first, and this one seldom
                names = tuple(evidence_of(look_at(found, head, end, known, before=before)))
                done = _is_answer(found, example.answer) and _is_signed(found, example.agency)
                other = example.answer and before != "text" and found.day and found.day.month == example.answer[1]
                if done or not other:
                    yield Sample(names=names, is_answer=done, text=example.text, is_ours=example.is_ours)
                if done:
                    break
            if done:
                break


def _is_signed(found: Scan, agency: str | None) -> bool:
    """Return whether no other listed agency signs the scan than that of the answer."""
    signed = found.agency if found.agency and found.agency.known else None
    place = found.places[0].place(tables()) if found.places else None
    return signed is None or agency is None or settle(signed, place.country if place else None) == agency


def _is_answer(found: Scan, answer: tuple[str | None, int | None, int | None] | None) -> bool:
    """Return whether the scan names the first place and the day of the answer, or a day if any will do."""
    day = found.day
    if answer is None:
        return False
    if answer[0] == ANY:
        return day is not None
    place = found.places[0] if found.places else None
    meant = place.place(tables()) if place else None
    name = (meant.name if meant else place.printed).casefold() if place else None
    named = name == (answer[0].casefold() if answer[0] else None)
    return named and (day is None or day.numbers is not None or day.day == answer[2])


def signs() -> dict[str, str]:
    """Return the side on which each evidence may speak."""
    rows = (row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines()[1:])
    return {name: side for name, _, side, *_ in rows}


def fitted(given: Iterable[Sample], sides: Mapping[str, str]) -> dict[str, float]:
    """Return the weights that fit the samples best: logistic regression, each weight on its side, none too small."""
    counted: dict[tuple[tuple[str, ...], bool], int] = {}
    for sample in given:
        counted[sample.names, sample.is_answer] = counted.get((sample.names, sample.is_answer), 0) + 1
    sides = {name: sides.get(name, "±") for names, _ in sorted(counted) for name in names}
    cases = [(names, is_answer, count**0.5) for (names, is_answer), count in sorted(counted.items())]
    weights = {name: {"+": LEAST, "-": -LEAST}.get(side, 0.0) for name, side in sides.items()}
    speed = dict.fromkeys(sides, 1e-8)
    for _ in range(ROUNDS):
        slopes = {name: RIDGE * len(cases) ** 0.5 * weight for name, weight in weights.items()}
        for names, is_answer, count in cases:
            odds = sum(weights[name] for name in names)
            missed = count * (1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))) - is_answer)
            for name in names:
                slopes[name] += missed
        for name, slope in slopes.items():
            speed[name] = 0.9 * speed[name] + 0.1 * slope * slope
            weights[name] -= STEP * slope / (speed[name] ** 0.5 + 1e-8) if slope else 0
            if sides[name] == "+":
                weights[name] = max(weights[name], LEAST)
            elif sides[name] == "-":
                weights[name] = min(weights[name], -LEAST)
    return weights


def rows(given: Iterable[Sample], weights: Mapping[str, float], sides: Mapping[str, str]) -> Iterator[str]:
    """Yield the rows of the table: each evidence that a sample shows, with counts and a line of ours that shows it."""
    shown: dict[str, list[Sample]] = {}
    for sample in given:
        for name in dict.fromkeys(sample.names):
            shown.setdefault(name, []).append(sample)
    for name in sorted(shown.keys() | GIVEN):
        if name in GIVEN:
            yield "\t".join((name, f"{GIVEN[name]:+.2f}", "+", "", "", "given, not fitted"))
            continue
        speaking = sum(sample.is_answer for sample in shown[name])
        ours = [sample for sample in shown[name] if sample.is_ours]
        usual = sorted(ours, key=lambda sample: (sample.is_answer != (weights[name] > 0), len(sample.text)))
        example = usual[0].text.replace("\n", " ")[:LONGEST_EXAMPLE] if usual else ""
        against = len(shown[name]) - speaking
        yield "\t".join((name, f"{weights[name]:+.2f}", sides.get(name, "±"), str(speaking), str(against), example))


def main() -> None:
    """Fit and write."""
    ours = list(own_examples())
    real = [example for _, example in shared_examples(SHARED / "datelines.jsonl")]
    given = list(samples([*ours, *real, *reuters_examples(SHARED / "reuters-1987.tsv")]))
    sides = signs()
    weights = fitted(given, sides)
    header = TABLE.read_text(encoding="utf-8").partition("\n")[0]
    TABLE.write_text("\n".join((header, *rows(given, weights, sides))) + "\n", encoding="utf-8")
    wrong = [
        (sum(weights[name] for name in sample.names), sample)
        for sample in given
        if (sum(weights[name] for name in sample.names) > 0) != sample.is_answer
    ]
    for odds, sample in wrong:
        print(f"{'missed' if sample.is_answer else 'taken'} {odds:+.1f} {sample.text[:90]!r} {', '.join(sample.names)}")
    print(f"{len(given) - len(wrong)} of {len(given)} scans are judged rightly")


if __name__ == "__main__":
    main()
