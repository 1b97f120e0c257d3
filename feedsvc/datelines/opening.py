"""Read the commonest openings of a dateline at one go: "CITY, Region, Month D, YYYY (AGENCY)", as far as they go.

Whatever is not quite so is left to the readers of each element, which say the same of these openings, only later.
"""

from __future__ import annotations

from typing import NamedTuple

from feedsvc.datelines.agency import listed
from feedsvc.datelines.day import Day, begins_day
from feedsvc.datelines.named import Named, find_region, has_small_word
from feedsvc.datelines.tables import Agency, Tables, fold_word, key
from feedsvc.places.pattern import lazy

_CAPITALS = "[A-Z](?:[A-Z']|-(?=[A-Z])){1,16}"
_NAME = rf"({_CAPITALS})(?: {_CAPITALS}){{0,2}}|([A-Z][a-z]{{2,15}})(?: [A-Z][a-z]{{2,15}})?"
_REGION = r"(?:[A-Z]\.){2}|[A-Z][a-z]{2,4}\.|[A-Z][A-Za-z]{1,12}(?: [A-Z][a-z]{3,10})?"
_DAY = r"(?:([A-Z][A-Za-z]{2,8})\.? ([0-9]{1,2})|([0-9]{1,2}) ([A-Z][A-Za-z]{2,8}))(?:,? ((?:19|20)[0-9]{2}))?"
_AFTER_DAY = r"[.:,]?(?:[ ]?[(/–—-][ ]?[^0-9 ]| [A-Z](?![a-z]+ [0-9])|[ ]?(?:\n|$))"
_INSIDE = "[A-Za-z][A-Za-z0-9. -]{1,24}"
_OPENING = lazy(
    rf"({_NAME})(?:, ({_REGION})(?=, [A-Z0-9]| ?\(|--| [-–—]))?"
    rf"(?:, {_DAY}(?={_AFTER_DAY})|(?= /(?! )|--| [-–—_]|:(?! ?[0-9])| ?\({_INSIDE}\)))(?: ?\(({_INSIDE})\))?"
)
_SENTENCE = lazy(r"([A-Z][A-Za-z]{0,14}) ([a-z]{1,15})(?= )")
_BEFORE_REGION = ("(", "[")
_NOT_LETTERS = lazy("['-]")
_LAST_DAY = 31


class Opening(NamedTuple):
    """Hold what opens a dateline, up to *end*."""

    place: Named
    day: Day | None
    agency: Agency | None
    end: int


def read_opening(head: str, start: int, end: int, tables: Tables) -> Opening | None:
    """Return the opening that stands at *start*, None when it is none of the commonest."""
    match = _OPENING.match(head, start, end)
    if match is None:
        return None
    name, capitals, small, region, month_before, day_after, day_before, month_after, year, signature = match.groups()
    first = capitals or small
    other = tables.begins_day(fold_word(_NOT_LETTERS.split(first, 1)[0])) or _signs(first, name, tables)
    if other or (first != name and has_small_word(name, tables)):
        return None
    if region and (find_region(region) is None or begins_day(region, 0, tables)):
        return None
    agency = listed(signature, tables) if signature else None
    day, place_end = None, match.end(4 if region else 1)
    month = month_before or month_after
    if month:
        known, number = tables.months.get(fold_word(month)), int(day_after or day_before)
        day_end = match.end(9 if year else 6 if month_before else 8)
        if known is None or not 1 <= number <= _LAST_DAY or (day_before and head[day_end : day_end + 1] == "."):
            return None
        day = Day(
            month=known[0],
            day=number,
            year=int(year) if year else None,
            tags=known[1],
            month_first=month_before is not None,
            end=day_end,
        )
    elif signature and (head.startswith(",", match.end()) or (agency is None and find_region(signature))):
        return None  # "Bhadohi (UP), Jan 5 (PTI)"
    after = match.end() if agency else day.end if day else place_end
    return Opening(Named(printed=name, region=region, start=start, end=place_end), day, agency, after)


def opens_sentence(head: str, start: int, end: int, tables: Tables) -> bool:
    """Return whether a word and a small one behind it are no element of a dateline: "Ferries sail again".

    Most lines open so. What says no here may be one all the same; what says yes is none for certain: its first word
    begins neither a day nor an agency's name, and its second goes on neither with a place nor with a day.
    """
    match = _SENTENCE.match(head, start, end)
    if match is None or head[start - 1 : start] in _BEFORE_REGION:
        return False
    first, second = match.groups()
    if second in tables.inside or second.endswith("de"):  # "Rio de Janeiro"
        return False
    word = first.lower()
    return word not in tables.first_words and word not in tables.inside


def _signs(first: str, name: str, tables: Tables) -> bool:
    """Return whether *name* starts with that of an agency: "NEW YORK" does not."""
    if key(first) not in tables.first_words:
        return False
    words = name.split(" ")
    return any(listed(" ".join(words[:count]), tables) for count in range(1, len(words) + 1))
