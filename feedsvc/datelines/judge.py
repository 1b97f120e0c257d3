"""Judge whether a scan is a dateline: no dateline is better than a wrong one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from feedsvc.datelines.day import Day, begins_day
from feedsvc.datelines.spaced import Scan
from feedsvc.datelines.spaced_places import find_region, read_places
from feedsvc.datelines.story_head import ENOUGH, SOME, WINDOW, goes_on, is_prose, runs, starts
from feedsvc.datelines.word_tables import Tables, fold_word
from feedsvc.model.dates import Place


class Look(NamedTuple):
    """A scan and its surroundings. body: the rest of its line; continued: the body, or if empty the lines below."""

    found: Scan
    known: Place | None
    body: str
    continued: str
    head: str
    end: int
    tables: Tables
    dash: bool
    colon: bool


def line_start(head: str, position: int) -> int:
    """Return where the words of the line that holds *position* start, the marks before them left out."""
    start = head.rfind("\n", 0, position) + 1
    while start < position and head[start] in " *_#":
        start += 1
    return start


_UNTIL = re.compile(
    r"[0-9]{1,2}\.?(?:[ ]?[:,;(|]|[ ][^\W\d_]{3,12}(?:[ ][0-9]{4})?[:,;(]|$)"
)  # "Nov. 20 - 22: programme"
_PAIR = re.compile(
    r"[^\n.(:]{2,40} \([^)\n]{1,30}\)"
)  # "Barcelona (Messi) - Real Madrid (Cristiano): the match of the year"
_SHOWN = re.compile(r"\)$|[0-9]{1,2}[:.h][0-9]{2}")  # "Doors 18:00", "Festa (programma)"
_LISTED = re.compile(r" *[*+#\u2022] +[^*]")
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
    """Return whether a programme follows place and day: "Roma, 2 giugno - Festa (programma)"."""
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


_LETTERS = re.compile(r"[^\W\d_]+")
_ACRONYM = re.compile(r"[^\W\d_](?:\.?[^\W\d_]){1,9}\.?(?:[/-][^\W_]{2,8})?")
_JOINED = re.compile(r"[^\W\d_]+(?:[A-Z0-9]|-[A-Z])[^\W_]*")  # "Kurdistan24", "AlterPresse", "R-Sport"
_LONGEST_SMALL = 6


@lru_cache(maxsize=4096)
def looks_like_an_agency(name: str, tables: Tables) -> bool:
    """Return whether *name* is letters, a site, a small abbreviation or joined words, or speaks of news.

    "Boxing Day", "Stade de France" and "Dior" do not: what follows them must be prose.
    """
    if _ACRONYM.fullmatch(name) and (name.isupper() or (name.islower() and len(name) <= _LONGEST_SMALL)):
        return True
    return "." in name[1:-1] or _JOINED.fullmatch(name) is not None or speaks_of_news(name, tables)


def speaks_of_news(name: str, tables: Tables) -> bool:
    """Return whether a word of *name* ends as the names of media do: "Harbour Newswire", "Hafenzeitung"."""
    return any(fold_word(word).endswith(tables.media) for word in _LETTERS.findall(name))


_DASH = re.compile(r"[ *]*(?:--+|[—–_]|\.[ ]?[-–—]|=|//)|[ ]+-[ ]|-[ ]|-$|[ ]-")
# Countries that share their name with a city; other countries alone are headings ("CHINA: Factory output rises").
_CITY_STATES = frozenset(
    ("SG", "HK", "MO", "MC", "LU", "DJ", "KW", "PA", "GT", "SM", "VA", "GI", "MX", "DZ", "TN", "BR")
)
# A photo's credit prints the day and the agency too, but no city: "May 26 (Reuters) - Photo by Jane Doe".
_CREDIT = re.compile(
    r"(?:photo|picture|image|video|foto|bild|imagen|crédit|graphic)s?(?:[ ]by|[ ]?[:/©])", re.IGNORECASE
)
_TITLE = re.compile(r"[^\n.:]{1,40}: ")  # "Berlin - Tag und Nacht: the series"
_UN = re.compile(r"\b(?:United Nations|UN|U\.N\.)(?!\w)")
_TOLD = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")  # a diary
_UN_NEWS = 1995
_MOST_WORDS_UNKNOWN = 5
_FEW_WORDS = 2
# How only towns are called, in the languages whose papers print them bare: "SIMMELSDORF – Am Samstag".
_TOWN = re.compile(r"[A-ZÄÖÜ]{3,14}(?:VILLE|BURGH?|BOROUGH|CHESTER|BURY|DORF|HAUSEN|HOFEN|KIRCHEN|WEILER|BRUNN|REUTH)")


def is_dateline(found: Scan, head: str, end: int, tables: Tables, *, at_line_start: bool) -> bool:
    """Return whether *found* is a dateline of the line that ends at *end*."""
    body = head[found.after : end].strip()
    look = Look(
        found=found,
        known=found.places[0].place(tables) if found.places else None,
        body=body,
        continued=body or head[end : end + WINDOW].strip(),
        head=head,
        end=end,
        tables=tables,
        dash=bool(_DASH.match(found.separator)),
        colon=":" in found.separator or ";" in found.separator,
    )
    if not at_line_start and not starts(look.continued):
        return False  # "He typed BEIJING, May 26 (Xinhua) -- and stopped."
    if is_row(look):
        return False
    if found.places:
        return _with_place(look)
    return at_line_start and _without_place(look)


def _with_place(look: Look) -> bool:
    found, first = look.found, look.found.places[0]
    if look.known is None and (_opens_a_sentence(first.printed, look.tables) or _spells(first.printed, found)):
        return False
    if look.known is None and len(first.printed.split()) > _MOST_WORDS_UNKNOWN:
        return False
    if found.agency is not None and found.day is not None:
        month = found.day.month is not None or found.day.numbers is not None  # "IPHONE 15 (PRO) -" is no dateline
        placed = month and first.region is not None and find_region(first.region) is not None
        spanish = month and ".-" in found.separator and not look.body[:1].isspace()  # "Lugar, 21 ene (AGENCIA).- Una"
        named = look.known is not None or (first.capitals and month) or placed or spanish
        certain = named or found.agency.known
        bare = found.slot == "bare" and look.known is not None
        sure = found.agency.known or bare or look.dash or (look.colon and first.capitals) or runs(look.continued, SOME)
        texted = month or bool(look.continued)  # "Paris, 20 (AFP)" stands below a picture
        guide = found.agency_first and found.slot == "bare"  # "BBC London, Jan 7 - programme guide"
        signs = found.agency.known or first.capitals  # "Lyon, 23 novembre (Opéra) - concert"
        closed = signs and not guide and (look.dash or look.colon)
        # a trip is announced so: "Nice (Côte d'Azur), May 3 (6 nights) - all inclusive"
        price = not found.agency.known and look.continued.startswith("(")
        signed = _is_signed(look) and texted and not price
        return certain and sure and signed and (closed or starts(look.continued))
    if found.agency is not None:
        return _signed(look)
    if found.day is not None:
        return _dated(look)
    return _bare(look)


def _signed(look: Look) -> bool:
    """Judge "CITY (AGENCY) --" and its like, without a day."""
    found, first, agency = look.found, look.found.places[0], look.found.agency
    listed = agency is not None and agency.known
    ends = look.dash or look.colon or found.slot == "/" or ("." in found.separator and found.slot == "bare")
    if look.known is None and first.region is None:
        sure = first.capitals or _of_a_wire(look)
        return ends and sure and (runs(look.continued, SOME) if listed else _both_unlisted(look))
    if found.agency_first and not ends and not look.body:
        return False
    if listed and (first.capitals or found.agency_first) and (ends or starts(look.body)):
        return True
    if listed and not ends:  # "Victoria (Reuters) Smith has been named": a name that several places have
        sure = look.known is None or look.known.zone is not None
        long = len(look.body) >= ENOUGH or goes_on(look.body, look.tables.words)
        running = is_prose(look.body) or (long and runs(look.body, ENOUGH))
        return starts(look.body) and sure and running
    if listed:
        return starts(look.continued)
    small = first.capitals or (runs(look.continued, SOME) and not is_pair(look))
    return ends and starts(look.continued) and small and _is_signed(look)


def _is_signed(look: Look) -> bool:
    """Return whether an agency stands between the brackets: listed, looking like one, or before a whole sentence.

    "London, Dec 26 (Boxing Day) - Open", "Paris (Dior) - A new line": an event, a hall or a house may stand there.
    """
    agency = look.found.agency
    if agency is None or agency.known or look.found.slot != "(":
        return True
    day, body = look.found.day, look.continued
    opens = goes_on(body, look.tables.words)
    if day is not None and (day.year or opens or runs(body, 0 if body.endswith(".") else SOME)):
        return True
    if (
        day is not None
        and look.found.places[0].capitals
        and ("--" in look.found.separator or "—" in look.found.separator)
    ):
        return True  # as wires alone print it, be the body cut off after a word
    looks = looks_like_an_agency(agency.name, look.tables)
    sure = is_prose(body) or (look.found.places[0].capitals and runs(body, SOME))
    return sure or (looks and (day is not None or opens or runs(body, 0)))


def _both_unlisted(look: Look) -> bool:
    """Return whether neither city nor agency needs a list: "OSTERVALE (Harbour News) - The", "Kleinort (hpd) - Die"."""
    agency = look.found.agency
    if agency is None or look.found.slot != "(" or look.found.agency_first or not is_prose(look.continued):
        return False
    return speaks_of_news(agency.name, look.tables) or (agency.name.islower() and _of_a_wire(look))


def _of_a_wire(look: Look) -> bool:
    """Return whether an unlisted city not in capitals can only be one: "Kleinort (dpa) - Die", "بلدة (أ ف ب) - قال".

    Letters that stand for a thing's name are capitals, so an agency that prints small ones explains none.
    """
    found, printed = look.found, look.found.places[0].printed
    if found.agency_first or found.slot != "(" or len(printed.split(" ")) > _FEW_WORDS:
        return False
    caseless = printed.upper() == printed.lower()
    signature = look.head[look.head.rfind("(", 0, found.end) + 1 : found.end - 1]
    return caseless or (" " not in printed and signature.islower() and not _may_be_english(look))


def _dated(look: Look) -> bool:
    """Judge "CITY, May 26 --" and its like, without an agency."""
    found, first, day = look.found, look.found.places[0], look.found.day
    dated = day is not None and day.day is not None
    full = day is not None and day.year is not None
    day_in_figures = day is not None and not day.tags
    unsure = look.known is None and first.region is None and not (first.capitals and dated)
    if unsure or is_announced(look):
        return False
    if look.dash:
        sure = look.known is not None and not day_in_figures  # "PARIS 06/06 - LYON 07/06"
        return starts(look.continued) and (sure or runs(look.continued, SOME))
    own_line = found.after >= look.end and found.start == line_start(look.head, found.start)
    if own_line and dated and (first.capitals or full or look.known is not None):
        blank = look.head[look.end :].replace(" ", "").startswith("\n\n")
        return bool(look.continued) if blank else runs(look.continued, SOME)
    if look.colon or not dated:
        return dated and starts(look.body) and runs(look.body, SOME)
    stop = "." in found.separator or look.head[found.end - 1] == "."
    return stop and starts(look.body) and runs(look.body, SOME if first.capitals or full else ENOUGH)


def _bare(look: Look) -> bool:
    """Judge "CITY --" and its like, with neither day nor agency: the place must be known."""
    found, first = look.found, look.found.places[0]
    country = find_region(first.printed)
    whole_country = country is not None and len(country) == len("US") and country not in _CITY_STATES
    ends = look.dash or look.colon
    if look.known is None and first.region is None and _TOWN.fullmatch(first.printed) and len(found.places) == 1:
        long_dash = "—" in found.separator or "–" in found.separator
        return long_dash and look.body[:1].isupper() and runs(look.body, ENOUGH)
    if look.known is None or found.agency_first or (whole_country and first.region is None):
        return False
    if found.after >= look.end and not ends and not found.in_brackets:
        return _alone(look)
    if _stands_apart(look):
        return True
    if first.capitals and not found.in_brackets:
        strokes = "//" in found.separator and _TITLE.match(look.body)  # "PARIS // LONDON: two capitals"
        return ends and not strokes and not names_another_city(look) and starts(look.body) and runs(look.body, SOME)
    running = runs(look.body, ENOUGH) and not _TITLE.match(look.body)
    return look.dash and starts(look.body) and running and _may_stand_small(look) and not names_another_city(look)


def _stands_apart(look: Look) -> bool:
    """Judge "BREGENZ. Die" and "(Ottawa) Le", as papers print it in other languages than English."""
    found, first = look.found, look.found.places[0]
    apart = found.separator == " " if found.in_brackets else first.capitals and found.separator == ". "
    zoned = look.known is not None and look.known.zone is not None and len(found.places) == 1
    return apart and zoned and look.body[:1].isupper() and is_prose(look.body) and not _may_be_english(look)


def _may_stand_small(look: Look) -> bool:
    """Return whether a city not in capitals may open a dateline: with its country, or where no heading is meant."""
    found, first = look.found, look.found.places[0]
    em_dash = "—" in found.separator or "–" in found.separator or "--" in found.separator
    if first.region and look.head[first.end - 1] in ")]":  # "London (UK) - A guide to the best museums"
        return em_dash or (not _may_be_english(look) and is_prose(look.body))
    if found.in_brackets or first.region:
        return True
    return len(found.places) == 1 and "-" not in first.printed and (em_dash or not _may_be_english(look))


def _may_be_english(look: Look) -> bool:
    """Return whether the body may be English, whose headings look like "London - A guide to the city"."""
    words = (look.tables.words.get(word) for word in look.body[:WINDOW].casefold().split())
    known = [tags for tags in words if tags]
    return not known or 2 * sum("en" in tags for tags in known) >= len(known)


def _alone(look: Look) -> bool:
    """Judge a city on a line of its own: a blank line must follow, and a paragraph that does not name the city."""
    found, after = look.found, look.head[look.end :]
    if after.replace(" ", "")[:2] != "\n\n" or found.separator.strip() or len(found.places) != 1:
        return False
    if found.start != line_start(look.head, found.start) or found.places[0].end != found.end:
        return False
    paragraph = after.strip().partition("\n")[0]
    named = found.places[0].printed.casefold() in paragraph[:WINDOW].casefold()
    return not named and runs(paragraph, 2 * ENOUGH)


def _without_place(look: Look) -> bool:
    """Judge "(AGENCY) --" and "Mon D (AGENCY) --"."""
    found, agency, day = look.found, look.found.agency, look.found.day
    ends = look.dash or look.colon
    if agency is not None and day is not None and day.day is not None:
        point = "." in look.head[found.end - 1 : found.after]
        stopped = agency.known and found.end == day.end and point  # "ТАСС, 4 марта. Суда"
        sure = (agency.known or found.slot != "bare") and (ends or stopped or found.slot == "/")
        return sure and starts(look.continued) and not _CREDIT.match(look.continued)
    if agency is None and day is not None:
        return _of_the_united_nations(look, day)
    site = "." in look.head[found.start : found.end][1:-1]
    if agency is None or not (agency.known or site) or found.slot == "[":
        return False
    if found.slot == "/":
        return runs(look.body, SOME)
    if ends:
        return starts(look.body) and runs(look.body, SOME)
    glued = found.slot == "(" and found.after == found.end
    return glued and look.body[:1].isupper() and runs(look.body, ENOUGH)


def _of_the_united_nations(look: Look, day: Day) -> bool:
    """Judge "2 January 2015 – The United Nations": the one newsroom that prints a full date and nothing else."""
    long_dash = "–" in look.found.separator or "—" in look.found.separator
    full = day.month is not None and day.day is not None and day.year is not None and not day.month_first
    if not (full and long_dash and (day.year or 0) >= _UN_NEWS and is_prose(look.body)):
        return False
    below = look.head[look.end :]
    listed = begins_day(below, len(below) - len(below.lstrip()), look.tables)  # a chronicle goes on with another day
    told = _TOLD.search(look.body[: WINDOW // 2]) is not None
    return not (listed or told) and _UN.search(look.body[: 2 * WINDOW]) is not None


def _opens_a_sentence(printed: str, tables: Tables) -> bool:
    match = _LETTERS.search(printed)
    word = fold_word(match[0]) if match else ""
    return word in tables.openers or word in tables.months or word in tables.weekdays


def _spells(printed: str, found: Scan) -> bool:
    """Return whether the agency's letters are the initials of the name before it: "Annual Fishing Plan (AFP)"."""
    if found.agency is None:
        return False
    initials = "".join(word[0] for word in _LETTERS.findall(printed)).casefold()
    letters = "".join(_LETTERS.findall(found.agency.name)).casefold()
    return len(initials) > 1 and letters.startswith(initials)
