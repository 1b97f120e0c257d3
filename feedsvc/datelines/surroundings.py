"""Look at the surroundings of a scan, and name the evidence they give: its close, the body, the signs beside it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from feedsvc.datelines.day import Day, begins_day
from feedsvc.datelines.spaced import Scan
from feedsvc.datelines.spaced_places import find_region, read_places
from feedsvc.datelines.story_head import ENOUGH, WINDOW, goes_on, is_prose, runs, small_words
from feedsvc.datelines.word_tables import Tables
from feedsvc.model.dates import Place

Before = Literal["nothing", "the body's start", "label", "text"]


class Look(NamedTuple):
    """A scan and its surroundings.

    first:     its first place as printed, "" when it prints none; ``capitals`` tells whether it is in capitals.
    line:      where its line starts.
    prose:     the body is a sentence to its end, or as long as only paragraphs are.
    small:     how many small words it begins with, three at most.
    body:      the rest of its line; ``continued`` is the body, or if it is empty the lines below.
    before:    the text before it on its line: nothing, a label, or other words.
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


def kind_of(found: Scan) -> str:
    """Return the kind of a scan that prints little, for which the same evidence may mean less or more."""
    if found.agency is not None:
        return "" if found.places or found.day else ", agency alone"
    return ", unsigned" if found.day else ", alone"


def is_alone(look: Look) -> bool:
    return look.found.day is None and look.found.agency is None


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


_PAIR_REACH = 44
_OPENING = frozenset("([{>/\\$")


def of_the_signs(look: Look) -> list[str]:
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


def of_the_unsigned(look: Look) -> list[str]:
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
    """Return whether only a full date comes before a sentence that names the organisation."""
    body, day = look.body, look.found.day
    if day is None or _another_day_stands_below(look):  # a chronicle goes on with another day
        return False
    full = bool(day.month and day.day and (day.year or 0) >= _UN_NEWS and not day.month_first)
    named = _UN.search(body[: 2 * WINDOW]) is not None and _TOLD.search(body[: WINDOW // 2]) is None
    return full and named and look.prose and _LONG_DASH.match(look.found.separator) is not None


def of_a_day_alone(look: Look) -> list[str]:
    seen = ["date as the United Nations print it"] if _is_of_the_united_nations(look) else []
    if look.body[:6].casefold() == "[text]":
        seen.append("mark of a monitoring service")
    return seen


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


def of_the_close(look: Look) -> list[str]:
    """Return the evidence of the signs between the dateline and the body."""
    found, close = look.found, _close(look)
    seen = [f"closed by {close}{kind_of(found)}"]
    if close == "comma" and _BEFORE_DASH.match(look.body):
        seen.append("words before the dash")
    if close in ("comma", "nothing but a blank", "nothing") and found.agency and not (found.places and found.day):
        seen.append("no place, and nothing closes" if found.day else "no day, and nothing closes")
    if not (found.day or found.places) and found.agency and not found.agency.known:
        seen.append("unlisted agency alone")
    if found.separator in _GLUED_SIGNS and not (found.day or found.agency):
        seen.append("sign without a blank, alone")
    if close == "colon" and is_alone(look) and not look.capitals:
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
    """Return whether a city is on a line of its own, above a long paragraph that does not name it."""
    first = look.found.places[0] if len(look.found.places) == 1 else None
    if first is None or first.end != look.found.end or look.found.separator.strip():
        return False
    paragraph = look.head[look.end :].strip().partition("\n")[0]
    return first.printed.casefold() not in paragraph[:WINDOW].casefold() and runs(paragraph, 2 * ENOUGH)


def of_the_body(look: Look) -> list[str]:
    """Return the evidence of how the body begins."""
    body, found, kind = look.continued, look.found, kind_of(look.found)
    if not body:
        return [f"nothing follows{kind}"]
    if look.prose:
        seen = [f"a sentence follows{kind}"]
    elif look.small >= (FEW_SMALL_WORDS if len(body) >= ENOUGH else SOME_SMALL_WORDS):
        seen = [f"running text follows{kind}"]
    elif look.small >= FEW_SMALL_WORDS or goes_on(body, look.tables.words):
        seen = [f"a sentence may begin{kind}"]
    else:
        seen = [f"no running text follows{kind}"]
    if body[0].islower():
        printed_day = look.head[found.places[-1].end : found.end] if found.places and found.day else ""
        throughout = look.first.islower() or printed_day.islower()
        seen.append("small letters throughout" if throughout else "body starts small")
    if found.places and not look.capitals and may_be_english(look):
        seen.append(f"small letters in English{kind}")
    return seen


def may_be_english(look: Look) -> bool:
    """Return whether the body may be English, whose headings look like "London - A guide to the city"."""
    words = (look.tables.words.get(word) for word in look.body[:WINDOW].casefold().split())
    known = [tags for tags in words if tags]
    return not known or 2 * sum("en" in tags for tags in known) >= len(known)


_SENTENCE_ENDS = '.!?;…"”»)'
FEW_SMALL_WORDS, SOME_SMALL_WORDS = (
    2,
    3,
)  # small words: of a text that is long enough two show that it runs, of a shorter one three
_BY = frozenset(("by", "por", "par", "von", "di", "de", "door", "oleh", "av", "от"))


_POSITIONS = {"nothing": (), "the body's start": ("opens the body",), "label": ("behind a label",)}


def of_the_position(look: Look) -> tuple[str, ...]:
    """Return the evidence of the text before it."""
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
