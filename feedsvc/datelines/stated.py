"""Read a full date that a document states about itself: front matter, a header, a stamp, a masthead.

``stated_pieces.py`` cuts the text into pieces. The forms below say which of them are a date and its clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal, NamedTuple

from feedsvc.datelines.story_head import fold_head
from feedsvc.datelines.word_tables import tables
from feedsvc.model.errors import DateError

if TYPE_CHECKING:
    from feedsvc.datelines.stated_pieces import Piece

_LONGEST = 200
_DIGITS = {start + digit: 48 + digit for start in (0x966, 0x9E6, 0xE50) for digit in range(10)}
_YEAR = re.compile("[0-9]{4}|[년年]")
_ANY_YEAR = re.compile("(?<![0-9])(?:1[6-9]|2[01])[0-9]{2}(?![0-9])")
# The forms of a date, over the letters of the kinds of its pieces, and of a clock before or behind it.
_NAMED = "Do*No*CY|No*DCY|Do*No*Y|No*Do*Y|Yo*No*D"
_DAY = re.compile(f"(?:w[wo]*)?(?P<day>[EF]|{_NAMED})")
_ALONE = re.compile("(?:w[wo]*)?(?P<day>[SRE]|DN[AD]|NDA)")
_CLOCK_AFTER = re.compile("[wo]*Z?[wo]*C")
_CLOCK_BEFORE = re.compile("Z?C[wo]*$")
_ZONE_BEFORE = re.compile("Z[wo]*$")
_EPOCH = re.compile("[0-9]{10}(?:[0-9]{3})?")
_HOURLY = re.compile("(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A full date as a document states it.

    time:    None when only the day is stated.
    zone:    an IANA name or "+HH:MM"; None when none is stated or what is printed was not resolved.
    letters: a zone as printed that was not resolved, because it means several ("CST") or none ("+16:00"), else None.
    weekday: as printed, 0 is Monday; it may be that of another day. None beside 24:00, which is of the next.
    start, end: where it is in the text it was read from; words that were not understood are outside.
    unread:  those words, as far as they may say something of the time: what is no weekday and no small word.
    """

    year: int
    month: int
    day: int
    time: time | None = None
    precision: Literal["second", "minute", "day"] = "day"
    zone: str | None = None
    letters: str | None = None
    weekday: int | None = None
    start: int
    end: int
    unread: str = ""

    @property
    def date(self) -> date:
        """Return the day."""
        return date(self.year, self.month, self.day)


class Order(NamedTuple):
    """What tells the day of "05/07/2018" from the month: the (month, day) near it, or the custom of its language."""

    near: tuple[int, int] | None = None
    day_first: bool = False


def read_stated(text: str, *, near: tuple[int, int] | None = None, day_first: bool = False) -> Stated | None:
    """Return the full date that *text* states, None when it states none.

    Read are ISO 8601 and its looser forms, RFC 2822, "26 May 2017 14:00 GMT+8" (plus eight), "May 26, 2017 10:30 a.m.
    EDT", the same in every registered language, "2017年5月26日 10:00", and years of eras (民國106年, 令和3年). Letters
    that mean several zones ("CST") are kept and never resolved, least of all by the machine's own zone. Where *text* is
    nothing but a date, further forms are read, which could mean something else in a sentence: "1495807500", "26.05.17",
    "2017-146", "106/05/26".

    near:   (month, day) printed in the dateline beside it; decides which of "05/07/2018" is the month.
    day_first: decides it where nothing near does.
    raises: DateError for a day that cannot be (30 February, year 9999), and for figures that leave open which is the
            month; the message quotes the text.
    """
    whole, order = _folded(text), Order(near=near, day_first=day_first)
    return _read(whole, text, _DAY, order) or _epoch(text) or _read(whole, text, _ALONE, order)


def read_printed(text: str, *, near: tuple[int, int] | None = None, day_first: bool = False) -> Stated | None:
    """Return the full date in *text*, a line of copy, without the forms that only a date alone may have."""
    return _read(_folded(text), text, _DAY, Order(near=near, day_first=day_first))


def year_named(text: str) -> int | None:
    """Return the only year that *text*, which could not be read as a date, may name; None when it names several."""
    years = set(_ANY_YEAR.findall(text[:_LONGEST]))
    return int(years.pop()) if len(years) == 1 else None


def _folded(text: str) -> str:
    folded = fold_head(text[:_LONGEST])
    return folded if folded.isascii() else folded.translate(_DIGITS)


def _epoch(text: str) -> Stated | None:
    """Return the moment that *text* counts from 1970, in seconds or thousandths; None when it is no such number.

    raises: DateError for figures that may as well be a day with its hour: "1705261405".
    """
    figures = text.strip()
    if _EPOCH.fullmatch(figures) is None:
        return None
    if _HOURLY.fullmatch(figures):
        raise DateError(f"{figures!r}: it is open whether it counts seconds; write it as YYYY-MM-DD HH:MM")
    moment = datetime.fromtimestamp(int(figures[:10]), UTC)
    stated = _read(moment.isoformat(), figures, _DAY, Order())
    return replace(stated, start=0, end=len(text)) if stated else None


def _read(whole: str, text: str, forms: re.Pattern[str], order: Order) -> Stated | None:
    if forms is _DAY and not _YEAR.search(whole):  # four in ten lines of copy have none
        return None
    # Most lines of copy state no date, and both, with dateutil, double the time that the package takes to import.
    from feedsvc.datelines import stated_pieces  # noqa: PLC0415

    if forms is _ALONE:
        whole = stated_pieces.calendar_day(whole)
    pieces = stated_pieces.cut(whole, tables())
    kinds = "".join(piece.kind for piece in pieces)
    form = forms.search(kinds)
    if form is None or (forms is _ALONE and not _is_alone(whole, pieces, kinds, form)):
        return None
    quoted = text[:_LONGEST].strip()
    day = stated_pieces.day_of_pieces(
        pieces[form.start("day") : form.end()], order.near, quoted, day_first=order.day_first
    )
    first, last = _with_clock(kinds, pieces, form)
    of_kind = {piece.kind: piece for piece in pieces[first:last]}
    start, end, clock = pieces[first].start, pieces[last - 1].end, of_kind.get("C")
    zone, letters = (clock.zone or of_kind.get("Z", clock).zone, clock.letters) if clock else (None, None)
    if clock and kinds[last - 1] == "Y" and not (zone or letters):  # "Fri May 26 14:05:00 2017 -0800"
        zone, letters, end = stated_pieces.zone_at(whole, end, tables())
    try:
        moment = stated_pieces.moment_of(f"{day}T{clock.text if clock else '00:00'}")
    except (ValueError, OverflowError) as error:
        raise DateError(f"{quoted!r}: there is no such time of day") from error
    return Stated(
        year=moment.year,
        month=moment.month,
        day=moment.day,
        time=moment.time() if clock else None,
        precision="day" if clock is None else "second" if len(clock.text) > len("14:05") else "minute",
        zone=zone or None,
        letters=None if zone else letters,
        weekday=of_kind["w"].number if "w" in of_kind and moment.date() == day else None,
        start=start,
        end=end,
        unread=stated_pieces.words_beside(whole, start, end, tables()),
    )


def _is_alone(whole: str, pieces: list[Piece], kinds: str, form: re.Match[str]) -> bool:
    """Return whether a date and its clock are all there is; a year of two figures must be seen to be one."""
    if "x" in kinds:
        return False
    if form["day"] != "DND":
        return True
    month, year = pieces[form.end() - 2 : form.end()]
    glued = whole[month.end : year.start] in ("", "-", "/")
    return len(year.text) == len("17") and (glued or kinds[form.end() : form.end() + 1] == "C")


def _with_clock(kinds: str, pieces: list[Piece], form: re.Match[str]) -> tuple[int, int]:
    """Return the first and the last of the pieces that are the date with its clock; before it, if none is behind."""
    first, last = form.span()
    if after := _CLOCK_AFTER.match(kinds, last):
        last = after.end()
        again = kinds[last : last + 1] == "Y" and pieces[last].text == pieces[first].text[:4]
        last += again  # "2017-05-26 14:05:00 2017 -0800"
    elif before := _CLOCK_BEFORE.search(kinds[:first]):
        first = before.start()
    zone = _ZONE_BEFORE.search(kinds[:first]) if "C" in kinds[first:last] else None
    return zone.start() if zone else first, last
