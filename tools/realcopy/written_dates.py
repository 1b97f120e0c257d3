"""Read dates with python-dateutil, and where a generator finds them: in keys, names of files and folders, addresses."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

from dateutil import parser

# In the order in which Hugo, Astro and others look for the date of a post; folded.
STATED = "date publishedat datepublished pubdate pubdatetime published publishdate created createdat datecreated"
DATE_KEYS = (*STATED.split(), "createdate", "createtime", "datetime", "time")
ADDRESS_KEYS = ("path", "permalink", "url", "slug")
DAY = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
AMBIGUOUS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")
# Jekyll: 2020-05-26-name.md; Docusaurus: also 2020/05/26/name.md, 2020/05-26-name.md, 2020-05-26-name/index.md.
IN_A_NAME = re.compile(r"(?:^|/)(?P<year>(?:19|20)\d\d)[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?=[-_./ ]|$)")
COMPACT = re.compile(r"(?:^|/)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?=[-_.])")  # 20200526-name.md
FIRST = datetime(2001, 2, 3, 4, 5)  # noqa: DTZ001 (only what the text does not say is taken from it)
SECOND = datetime(2004, 7, 8, 9, 10)  # noqa: DTZ001 (the same)
MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001 (the same)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A date as written.

    instant: aware if `is_day` is false; else its day counts, at midnight of the site's zone.
    where:   the key, or "name", "address".
    """

    instant: datetime
    is_day: bool
    where: str


def read_date(value: object, zone: tzinfo, *, where: str) -> Written | None:
    """Return the date that *value* states, None if it states none or more than one reading is possible.

    zone: of the site; of dates that state none.
    """
    if isinstance(value, datetime):
        return Written(instant=value if value.tzinfo else value.replace(tzinfo=zone), is_day=False, where=where)
    if isinstance(value, date):
        return Written(instant=datetime.combine(value, time(), zone), is_day=True, where=where)
    text = str(value).strip()
    if not re.search(r"\d{4}", text) or AMBIGUOUS.match(text):
        return None
    return _read_text(text, zone, where=where)


def _read_text(text: str, zone: tzinfo, *, where: str) -> Written | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # dateutil drops the zones that it does not know with a warning
            first, second, read = (parser.parse(text, default=default) for default in (FIRST, SECOND, MIDNIGHT))
    except (ValueError, OverflowError, Warning):
        return None
    if first.date() != second.date():
        return None
    if first.hour != second.hour:
        return Written(instant=datetime.combine(first.date(), time(), zone), is_day=True, where=where)
    return Written(instant=read if read.tzinfo else read.replace(tzinfo=zone), is_day=False, where=where)


def date_of(path: str, fields: Mapping[str, Any], zone: tzinfo) -> Written | None:
    """Return the date of the document at *path*: of a key, else of its name, else of its address."""
    for key in DATE_KEYS:
        if fields.get(key) not in (None, ""):
            written = read_date(fields[key], zone, where=key)
            if written:
                return written
    named = _day((IN_A_NAME.findall(path) or COMPACT.findall(path))[-1:], zone, where="name")
    if named:
        return named
    for key in ADDRESS_KEYS:
        found = _day(IN_A_NAME.findall(str(fields.get(key, ""))), zone, where="address")
        if found:
            return found
    return None


def has_unread_date(fields: Mapping[str, Any], zone: tzinfo) -> bool:
    """Return whether a key holds a date that this module does not read: nothing is compared then."""
    stated = [fields[key] for key in DATE_KEYS if fields.get(key) not in (None, "", "true", "false", True, False)]
    return bool(stated) and read_date(stated[0], zone, where="") is None


def _day(found: list[tuple[str, str, str]], zone: tzinfo, *, where: str) -> Written | None:
    for year, month, day in found:
        try:
            return Written(instant=datetime(int(year), int(month), int(day), tzinfo=zone), is_day=True, where=where)
        except ValueError:
            continue
    return None
