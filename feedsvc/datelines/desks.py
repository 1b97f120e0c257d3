"""Read how desks sign with a reporter and a city or a stamp: "鉅亨網記者X 台北", "某新聞 2018-03-04 記者 X 報導"."""

from __future__ import annotations

from feedsvc.datelines.parts import Glued, Line, last_agency, read_places_before, tag_of
from feedsvc.places.pattern import lazy

_NAME = lazy("[ ]?(?P<name>[\u3400-\u9fff]{2,4})")
_CITY = lazy("[ ](?P<place>[\u3400-\u9fff]{2,6})(?=[ ]|$|\n)")
_STAMP = lazy(r"[ ]([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})(?:[ ]([0-9]{2}:[0-9]{2})(?::[0-9]{2})?)?[ ]")
_LAST_DAY, _LAST_MONTH = 31, 12


def read_desk(line: Line, text: str, opening: int) -> Glued | None:
    """Return the dateline of a desk at *opening* of *text*, the start of *line*; None when there is none."""
    if text[opening : opening + 2] not in line.tables.glued_by_start:
        return None
    signed = last_agency(text, opening, len(text), line.tables)
    if signed is None or signed[1] != opening:
        return None
    agency, _, after = signed
    stamp = _STAMP.match(text, after)
    title = line.patterns.titles.match(text, stamp.end() if stamp else after)
    name = _NAME.match(text, title.end()) if title else None
    if name is None:
        return None
    found = Glued(
        start=line.start + opening,
        end=line.start + name.end(),
        tag=tag_of(agency),
        agency=agency,
        reporter=name["name"],
    )
    if stamp is None:
        city = _CITY.match(text, name.end())
        places, first = read_places_before(city["place"], 0, line.tables) if city else ((), 1)
        return found._replace(places=places, end=line.start + city.end()) if city and places and first == 0 else None
    year, month, day = map(int, stamp.groups()[:3])
    report = line.patterns.reports.match(text, name.end() + (text[name.end() : name.end() + 1] == " "))
    if report is None or not 1 <= month <= _LAST_MONTH or not 1 <= day <= _LAST_DAY:
        return None
    return found._replace(year=year, month=month, day=day, time=stamp[4], end=line.start + report.end())
