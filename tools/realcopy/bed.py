"""Run feedsvc over somebody else's documents and compare the result with a reading of its own.

``make realcopy DIR=folder`` runs this. It prints counts, then the first ten of each kind of difference.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from realcopy import comparison, wire_copy
from realcopy.comparison import Check, Reading
from realcopy.conventions import (
    ENDINGS,
    GROUP_KEYS,
    Layout,
    among,
    fate_of,
    is_not_translated,
    is_source_of_another,
    script_of,
    stated_language,
    title_of,
)
from realcopy.front_blocks import Split, split
from realcopy.markup import read_markdown
from realcopy.outcomes import Outcome, Pass, published
from realcopy.written_dates import has_unread_date

OTHER_SCRIPTS = frozenset({"zh", "ja", "ko", "ru"})
FIRST = 10  # of the examples of a kind
SHOWN = 100
PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\d+")
READ = frozenset(f".{ending}" for ending in ENDINGS.split("|")) | {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the documents are read as. zone: of dates that state none."""

    languages: tuple[str, ...]
    zone: ZoneInfo
    now: datetime


@dataclass(slots=True, kw_only=True)
class Tally:
    """What is counted over all documents."""

    documents: int = 0
    wire: int = 0
    unread: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    differences: dict[str, list[Check]] = field(default_factory=lambda: defaultdict(list))

    def count(self, outcome: Outcome) -> None:
        """Count a document."""
        self.documents += 1
        self.fates[outcome.kind] += 1
        for problem in outcome.problems:
            if problem.severity != "note":
                self.reasons[f"{problem.severity}: {_without_particulars(problem.message)}"] += 1

    def add(self, *checks: Check) -> None:
        """Count comparisons."""
        for check in checks:
            self.checks[check.kind] += 1
            if not check.agrees:
                self.differences[check.kind].append(check)


def paths_in(folder: Path) -> Iterator[str]:
    """Yield the paths of the documents in *folder*, relative to it."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.suffix.lower() in READ and not hidden and path.is_file() and not path.is_symlink():
            yield relative.as_posix()


def compared(folder: Path, site: Site, *, outcomes: Mapping[str, Outcome], layout: Layout) -> Tally:
    """Return the comparison of all *outcomes*."""
    tally = Tally()
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for path, outcome in outcomes.items():
        if is_source_of_another(path, layout.paths):
            tally.fates["built from"] += 1
            continue
        try:
            text = (folder / path).read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            tally.unread += 1
            continue
        tally.count(outcome)
        document = split(text)
        if document.form == "none" and (wire_copy.is_wire_copy(text) or path.endswith((".txt", ".text"))):
            tally.wire += 1
            tally.add(*wire_copy.checks(path, text, outcome))
            continue
        reading, is_of_the_site = read(path, document, site, layout)
        tally.add(fate_check(reading, outcome, site, is_of_the_site=is_of_the_site))
        if is_of_the_site:
            tally.add(*comparison.checks(reading, outcome, zone=site.zone))
            if outcome.article is not None and reading.language:
                groups[group_of(path, document, layout)].append((path, reading.language))
    tally.add(*pairs(groups, outcomes))
    return tally


def read(path: str, document: Split, site: Site, layout: Layout) -> tuple[Reading, bool]:
    """Return the reading of a document, and whether its language is one of the site's."""
    markup = read_markdown(document.body, first_line=document.first_line, is_mdx=path.endswith(".mdx"))
    stated, place = stated_language(document.fields), layout.language(path)[0]
    title = title_of(document.fields) or markup.heading or ""
    written = script_of(markup.prose, title=title)
    if written == "en" and sum(tag.partition("-")[0] not in OTHER_SCRIPTS for tag in site.languages) > 1:
        written = None  # several languages of the site have Latin letters
    # Sites keep a text that nobody has translated yet in the place of its translation.
    tag = stated or (written if place and is_not_translated(place, written, title=title) else place or written)
    language = among(tag, site.languages) if tag else ""
    reading = Reading(path=path, document=document, markup=markup, language=tag or "" if language is None else language)
    return reading, language is not None


def fate_check(reading: Reading, outcome: Outcome, site: Site, *, is_of_the_site: bool) -> Check:
    """Return whether the document was published, kept back or refused as it should be."""
    fate, why = fate_of(reading.path, reading.document, now=site.now, zone=site.zone)
    if fate == "published" and not is_of_the_site:
        fate, why = "rejected", f"language {reading.language}"
    has_title = title_of(reading.document.fields) or reading.markup.heading or reading.document.form == "none"
    if fate == "published" and not has_title:
        fate, why = "rejected", "no title"
    kind = outcome.kind
    is_open = not reading.markup.text.strip() or has_unread_date(reading.document.fields, site.zone)
    if fate == "published" and is_open:  # a page that its template fills, a day that no calendar has
        agrees, name = kind != "not told", "gone without a word"
    elif fate == "published":
        agrees = kind == "published"
        name = f"{kind} though it should be published"
    else:
        agrees = kind not in {"published", "not told"}
        name = f"published though it should be {fate}" if kind == "published" else "gone without a word"
    said = "; ".join(problem.message for problem in outcome.problems)
    line = next((problem.line or 0 for problem in outcome.problems), 0)
    return Check(kind="fate" if agrees else name, path=reading.path, agrees=agrees, line=line, expected=why, found=said)


def group_of(path: str, document: Split, layout: Layout) -> tuple[str, str]:
    """Return the key under which the translations of a document are one group."""
    key = next((str(document.fields[key]) for key in GROUP_KEYS if document.fields.get(key)), "")
    return ("key", key) if key else ("path", layout.language(path)[1])


def pairs(
    groups: Mapping[tuple[str, str], Sequence[tuple[str, str]]], outcomes: Mapping[str, Outcome]
) -> Iterator[Check]:
    """Yield whether the documents of each group of two languages or more are one article."""
    for members in groups.values():
        by_language = {language: path for path, language in members}
        if len(members) == 1 or len(by_language) < len(members):
            continue
        articles = {article.id for path in by_language.values() if (article := outcomes[path].article) is not None}
        paths = sorted(by_language.values())
        yield Check(
            kind="pairs of translations",
            path=paths[0],
            agrees=len(articles) == 1,
            expected="one article with " + ", ".join(paths[1:]),
            found=f"{len(articles)} articles",
        )


def _without_particulars(message: str) -> str:
    """Return *message* without the words that it quotes, so that its kind can be counted."""
    return PARTICULARS.sub("…", message)[:SHOWN]


def report(folder: Path, done: Pass, tally: Tally) -> Iterator[str]:
    """Yield the lines of the report: counts, then examples."""
    yield f"{folder}: {tally.documents} documents, of which {tally.wire} are plain copy; {tally.unread} not in UTF-8"
    per_document = done.cpu_s * 1000 / max(tally.documents, 1)
    yield f"{done.articles} articles; {done.cpu_s:.1f} s of CPU, {per_document:.1f} ms a document"
    yield "outcomes: " + ", ".join(f"{count} {kind}" for kind, count in tally.fates.most_common())
    for reason, count in tally.reasons.most_common(20):
        yield f"  {count:6} {reason}"
    if done.said:
        yield f"the pass did not end well: {done.said[-2000:]}"
    kinds = sorted(tally.differences, key=lambda kind: (-len(tally.differences[kind]), kind))
    yield ""
    yield "compared  differ  kind"
    for kind, count in sorted(tally.checks.items()):
        yield f"{count:8}  {len(tally.differences.get(kind, ())):6}  {kind}"
    for kind in kinds:
        found = tally.differences[kind]
        yield ""
        yield f"{kind}: {len(found)}"
        for check in found[:FIRST]:
            place = f"{check.path}:{check.line}" if check.line else check.path
            yield f"  {place}"
            yield f"      expected {check.expected!r}, found {check.found!r}"


def main(arguments: Sequence[str]) -> int:
    """Run the bed; return 0, for differences are what it is for."""
    options = argparse.ArgumentParser(prog="make realcopy", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--languages", default="en,zh", help="of the site, with commas")
    options.add_argument("--zone", default="Asia/Shanghai", help="of the site")
    options.add_argument("--differences", type=Path, help="write every difference to this file, one JSON object a line")
    chosen = options.parse_args(arguments)
    folder = chosen.folder.resolve()
    if not folder.is_dir():
        options.error(f"{folder} is no folder")
    site = Site(languages=tuple(chosen.languages.split(",")), zone=ZoneInfo(chosen.zone), now=datetime.now(UTC))
    paths = list(paths_in(folder))
    with tempfile.TemporaryDirectory(prefix="realcopy-") as work:
        done = published(folder, paths, languages=site.languages, zone=chosen.zone, work=Path(work))
    tally = compared(folder, site, outcomes=done.outcomes, layout=Layout(paths, site.languages))
    for line in report(folder, done, tally):
        print(line)
    if chosen.differences:
        with chosen.differences.open("w", encoding="utf-8") as file:
            for found in tally.differences.values():
                file.writelines(json.dumps(asdict(check), ensure_ascii=False) + "\n" for check in found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
