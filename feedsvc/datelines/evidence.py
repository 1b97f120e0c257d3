"""Weigh whether a scan is a dateline: what speaks for it and against it, each with its weight (``evidence.tsv``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from feedsvc.datelines.day import Day, begins_day
from feedsvc.datelines.spaced import Scan
from feedsvc.datelines.spaced_places import find_region, read_places
from feedsvc.datelines.story_head import ENOUGH, SOME, WINDOW, goes_on, is_prose, runs, small_words
from feedsvc.datelines.word_tables import Agency, Tables, fold_word
from feedsvc.model.dates import Place

Weights = Mapping[str, float]
Before = Literal["nothing", "the body's start", "label", "text"]


@cache
def usual_weights() -> Weights:
    """Return the weights of ``evidence.tsv``, fitted by tools/fit_evidence.py."""
    rows = Path(__file__).with_name("evidence.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {name: float(weight) for name, weight, *_ in (row.split("\t") for row in rows)}


class Look(NamedTuple):
    """A scan and its surroundings.

    first:     its first place as printed, "" when it prints none; ``capitals`` tells whether it is in capitals.
    line:      where its line starts.
    prose:     the body is a sentence to its end, or as long as only paragraphs are.
    small:     how many small words it begins with, three at most.
    body:      the rest of its line; ``continued`` is the body, or if it is empty the lines below.
    before:    what stands before it on its line: nothing, a label, or other words.
    """

    found: Scan
    known: Place | None
    first: str
    capitals: bool
    line: int
    body: str
    continued: str
    prose: bool
    small: int
    head: str
    end: int
    tables: Tables
    before: Before


def look_at(found: Scan, head: str, end: int, tables: Tables, *, before: Before) -> Look:
    """Return *found*, a scan of a line that ends at *end*, with its surroundings."""
    body = head[found.after : end].strip()
    continued = body or head[end : end + WINDOW].strip()
    small = small_words(continued)
    first = found.places[0] if found.places else None
    return Look(
        found=found,
        known=first.place(tables) if first else None,
        first=first.printed if first else "",
        capitals=first is not None and first.capitals,
        line=head.rfind("\n", 0, found.start) + 1,
        body=body,
        continued=continued,
        prose=is_prose(continued, small),
        small=small,
        head=head,
        end=end,
        tables=tables,
        before=before,
    )


def weigh(names: Iterable[str], weights: Weights) -> float:
    """Return the sum of the weights: the log odds that the scan is a dateline."""
    return sum([weights.get(name, 0.0) for name in names])


def evidence_of(look: Look) -> list[str]:
    """Return the names of all evidence that *look* shows."""
    found = look.found
    seen = [f"printed: {printed(found)}"]
    if not (found.places or found.agency):
        return seen + _of_a_day_alone(look)
    seen += (*_of_the_places(look), *_of_the_signs(look))
    if found.places:
        seen += _of_a_known_place(look, look.known) if look.known else _of_an_unknown_place(look)
    if found.day:
        seen += _of_the_day(look, found.day)
    if found.agency:
        seen += _of_the_agency(look, found.agency)
    else:
        seen += _of_the_unsigned(look)
    seen += (*_of_the_close(look), *_of_the_body(look), *_of_the_position(look))
    return seen


def printed(found: Scan) -> str:
    """Return what a scan prints, in words."""
    parts = (("place", found.places), ("day", found.day), ("agency", found.agency))
    return " ".join([name for name, part in parts if part])


def _kind(found: Scan) -> str:
    """Return the kind of a scan that prints little, for which the same evidence may mean less or more."""
    if found.agency is not None:
        return "" if found.places or found.day else ", agency alone"
    return ", unsigned" if found.day else ", alone"


# Countries that share their name with a city; other countries alone are headings ("CHINA: Factory output rises").
_CITY_STATES = frozenset(
    ("SG", "HK", "MO", "MC", "LU", "DJ", "KW", "PA", "GT", "SM", "VA", "GI", "MX", "DZ", "TN", "BR")
)
_LEAST_NAME, _MANY_WORDS = 4, 5
# How only towns are called, in the languages whose papers print them bare: "SIMMELSDORF – Am Samstag".
_TOWN = re.compile(r"[A-ZÄÖÜ]{3,14}(?:VILLE|BURGH?|BOROUGH|CHESTER|BURY|DORF|HAUSEN|HOFEN|KIRCHEN|WEILER|BRUNN|REUTH)")
_AT_SEA = re.compile(r"\b(?:ABOARD|ON BOARD|[A-Z]{0,3}SS|HM[AC]?S|SEA|OCEAN|GULF|STRAITS?|BAY|CHANNEL)\b")
_LETTERS = re.compile(r"[^\W\d_]+")


def _in_known_region(look: Look) -> bool:
    region = look.found.places[0].region
    return region is not None and find_region(region) is not None


def _is_country_alone(look: Look) -> bool:
    first = look.found.places[0]
    country = find_region(first.printed) if _is_alone(look) and first.region is None else None
    return country is not None and len(country) == len("US") and country not in _CITY_STATES


def _is_alone(look: Look) -> bool:
    return look.found.day is None and look.found.agency is None


def _opens_a_sentence(look: Look) -> bool:
    match = _LETTERS.search(look.found.places[0].printed)
    word = fold_word(match[0]) if match else ""
    return word in look.tables.openers or word in look.tables.months or word in look.tables.weekdays


def _signs_in_capitals(look: Look) -> bool:
    found = look.found
    return found.agency is not None and found.agency.known and found.places[0].capitals


def _spells(name: str, agency: str) -> bool:
    """Return whether the agency's letters are the initials of the name before it: "Annual Fishing Plan (AFP)"."""
    initials = "".join(word[0] for word in _LETTERS.findall(name)).casefold()
    return len(initials) > 1 and "".join(_LETTERS.findall(agency)).casefold().startswith(initials)


def _of_a_known_place(look: Look, known: Place) -> list[str]:
    """Return the evidence of a place that the table names."""
    seen = ["known place" if known.zone is not None else "place known in several zones"]
    if _is_country_alone(look):
        seen.append("country alone")
    return seen


def _of_an_unknown_place(look: Look) -> list[str]:
    """Return the evidence of a name that may be a place's or other words."""
    name, elsewhere = look.first, not _in_known_region(look)
    seen = ["unknown place" if elsewhere else "unknown place in a known region"]
    if elsewhere and not look.capitals:
        cased = name.upper() != name.lower()
        seen.append("unknown place, small letters" if cased else "unknown place without letter case")
    if look.capitals and _is_alone(look) and _TOWN.fullmatch(name):
        seen.append("unknown place alone, a town's ending")
    elif elsewhere and _is_alone(look):
        seen.append("unknown place alone")
    if len(name) < _LEAST_NAME and name.isupper():
        seen.append("unknown place, initials")
    if len(name.split()) > _MANY_WORDS:
        seen.append("unknown place of many words")
    if _opens_a_sentence(look):
        seen.append(
            "word that opens sentences, in capitals" if _signs_in_capitals(look) else "word that opens sentences"
        )
    if look.capitals and _AT_SEA.search(name):
        seen.append("ship or sea")
    if look.found.agency is not None and _spells(name, look.found.agency.name):
        seen.append("agency spelled by the words before it")
    return seen


_DASHES = str.maketrans("–—", "--")
_COLON = re.compile(r":(?!//|[ ]?\()")
_PAIR = re.compile(
    r"[^\n.(:]{2,40} \([^)\n]{1,30}\)[ ]?(?:$|[:,;0-9-])"
)  # "Barcelona (Messi) - Real Madrid (Cristiano): the match of the year"
_LISTED = re.compile(r" *[*+#\u2022] +[^*]")


def _has_colon_inside(look: Look) -> bool:
    day = look.found.day
    return _COLON.search(look.head, look.found.start, look.found.end) is not None and not (day and day.time)


def _is_row(look: Look) -> bool:
    """Return whether the line is a row of a table: "| LISBON | May 26 | AP |"."""
    if look.head.count("|", look.found.start, look.found.after) > 1:
        return True
    return look.body.endswith("|") and look.head[look.line : look.found.start].lstrip(" ").startswith("|")


def _has_region_in_brackets(look: Look) -> bool:
    first = look.found.places[0] if look.found.places and _is_alone(look) else None
    return first is not None and first.region is not None and look.head[first.end - 1] in ")]"


_PAIR_REACH = 44
_OPENING = frozenset("([{>/\\$")


def _of_the_places(look: Look) -> list[str]:
    """Return the evidence of how the places are printed."""
    found = look.found
    seen = []
    if look.capitals:
        seen.append("capitals, alone" if _is_alone(look) else "capitals")
    if look.first and found.places[0].region is not None:
        seen.append("region")
        if not found.in_brackets and _has_region_in_brackets(look):
            seen.append("region in brackets, alone")
    if len(found.places) > 1:
        seen.append("several places")
    if found.in_brackets:
        seen.append("place in brackets")
    return seen


def _of_the_signs(look: Look) -> list[str]:
    """Return the evidence of signs inside, before and behind it that headings, links, lists and tables have."""
    head, found, body = look.head, look.found, look.continued
    seen = []
    if ":" in head[found.start : found.end] and _has_colon_inside(look):
        seen.append("a colon inside")
    if "(" in body[:_PAIR_REACH] and _PAIR.match(body):
        seen.append("a pair follows")
    if body[:1] in _OPENING and body:
        dated = look.capitals and found.day is not None
        seen.append("brackets follow, dated in capitals" if dated else "brackets follow")
    if head[look.line] in " *+#\u2022" and _LISTED.match(head, look.line, found.start + 1):
        seen.append("item of a list")
    if "|" in head[look.line : look.end] and _is_row(look):
        seen.append("row of a table")
    return seen


_UNTIL = re.compile(
    r"[0-9]{1,2}[./][0-9]{1,2}(?![0-9])|[0-9]{1,2}\.?(?:[ ]?[:,;(|]|[ ][^\W\d_]{3,12}(?:[ ][0-9]{4})?[:,;(]|$)"
)  # "Nov. 20 - 22: programme"
_WIRED = 1835  # Havas, the first of the agencies
_PRINTED_WITHOUT_DASH = 1950


def _of_the_day(look: Look, day: Day) -> list[str]:
    """Return the evidence of what the day prints."""
    month = day.month is not None or day.numbers is not None
    if month:
        seen = ["month and day" if day.day or day.numbers else "month without a day"]
    else:
        seen = ["day without a month" if day.day else "weekday without a day"]
    if day.year:
        seen.append("year")
    if day.weekday is not None:
        seen.append("weekday")
    if month and not day.tags:
        year_first = day.day and look.head[: day.end].endswith(f"{day.year}-{day.month:02}-{day.day:02}")
        seen.append("day in figures, year first" if year_first else "day in figures")
    return seen


def _is_past(look: Look, year: int) -> bool:
    """Return whether history is told, no news: before there were wires, or behind no dash, as on a calendar's leaf."""
    plain = _LONG_DASH.match(look.found.separator) is None and "-" not in look.found.separator
    return year < (_PRINTED_WITHOUT_DASH if plain else _WIRED)


def _is_captioned(look: Look) -> bool:
    """Return whether a picture's caption is printed: "LONDON, ENGLAND - MARCH 28: A keeper is displayed"."""
    found = look.found
    if ":" not in found.separator or not found.places:
        return False
    return "-" in look.head[found.places[-1].end : found.end].translate(_DASHES)


def _another_day_stands_below(look: Look) -> bool:
    below = look.head[look.end :]
    return begins_day(below, len(below) - len(below.lstrip()), look.tables)


_FEW_NAMES = re.compile(r"[^\W\d_][\w.'-]*(?:[ /]{1,2}[^\W\d_][\w.'-]*){0,3}[ ]?(?:$|[,:(–—/-]|[0-9])")
_NO_MORE = re.compile(r"[ ]*(?:$|[,:(]|-|[–—]|//|[0-9])")


def _another_city_follows(look: Look) -> bool:
    """Return whether another city follows, and no sentence with it: "Madrid - Barcelona, el clásico"."""
    if not _FEW_NAMES.match(look.body):
        return False
    places, stop = read_places(look.body, 0, len(look.body), look.tables)
    if not places or not _NO_MORE.match(look.body, stop) or places[0].bare(look.tables) is None:
        return False
    # "SEOUL - North Korea, which" is no pair
    return places[0].capitals if look.capitals else find_region(places[0].printed) is None


_SHOWN = re.compile(
    r"\([^()A-Z][^()]*\)$|[0-9]{1,2}(?:[:h][0-9]{2}|[.][0-9]{2} ?(?:Uhr|uur)| ?(?:Uhr|uur|h|p\.?m|a\.?m)\b)"
)  # "Doors 18:00", "Festa (programma)"
_TITLE = re.compile(r"[^\n.:]{1,40}: ")  # "Berlin - Tag und Nacht: the series"


def _of_the_unsigned(look: Look) -> list[str]:
    """Return the evidence, where no agency signs, of a calendar, a programme, a caption or a title."""
    day, body = look.found.day, look.continued
    seen = _of_an_unsigned_day(look, day) if day else []
    if _another_city_follows(look):
        seen.append("another city follows")
    if day is None and _TITLE.match(body):
        seen.append("a title follows")
    if body.endswith("?"):
        seen.append("a question follows")
    if not look.prose and _SHOWN.search(body):
        seen.append("programme")
    return seen


def _of_an_unsigned_day(look: Look, day: Day) -> list[str]:
    seen = ["hour, unsigned"] if day.time is not None else []
    if look.head[look.found.end - 1] == ")":
        seen.append("day in brackets, capitals" if look.capitals else "day in brackets")
    if _is_captioned(look):
        seen.append("caption of a picture")
    if day.year is not None and _is_past(look, day.year):
        seen.append("year of history")
    if _UNTIL.match(look.body) or begins_day(look.head, look.found.after, look.tables):
        seen.append("another day follows")
    if _another_day_stands_below(look):
        seen.append("another day stands below")
    return seen


_UN = re.compile(r"\b(?:United Nations|UN|U\.N\.)(?!\w)")
_TOLD = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")  # a diary
_UN_NEWS = 1995


def _is_of_the_united_nations(look: Look) -> bool:
    """Return whether a full date and nothing else stands before a sentence that names the organisation."""
    body, day = look.body, look.found.day
    if day is None or _another_day_stands_below(look):  # a chronicle goes on with another day
        return False
    full = bool(day.month and day.day and (day.year or 0) >= _UN_NEWS and not day.month_first)
    named = _UN.search(body[: 2 * WINDOW]) is not None and _TOLD.search(body[: WINDOW // 2]) is None
    return full and named and look.prose and _LONG_DASH.match(look.found.separator) is not None


def _of_a_day_alone(look: Look) -> list[str]:
    seen = ["date as the United Nations print it"] if _is_of_the_united_nations(look) else []
    if look.body[:6].casefold() == "[text]":
        seen.append("mark of a monitoring service")
    return seen


_SLOTS = {
    "(": "agency in brackets",
    "[": "agency in square brackets",
    "/": "agency in strokes",
    "bare": "bare agency",
    "": "",
}
# A photo's credit prints the day and the agency too, but no city: "May 26 (Reuters) - Photo by Jane Doe".
_CREDIT = re.compile(
    r"(?:photo|picture|image|video|foto|bild|imagen|crédit|graphic)s?(?:[ ]by|[ ]?[:/©])", re.IGNORECASE
)
_ACRONYM = re.compile(r"[^\W\d_](?:\.?[^\W\d_]){1,9}\.?(?:[/-][^\W_]{2,8})?")
_JOINED = re.compile(r"[^\W\d_]+(?:[A-Z0-9]|-[A-Z])[^\W_]*")  # "Kurdistan24", "AlterPresse", "R-Sport"
_LONGEST_SMALL = 6


def _of_the_agency(look: Look, agency: Agency) -> list[str]:
    """Return the evidence of who signs, and how."""
    found, head, body = look.found, look.head, look.continued
    alone = not (found.places or found.day)
    seen = [_SLOTS[found.slot] + (", alone" if alone else ""), *_of_the_name(look, agency)]
    if found.agency_first and found.places:
        joined = head[found.places[0].start - 1] == "-"
        seen.append("agency joined to the place" if joined else "agency before the place")
        if "." in head[found.start : found.end].partition(", ")[0][1:-1]:
            seen.append("agency's site before the place")
    elif found.places and found.slot == "(" and head[head.rfind("(", 0, found.end) + 1 : found.end - 1].islower():
        seen.append("agency in small letters" if _may_be_english(look) else "agency in small letters, not in English")
    if found.slot == "bare" and not (found.places or found.day or head[found.start : found.end].isupper()):
        seen.append("bare agency alone, small letters")
    if _CREDIT.match(body):
        seen.append("a credit follows")
    return seen


def _of_the_name(look: Look, agency: Agency) -> list[str]:
    if agency.known:
        return ["listed agency"] if look.found.day else ["listed agency", "listed agency, no day"]
    if _speaks_of_news(agency.name, look.tables):
        return ["agency by a word of the trade"]
    if "." in look.head[look.found.start : look.found.end] and look.found.slot == "bare":
        return ["agency's site"]
    seen = ["agency by its form" if _looks_like_an_agency(agency.name) else "other words for an agency"]
    body = look.continued
    running = look.small >= (_TWO if len(body) >= SOME else _THREE)
    if body and not (running or body.endswith(".") or goes_on(body, look.tables.words)):
        seen.append("unlisted agency, no running text follows")
    return seen


@lru_cache(maxsize=4096)
def _looks_like_an_agency(name: str) -> bool:
    """Return whether *name* is letters, a site, a small abbreviation or joined words."""
    if _ACRONYM.fullmatch(name) and (name.isupper() or (name.islower() and len(name) <= _LONGEST_SMALL)):
        return True
    return "." in name[1:-1] or _JOINED.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _speaks_of_news(name: str, tables: Tables) -> bool:
    """Return whether a word of *name* ends as the names of media do: "Harbour Newswire", "Hafenzeitung"."""
    return any(fold_word(word).endswith(tables.media) for word in _LETTERS.findall(name))


_LONG_DASH = re.compile(r"[ *]*(?:--+|[—–_])")
_CLOSES = (
    ("point and dash", re.compile(r"[ *]*\.[ ]?[-–—]")),
    ("two hyphens", re.compile(r"[ *]*--")),
    ("long dash", _LONG_DASH),
    ("hyphen", re.compile(r".*-|[ *]*(?:=|//)")),
    ("colon", re.compile(r".*[:;]")),
)
_GLUED_SIGNS = ("-", "_", "=", "–", "—")
_BEFORE_DASH = re.compile(r"[^\W\d_]+(?:[ ][^\W\d_]+)?[ ][-–—]+[ ]")  # "NEW YORK, June 4, Noon - Lunch"


def _of_the_close(look: Look) -> list[str]:
    """Return the evidence of the signs between the dateline and the body."""
    found, close = look.found, _close(look)
    seen = [f"closed by {close}{_kind(found)}"]
    if close == "comma" and _BEFORE_DASH.match(look.body):
        seen.append("words before the dash")
    if close in ("comma", "nothing but a blank", "nothing") and found.agency and not (found.places and found.day):
        seen.append("no place, and nothing closes" if found.day else "no day, and nothing closes")
    if not (found.day or found.places) and found.agency and not found.agency.known:
        seen.append("unlisted agency alone")
    if found.separator in _GLUED_SIGNS and not (found.day or found.agency):
        seen.append("sign without a blank, alone")
    if close == "colon" and _is_alone(look) and not look.capitals:
        seen.append("small letters before a colon, alone")
    if close == "end of the line" and found.agency and not found.day and not look.capitals:
        seen.append("signature behind a headline")
    if close == "end of the line":
        blank = look.head[look.end :].replace(" ", "").startswith("\n\n")
        seen.append("blank line below" if blank else "no blank line below")
        if blank and _stands_above_a_paragraph(look):
            seen.append("city above a paragraph")
    return seen


def _close(look: Look) -> str:
    found, separator = look.found, look.found.separator
    close = _sign_of(separator)
    if close is not None:
        return close
    if found.after >= look.end and not (found.agency and "." in separator):
        return "end of the line"
    if "|" in separator:
        return "bar"
    if "." in separator or look.head[found.end - 1] == ".":
        return "full stop"
    if found.slot == "/":
        return "stroke"
    return "comma" if "," in separator else "nothing but a blank" if separator else "nothing"


@lru_cache(maxsize=1024)  # there are few
def _sign_of(separator: str) -> str | None:
    return next((close for close, pattern in _CLOSES if pattern.match(separator)), None)


def _stands_above_a_paragraph(look: Look) -> bool:
    """Return whether a city stands on a line of its own, above a long paragraph that does not name it."""
    first = look.found.places[0] if len(look.found.places) == 1 else None
    if first is None or first.end != look.found.end or look.found.separator.strip():
        return False
    paragraph = look.head[look.end :].strip().partition("\n")[0]
    return first.printed.casefold() not in paragraph[:WINDOW].casefold() and runs(paragraph, 2 * ENOUGH)


def _of_the_body(look: Look) -> list[str]:
    """Return the evidence of how the body begins."""
    body, found, kind = look.continued, look.found, _kind(look.found)
    if not body:
        return [f"nothing follows{kind}"]
    if look.prose:
        seen = [f"a sentence follows{kind}"]
    elif look.small >= (_TWO if len(body) >= ENOUGH else _THREE):
        seen = [f"running text follows{kind}"]
    elif look.small >= _TWO or goes_on(body, look.tables.words):
        seen = [f"a sentence may begin{kind}"]
    else:
        seen = [f"no running text follows{kind}"]
    if body[0].islower():
        printed_day = look.head[found.places[-1].end : found.end] if found.places and found.day else ""
        throughout = look.first.islower() or printed_day.islower()
        seen.append("small letters throughout" if throughout else "body starts small")
    if found.places and not look.capitals and _may_be_english(look):
        seen.append(f"small letters in English{kind}")
    return seen


def _may_be_english(look: Look) -> bool:
    """Return whether the body may be English, whose headings look like "London - A guide to the city"."""
    words = (look.tables.words.get(word) for word in look.body[:WINDOW].casefold().split())
    known = [tags for tags in words if tags]
    return not known or 2 * sum("en" in tags for tags in known) >= len(known)


_SENTENCE_ENDS = '.!?;…"”»)'
_TWO, _THREE = 2, 3  # small words: of a text that is long enough two show that it runs, of a shorter one three
_BY = frozenset(("by", "por", "par", "von", "di", "de", "door", "oleh", "av", "от"))


_POSITIONS = {"nothing": (), "the body's start": ("opens the body",), "label": ("behind a label",)}


def _of_the_position(look: Look) -> tuple[str, ...]:
    """Return the evidence of what stands before it."""
    known = _POSITIONS.get(look.before)
    if known is not None:
        return known
    before = look.head[look.line : look.found.start].casefold()
    if before.split(" ", 1)[0] in _BY or before.rstrip().endswith(tuple(look.tables.bylines)):
        return ("behind a byline",)
    if before.endswith((" - ", " – ", " — ")):
        return ("behind a dash",)
    if before.endswith(("  ", "> ")):
        return ("behind a gap",)
    return ("behind a sentence" if before.rstrip()[-1:] in _SENTENCE_ENDS else "inside a line",)
