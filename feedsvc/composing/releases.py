"""Read when copy that a mark keeps back may be used: the mark is wholly understood, or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta

from feedsvc.composing.release_words import (
    BRACKETS,
    DAY_FIRST,
    DAY_ZH,
    FILLING,
    FORMS,
    MONTH,
    MONTH_FIRST,
    ORNAMENTS,
    WEEKDAYS,
)
from feedsvc.datelines import Stated, read_printed, read_stated
from feedsvc.datelines.clock import Case, zone_of
from feedsvc.datelines.stated import LAST_YEAR
from feedsvc.errors import DateError
from feedsvc.model.dates import Dateline, Evidence

LONGEST = 200
# A day without a year is that of the copy's own days: embargoes are for days and weeks.
BEFORE, AFTER = timedelta(days=7), timedelta(days=120)
FAR_YEAR = re.compile(r"\d{4,9}(?=-\d\d-\d\d)")  # who writes 9999 means never
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# "1000 GMT", "0830 hrs"
FOUR_FIGURES = re.compile(
    r"(?<![\d:.,/-])([01]\d|2[0-3])([0-5]\d)(?=\s*(?:(?:hrs?|hours)\b\.?|\(?(?:GMT|UTC|BST|CES?T|[ECMP][SD]?T)\b))"
)
# What could be meant in two ways: 05/07/2026; midnight, which begins or ends a day; 9:00 EST, morning or evening.
UNSURE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?!(\d\d?)[./-]\1[./-])(?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|1[0-2])[./-]\d{4}(?!\d)",
        r"(?<!\d)12(?:[:.]00)?\s*[ap]\.?\s*m\b",
        r"(?<!\d)24(?:[:.h]?00(?!\d)|\s?[时時點点])",  # some mean the first moment of that day by it
        r"(?<![\d:.])0?[1-9][:.]\d\d(?!\d)(?!\s*[ap]\.?\s?m\b).{0,30}\b[ECMP][SD]?T\b",
        r"(?<![\d:.])1[0-2][:.]\d\d(?!\d)(?!\s*[ap]\.?\s?m\b).{0,30}\b[ECMP][SD]?T\b",
    )
)


def read_release(
    text: str, *, datelines: Sequence[Dateline], references: Collection[date], site_zone: str
) -> datetime | None:
    """Return the instant from which copy marked with *text* may be used, None unless nothing about it is in doubt.

    Every word must be understood: a condition, a second date, letters that mean several zones, a weekday that is not
    that day's, figures that leave open which is the month are not. A day alone is over at its last midnight.

    datelines:  of the copy: where no zone is printed, the place's, else the agency's, else the site's is meant.
    references: days that the copy is known to be of; they must agree on the year where none is printed.
    source:     docs/internals/articles.md, "Fail closed".
    """
    bare = _bare(text)
    if len(bare) > LONGEST or any(pattern.search(bare) for pattern in UNSURE):
        return None
    plain = MONTH.sub(lambda month: month[0].title(), FILLING.sub("", _with_colon(bare)))
    whole = _with_year(plain, references)
    try:
        stated = None if whole is None else read_printed(whole)
    except DateError:
        return None
    if whole is None or stated is None or stated.letters or not _is_understood(whole, stated):
        return None
    found = {_instant(stated, dateline, site_zone) for dateline in datelines or (None,)}
    return found.pop() if len(found) == 1 else None


def read_expiry(text: str, *, site_zone: str) -> datetime | None:
    """Return the first instant at which copy must not be seen any more; None where *text* is not a date and no more.

    A day alone is over at its first midnight, as it is for Hugo; so is an hour that a clock shows twice at its first.
    """
    bare = _bare(text)
    year = FAR_YEAR.match(bare)
    if year is not None and int(year[0]) > LAST_YEAR:
        return FOREVER
    try:
        stated = read_stated(bare)
    except DateError:
        return None
    if stated is None or stated.letters:
        return None
    around = f"{bare[: stated.start]} {bare[stated.end :]}"
    if WEEKDAYS[stated.date.weekday()].sub("", around).strip(" ,()") or not _is_its_weekday(bare, stated):
        return None
    zone = zone_of(None, Evidence(site_zone=site_zone), stated.zone, Case())
    when = datetime.combine(stated.date, stated.time or time(), zone)
    return min(when.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def _bare(text: str) -> str:
    """Return *text* in plain forms, without the ornaments and brackets around it."""
    bare, before = " ".join(unicodedata.normalize("NFKC", text).split()), None
    while bare != before:
        before = bare
        bare = bare.strip(ORNAMENTS)
        if bare[:1] in BRACKETS and bare.endswith(BRACKETS[bare[0]]) and BRACKETS[bare[0]] not in bare[:-1]:
            bare = bare[1:-1]
    return bare


def _with_colon(text: str) -> str:
    """Return *text* with "10:00 GMT" for "1000 GMT"; what may be a year must not be the only one."""
    found = FOUR_FIGURES.search(text)
    rest = "" if found is None else text[: found.start()] + text[found.end() :]
    if found is None or (YEAR.fullmatch(found[0]) and not YEAR.search(rest)):
        return text
    return f"{text[: found.start()]}{found[1]}:{found[2]}{text[found.end() :]}"


def _with_year(text: str, references: Collection[date]) -> str | None:
    """Return *text* with a year behind its day; None when it has none, and the references leave open which."""
    if YEAR.search(text):
        return text
    found = [(form, match) for form in (MONTH_FIRST, DAY_FIRST, DAY_ZH) for match in form.finditer(text)]
    if len(found) != 1:
        return None
    form, match = found[0]
    several = {_nearest(match[0], form is DAY_ZH, reference) for reference in references}
    year = several.pop() if len(several) == 1 else None
    if year is None:
        return None
    put = {MONTH_FIRST: f"{match[0]}, {year}", DAY_FIRST: f"{match[0]} {year}", DAY_ZH: f"{year}年{match[0]}"}[form]
    return text[: match.start()] + put + text[match.end() :]


def _nearest(day: str, is_zh: bool, reference: date) -> int | None:  # noqa: FBT001  told apart by its form
    for year in (reference.year - 1, reference.year, reference.year + 1):
        try:
            stated = read_printed(f"{year}年{day}" if is_zh else f"{day} {year}")
        except DateError:
            continue
        if stated and -BEFORE <= stated.date - reference <= AFTER:
            return year
    return None


def _is_understood(text: str, stated: Stated) -> bool:
    """Return whether the words around the date say that copy is free then, and its weekday, if printed, is right."""
    before, after = (
        part.strip(f"{ORNAMENTS}:;,.。、").casefold() for part in (text[: stated.start], text[stated.end :])
    )
    if not _is_its_weekday(text, stated):
        return False
    return any(opening.fullmatch(before) and closing.fullmatch(after) for opening, closing in FORMS)


def _is_its_weekday(text: str, stated: Stated) -> bool:
    """Return whether *text* names no weekday but that of the day it states."""
    return not any(form.search(text) for number, form in enumerate(WEEKDAYS) if number != stated.date.weekday())


def _instant(stated: Stated, dateline: Dateline | None, site_zone: str) -> datetime:
    zone = zone_of(dateline, Evidence(site_zone=site_zone), stated.zone, Case())
    day, moment = (stated.date, stated.time) if stated.time else (stated.date + timedelta(days=1), time())
    # An hour that a clock shows twice, or never: the later is meant, for earlier is too early.
    return max(datetime.combine(day, moment, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
