"""Read how long copy is held back: a mark ends only at a time whose every word is understood.

The words of the marks are in hold_words_en.py and hold_words_zh.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedsvc.articles import hold_words_en, hold_words_zh
from feedsvc.datelines import Stated, read_printed, read_stated
from feedsvc.datelines.calendar import LAST_YEAR
from feedsvc.datelines.clock import Case, zone_of
from feedsvc.datelines.dateline_year import WEEKDAYS as DAYS
from feedsvc.model.dates import Dateline, Evidence
from feedsvc.model.draft import Arrived, Draft, Hold
from feedsvc.model.errors import DateError

ORNAMENTS = " \t*#=>!\"'“”‘’<·•^_~+|-–—"
BRACKETS = {"(": ")", "[": "]", "【": "】", "〔": "〕", "《": "》"}

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b"
_FIGURE = r"(?<![\d:.,/-])\d{1,2}(?:st|nd|rd|th)?(?![\d:a-z])(?!\s?[ap]\.?\s?m\b)"
MONTH_FIRST = re.compile(rf"(?<![a-z]){_MONTH}\s{_FIGURE}", re.IGNORECASE)
DAY_FIRST = re.compile(rf"{_FIGURE}\s{_MONTH}(?![a-z])(?!\s{_FIGURE})", re.IGNORECASE)
DAY_ZH = re.compile(r"(?<![\d年])\d{1,2}月\d{1,2}[日号號]")
# In capitals it could be a zone's letters.
MONTH = re.compile(rf"(?<![A-Za-z]){_MONTH}(?![A-Za-z])", re.IGNORECASE)
# Words that say nothing before a day or a time: "on Monday", "the 30th".
FILLING = re.compile(rf"\b(?:on|the)\s(?={_DAY}|{_MONTH}\s|\d)", re.IGNORECASE)
# From Monday on.
WEEKDAYS = tuple(
    re.compile(rf"(?<![a-z]){name}(?![a-z])|(?:周|週|星期|礼拜|禮拜)[{figure}]", re.IGNORECASE)
    for name, figure in (
        ("mon(?:day)?", "一1"),
        ("tue(?:s|sday)?", "二2"),
        ("wed(?:nesday)?", "三3"),
        ("thu(?:r|rs|rsday)?", "四4"),
        ("fri(?:day)?", "五5"),
        ("sat(?:urday)?", "六6"),
        ("sun(?:day)?", "日天7"),
    )
)

FORMS = tuple(
    (re.compile(before), re.compile(behind))
    for before, behind in (*hold_words_en.AROUND_A_TIME, *hold_words_zh.AROUND_A_TIME)
)

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
# Forms that can mean two times: 05/07/2026; midnight, which begins or ends a day; 9:00 EST, morning or evening.
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

    Every word must be understood. A condition, a second date, letters that mean several zones, the weekday of another
    day, or figures of which either may be the month leave it in doubt. A date without a time ends at the midnight after
    it.

    datelines:  of the copy: where no zone is printed, the place's, else the agency's, else the site's is meant.
    references: days that the copy is known to be from; where no year is printed, they must agree on one.
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
    """Return the instant from which copy must not be seen any more; None unless *text* is a date and nothing else.

    A date without a time expires at its first midnight, as in Hugo. An hour that a clock shows twice expires the first
    time.
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


def doubt_of(mark: str) -> str:
    """Return in words why no end can be read from *mark*, of which `read_release` gives none."""
    bare = _bare(mark)
    unsure = next((found for pattern in UNSURE if (found := pattern.search(bare))), None)
    if unsure is not None:
        return f"{unsure[0]} can mean two days" if unsure.re is UNSURE[0] else f"{unsure[0]} can mean two times"
    plain = MONTH.sub(lambda month: month[0].title(), FILLING.sub("", _with_colon(bare)))
    try:
        stated = read_printed(plain)
    except DateError as error:
        return error.message.rpartition(": ")[2]
    return _doubt_of_words(plain) if stated is None else _doubt_of_date(plain, stated)


def _doubt_of_date(text: str, stated: Stated) -> str:
    if not _is_its_weekday(text, stated):
        return f"{stated.date} is a {DAYS[stated.date.weekday()]}"
    if stated.letters:
        return f"{stated.letters} can mean several zones"
    return "its time is in doubt" if _is_understood(text, stated) else "not all of its words are understood"


def _doubt_of_words(text: str) -> str:
    day = next((found for form in (MONTH_FIRST, DAY_FIRST, DAY_ZH) if (found := form.search(text))), None)
    if day is not None:
        return f"{day[0].strip()} has no year"
    weekday = next((found for form in WEEKDAYS if (found := form.search(text))), None)
    return "it names no time" if weekday is None else f"{weekday[0].title()} has no date"


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
    """Return *text* with "10:00 GMT" for "1000 GMT", unless these figures may be its only year."""
    found = FOUR_FIGURES.search(text)
    rest = "" if found is None else text[: found.start()] + text[found.end() :]
    if found is None or (YEAR.fullmatch(found[0]) and not YEAR.search(rest)):
        return text
    return f"{text[: found.start()]}{found[1]}:{found[2]}{text[found.end() :]}"


def _with_year(text: str, references: Collection[date]) -> str | None:
    """Return *text* with a year after its day; None when it prints none and the references do not agree on one."""
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
    """Return whether the words around the date only say that copy is free then, and a printed weekday is right."""
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


LONG_OVER = timedelta(days=30)
ISO = re.compile(r"\d{4}-\d\d-\d\d")  # as front matter has it, where it may be the only date of an old post
# As items of agencies have it, without a zone.
BY_MACHINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
TIMED = frozenset({"embargo", "hold"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The marks on a document.

    active:   those that hold now, its expiry included; first those whose end is not known.
    due:      when the last of them ends; None without marks, or where the end of one is not understood.
    released: the same, once it has passed.
    expires:  when a document that is free will expire.
    """

    active: tuple[Hold, ...]
    due: datetime | None
    released: datetime | None
    expires: datetime | None = None


FREE = Kept(active=(), due=None, released=None)


def kept_back(arrived: Arrived, *, now: datetime, site_zone: str) -> Kept:
    """Return the marks that hold a document at *now*, and their ends.

    source: docs/internals/articles.md, "Fail closed".
    """
    holds = arrived.draft.holds
    expiry, expires = _expiry(arrived.draft, now=now, site_zone=site_zone)
    if not holds and expiry is None:
        return replace(FREE, expires=expires) if expires else FREE
    ends = [_end(hold, arrived, site_zone) for hold in holds]
    known = [end for end in ends if end is not None]
    due = max(known) if known and len(known) == len(ends) else None
    holding = [(end, hold) for hold, end in zip(holds, ends, strict=True) if end is None or end > now]
    active = tuple(hold for _, hold in sorted(holding, key=lambda held: held[0] is not None))
    if expiry is not None:
        return Kept(active=(*active, expiry), due=None, released=None)
    if active:
        return Kept(active=active, due=due, released=None)
    return Kept(active=(), due=None, released=due, expires=expires)


def why(kept: Kept) -> str:
    """Return in words why a document is held; *kept* has active marks."""
    hold = kept.active[0]
    said = f"{hold.text!r}"
    if hold.kind == "withdrawn":
        return f"it is withdrawn by {said}"
    if hold.kind == "folder":
        return f"its folder {said} holds it back"
    if hold.kind == "expiry":
        return hold.text
    if kept.due:
        return f"{said} holds it back until {kept.due:%Y-%m-%d %H:%M} UTC"
    if hold.kind not in TIMED or not hold.alone:
        return f"{said} holds it back"
    return f"{said} holds it back: {doubt_of(hold.text)}; only a person can lift it"


def _expiry(draft: Draft, *, now: datetime, site_zone: str) -> tuple[Hold | None, datetime | None]:
    """Return the hold of a document that expired, or may have; else when it will expire."""
    ends = []
    for stated in draft.dates:
        if stated.label != "expiry":
            continue
        end = read_expiry(stated.text, site_zone=site_zone)
        if end is None or end <= now:
            told = (
                f"it expired at {end:%Y-%m-%d %H:%M} UTC"
                if end
                else f"no date of expiry can be read from {stated.text!r}"
            )
            return Hold(kind="expiry", text=told, span=stated.span), None
        ends.append(end)
    end = min(ends, default=FOREVER)
    return None, end if end < FOREVER else None


def _end(hold: Hold, arrived: Arrived, site_zone: str) -> datetime | None:
    if hold.kind not in TIMED or not hold.alone:
        return None
    printed = set(_printed(arrived.draft))
    arrival = {arrived.arrival.astimezone(ZoneInfo(site_zone)).date()} if arrived.live else set()
    datelines = arrived.draft.datelines
    end = read_release(hold.text, datelines=datelines, references=printed | arrival, site_zone=site_zone)
    if end and BY_MACHINE.fullmatch(hold.text):
        # A program that leaves the zone out hardly knows the place of the dateline; earlier is too early.
        here = read_release(hold.text, datelines=(), references=set(), site_zone=site_zone)
        return max(end, here) if here else None
    # In January the year is often wrong: an end long before the arrival is in doubt, unless the copy is as old.
    if end and arrived.live and end < arrived.arrival - LONG_OVER and not ISO.match(hold.text):
        is_old = any(abs(end.date() - day) < LONG_OVER for day in printed)
        return end if is_old else None
    return end


def _printed(draft: Draft) -> Iterator[date]:
    """Yield the days that the copy is surely from: stated ones, and datelines with a year."""
    for stated in draft.dates:
        try:
            found = read_stated(stated.text) if stated.label in {"date", "stamp"} else None
        except DateError:
            continue
        if found:
            yield found.date
    for dateline in draft.datelines:
        if dateline.year and dateline.month and dateline.day:
            try:
                yield date(dateline.year, dateline.month, dateline.day)
            except ValueError:
                continue
