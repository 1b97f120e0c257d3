"""Tell what only opens as a dateline does: events and programmes, items of lists, pairs of cities, history."""

from __future__ import annotations

from feedsvc.datelines.day import begins_day
from feedsvc.datelines.look import Look
from feedsvc.datelines.named import find_region
from feedsvc.datelines.names import read_places
from feedsvc.datelines.prose import SOME, goes_on, is_prose, runs
from feedsvc.places.pattern import lazy

_UNTIL = lazy(r"[0-9]{1,2}\.?(?:[ ]?[:,;(|]|[ ][^\W\d_]{3,12}(?:[ ][0-9]{4})?[:,;(]|$)")  # "Nov. 20 - 22: programme"
_PAIR = lazy(r"[^\n.(:]{2,40} \([^)\n]{1,30}\)")  # "Barcelona (Messi) - Real Madrid (Cristiano): the match of the year"
_SHOWN = lazy(r"\)$|[0-9]{1,2}[:.h][0-9]{2}")  # "Doors 18:00", "Festa (programma)"
_LISTED = lazy(r" *[*+#\u2022] +[^*]")
_WIRED = 1835  # Havas, the first of the agencies
_PRINTED_WITH_COLON = 1950


def is_announced(look: Look) -> bool:
    """Return whether place and day, which no agency signs, belong to an event, a list or history."""
    return _announces(look) or _is_past(look) or _is_listed(look) or (look.dash and _is_programme(look))


def _announces(look: Look) -> bool:
    """Return whether an event is meant: "Rom (7. März) - Papstaudienz", "Berlin, Nov. 20 - 22: talks"."""
    found = look.found
    if look.head[found.end - 1] == ")":
        running = found.places[0].capitals or runs(look.body, SOME)
        return not running or is_pair(look)
    until = _UNTIL.match(look.body) is not None
    return look.dash and (until or begins_day(look.head, found.after, look.tables))


def _is_past(look: Look) -> bool:
    """Return whether history is told, no news: before there were wires, or behind a colon, as on a calendar's leaf."""
    year = look.found.day.year if look.found.day else None
    return year is not None and year < (_PRINTED_WITH_COLON if look.colon and not look.dash else _WIRED)


def _is_listed(look: Look) -> bool:
    """Return whether the line is an item of a list, as in a diary: "* Lisbon, May 26 - We saw"."""
    start = look.head.rfind("\n", 0, look.found.start) + 1
    return _LISTED.match(look.head, start, look.found.start + 1) is not None


def _is_programme(look: Look) -> bool:
    """Return whether what is on stands behind place and day: "Roma, 2 giugno - Festa (programma)"."""
    first, day = look.found.places[0], look.found.day
    if first.capitals or day is None or is_prose(look.continued):
        return False
    prose = runs(look.continued, SOME) or goes_on(look.continued, look.tables.words)
    named = not (day.month_first or day.year or prose)
    return named or _SHOWN.search(look.continued) is not None


def is_pair(look: Look) -> bool:
    """Return whether the body is another name with its brackets: "Barcelona (Messi) - Real Madrid (Cristiano): the"."""
    return _PAIR.match(look.body) is not None


def is_row(look: Look) -> bool:
    """Return whether the line is a row of a table: "| LISBON | May 26 | AP |"."""
    head, found = look.head, look.found
    if head.count("|", found.start, found.after) > 1:
        return True
    start = head.rfind("\n", 0, found.start) + 1
    return look.body.endswith("|") and head[start : found.start].lstrip(" ").startswith("|")


def names_another_city(look: Look) -> bool:
    """Return whether another city follows: "Madrid - Barcelona, el clásico"."""
    places, stop = read_places(look.body, 0, len(look.body), look.tables)
    if not places or look.body[stop : stop + 1] not in (",", ":") or places[0].bare(look.tables) is None:
        return False
    capitals = look.found.places[0].capitals  # "SEOUL - North Korea, which" is no pair
    return places[0].capitals if capitals else find_region(places[0].printed) is None
