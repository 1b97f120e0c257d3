"""Say what keeps copy back, and until when: a mark ends only at a time that is wholly understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from feedsvc.composing.releases import FOREVER, read_expiry, read_release
from feedsvc.datelines import read_stated
from feedsvc.errors import DateError
from feedsvc.model.drafts import Arrived, Draft, Hold

LONG_OVER = timedelta(days=30)
ISO = re.compile(r"\d{4}-\d\d-\d\d")  # as front matter has it, where it may be the only date of an old post
TIMED = frozenset({"embargo", "hold"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Hold the marks on a document.

    active:   those that hold now; one whose time has come to expire is held by that.
    due:      when the last of all ends; None when there is none, or one ends at no time that is understood.
    released: the same, once it is over.
    expires:  when what nothing holds now is over.
    """

    active: tuple[Hold, ...]
    due: datetime | None
    released: datetime | None
    expires: datetime | None = None


FREE = Kept(active=(), due=None, released=None)


def kept_back(arrived: Arrived, *, now: datetime, site_zone: str) -> Kept:
    """Return what keeps a document back at *now*.

    source: docs/internals/articles.md, "Fail closed".
    """
    holds = arrived.draft.holds
    expiry, expires = _expiry(arrived.draft, now=now, site_zone=site_zone)
    if not holds and expiry is None:
        return replace(FREE, expires=expires) if expires else FREE
    ends = [_end(hold, arrived, site_zone) for hold in holds]
    known = [end for end in ends if end is not None]
    due = max(known) if known and len(known) == len(ends) else None
    active = tuple(hold for hold, end in zip(holds, ends, strict=True) if end is None or end > now)
    if expiry is not None:
        return Kept(active=(*active, expiry), due=None, released=None)
    if active:
        return Kept(active=active, due=due, released=None)
    return Kept(active=(), due=None, released=due, expires=expires)


def why(kept: Kept) -> str:
    """Return what holds a document back, in words; *kept* has active marks."""
    hold = kept.active[0]
    said = f"{hold.text!r}"
    if hold.kind == "withdrawn":
        return f"it is withdrawn by {said}"
    if hold.kind == "folder":
        return f"its folder {said} holds it back"
    if hold.kind == "expiry":
        return hold.text
    until = f" until {kept.due:%Y-%m-%d %H:%M} UTC" if kept.due else ""
    return f"{said} holds it back{until}"


def _expiry(draft: Draft, *, now: datetime, site_zone: str) -> tuple[Hold | None, datetime | None]:
    """Return what holds a document that is over, or may be, or when it will be."""
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
    # In January the year is written wrong: what was over long before it came is in doubt, unless the copy is as old.
    if end and arrived.live and end < arrived.arrival - LONG_OVER and not ISO.match(hold.text):
        is_old = any(abs(end.date() - day) < LONG_OVER for day in printed)
        return end if is_old else None
    return end


def _printed(draft: Draft) -> Iterator[date]:
    """Yield the days that the copy is surely of: what it states, and prints with a year."""
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
