"""Find the dateline of a story: line by line in the head, each in the way its script is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from feedsvc.datelines.agencies import listed, read_agency, settle
from feedsvc.datelines.agency_table import PRESS_WIRES
from feedsvc.datelines.bracketed import read_bracketed
from feedsvc.datelines.day import Day
from feedsvc.datelines.evidence import Weights, evidence_of, usual_weights, weigh
from feedsvc.datelines.spaced import Scan, scan
from feedsvc.datelines.spaced_places import EAST_ASIAN, Named, find_region, gloss_before, written_in
from feedsvc.datelines.story_head import fold_head, lines
from feedsvc.datelines.surroundings import Before, look_at
from feedsvc.datelines.syllabic import read_syllabic
from feedsvc.datelines.unspaced import read_glued
from feedsvc.datelines.unspaced_parts import Glued
from feedsvc.datelines.word_tables import Agency, Tables, fold_word, tables
from feedsvc.model.dates import Dateline, Place, Span

_SPACED = re.compile(r"[A-Za-z\u00c0-\u052f\u0590-\u06ff]{2}")
_DISPATCH = re.compile(r"[日号號][电電讯訊]")
_ONLY_HAN = re.compile(r"[^\u3040-\u30ff\uac00-\ud7a3]*")
_KANA_OR_HANGUL = re.compile(r"[\u3041-\u30fa\u30fc\uac00-\ud7a3]{2}")
# Marks of a take ("UPDATE 1-", "RPT --") and labels ("..", "(LEAD) ", "【双语】").
_TAKE = re.compile(
    r"(?:(?:RPT|REFILE|CORRECTED|UPDATE|WRAPUP|ADVISORY|EXCLUSIVE|URGENT|ANALYSIS|FACTBOX|LEAD|BULLETIN|FLASH)"
    r"(?:[ ][0-9]{1,2})?[ ]?--?[ ]?){1,3}(?=\w)"
)
_TAKE_LETTERS = frozenset("RCUWAELFB")
_LABEL = re.compile(r"(?:[.]{1,6}|[=*-]{2,6}|[(\[][^()\[\]\n]{1,16}[)\]]|[0-9]{1,2}:[0-9]{2}[ ]?[|])[ ]*(?=\w)")
_ANCHOR = re.compile(r"\)\.?[ ]{0,3}(?:--|[-–—_:])|/\.?[ ]{0,2}(?:--|[-–—])|/\.[ ]")
_MARK = re.compile(r"[)/]\.?[ ]{0,3}[-–—_:A-Z]|[ ][-–—]|--")  # behind a spaced dateline
_LETTER = re.compile(r"[^\W\d_]")
_DASHED = re.compile(r"[A-Z] ?[-–—] ")
_CREDIT = re.compile(
    r"(?:file )?(?:photo|picture|image|video|foto|bild|imagen|crédit|graphic|caption)s?[ ]?:", re.IGNORECASE
)
_HOUR = re.compile(
    r"[0-9]{1,2}(?:[:.h][0-9]{2}[ ]*(?:[ap]\.?m\.?|Uhr|-)?|[ ]?[ap]\.?m\.?)[ ]*", re.IGNORECASE
)  # of a programme
_KOREAN = re.compile(r"\[[\uac00-\ud7a3]{2,6}=[\uac00-\ud7a3A-Za-z0-9/]{2,12}\]")
_MASTHEAD = re.compile(r"《 ?([^》\n]{2,20}?) ?》")
_GLUE = 90  # a dateline glued to a headline starts within so many characters before what anchors it
_SENTENCE_AND_CITY = re.compile(
    r"[^\W\d_]{2}[.!?…\"”»][ ]{1,3}(?=[A-ZÄÖÜ][\w /'-]{2,40}[ ](?:[(][^()\n]{2,20}[)][ ])?[–—][ ])"
)
_REACH = 500
_LONGEST_SIGNATURE = 32
_SAMPLE = 160
_SAMPLE_WORDS = 90
_NEXT = 3  # characters behind an agency alone, which show in which script the body is written
_SHIPS = frozenset(("USS", "USNS", "USCGC", "HMS", "HMAS", "HMCS", "HMNZS", "INS", "JS", "KRI", "MV", "SS"))


At = Literal["the body's start", "unknown"]


def find_dateline(
    text: str, *, at: At = "unknown", languages: tuple[str, ...] = (), weights: Weights | None = None
) -> Dateline | None:
    """Return the dateline in the head of a story, None when there is none.

    Headline, byline, notes to editors, mastheads and stamps may stand before it, on lines of their own or glued to it.
    No dateline is better than a wrong one: where a sentence might be meant, there is none.

    text:    the start of a story; only the first 1,200 characters and the first paragraph are looked at.
    at:      where the text is in its document, as far as a parser knows; a body's start speaks for a dateline.
    languages: tags of languages that are read beside those that always are ("pl"); of the site, for instance.
    weights: of the evidence, instead of those of ``evidence.tsv``.
    returns: its span lies in *text*, and ``text[span.start:span.end]`` is its text.
    source:  docs/datelines.md
    """
    known = tables(languages)
    weights = weights or usual_weights()
    head = fold_head(text)
    paper: Agency | None = None
    above: Agency | None = None
    ascii_only = head.isascii()
    for start, end in lines(head):
        east_asian = None if ascii_only else EAST_ASIAN.search(head, start, min(end, start + _SAMPLE))
        syllabic = read_syllabic(head, start, end, known) if known.named and not ascii_only else None
        if syllabic:
            return _from_glued(text, syllabic)
        if east_asian is None:
            found: Scan | Glued | None = _in_line(head, start, end, known, weights, at=at)
        else:
            found = _in_mixed(head, start, end, known, paper, east_asian.start(), weights)
        if isinstance(found, Glued):
            return _from_glued(text, found if found.agency else found._replace(agency=above))
        if found:
            found.agency = found.agency or (above if found.places else None)
            return _from_scan(text, head, found, known)
        if east_asian:
            masthead = _MASTHEAD.search(head, start, min(end, start + _SAMPLE))
            paper = (read_agency(masthead[1].replace(" ", ""), known) if masthead else None) or paper
        above = _signature_alone(head, start, end, known)
        at = "unknown"
    return None


def why_dateline(
    text: str, dateline: Dateline, *, at: At = "unknown", languages: tuple[str, ...] = ()
) -> tuple[tuple[str, float], ...]:
    """Return the evidence by which *dateline*, which was found in *text*, is one, each with its weight, heaviest first.

    returns: nothing for a dateline of a script without spaces, whose grammar leaves no doubt.
    """
    known, weights, head = tables(languages), usual_weights(), fold_head(text)
    for start, end in lines(head):
        if not start <= dateline.span.start < end:
            continue
        for found, before in candidates(head, start, end, known):
            if (found.start, found.end) == (dateline.span.start, dateline.span.end):
                stands = at if at != "unknown" and before == "nothing" and start == _first(head) else before
                seen = evidence_of(look_at(found, head, end, known, before=stands))
                named = {name: weights[name] for name in seen if name in weights}
                return tuple(sorted(named.items(), key=lambda item: -abs(item[1])))
    return ()


def _first(head: str) -> int:
    """Return where the first line of *head* starts."""
    return next((start for start, _ in lines(head)), 0)


def _in_mixed(
    head: str, start: int, end: int, known: Tables, paper: Agency | None, east_asian: int, weights: Weights
) -> Scan | Glued | None:
    """Return the dateline of a line that has East Asian letters: its own script decides in whose grammar it is read.

    The grammar of the script that opens the line is asked first, and where it finds nothing, the other. Where Latin
    letters open it, East Asian ones inside the dateline are a second name only if Latin letters open the body too.

    east_asian: where the first of those letters is.
    """
    spaced = _SPACED.search(head, start, min(end, start + _SAMPLE))
    if spaced is None:
        return _east_asian(head, start, end, known, paper)
    if spaced.start() < east_asian:
        found = _in_bilingual(head, start, end, known, weights)
        beyond = found.after + (0 if found.places else _NEXT) if found else 0
        plain = found and EAST_ASIAN.search(head, found.start, beyond) is None
        if found and (plain or _SPACED.match(head, found.after)):
            return found
        return _east_asian(head, start, end, known, paper) or found
    glued = _east_asian(head, start, end, known, paper)
    if glued or _MARK.search(head, spaced.end(), min(end, start + _REACH)) is None:
        return glued
    return _in_bilingual(head, start, end, known, weights)


def _in_bilingual(head: str, start: int, end: int, known: Tables, weights: Weights) -> Scan | None:
    """Return the spaced dateline of a line that has East Asian letters too."""
    return _behind_gloss(head, start, end, known, weights) or _in_line(head, start, end, known, weights)


def _behind_gloss(head: str, start: int, end: int, known: Tables, weights: Weights) -> Scan | None:
    """Return the dateline whose place is printed in an East Asian script first: "杭州 HANGZHOU, May 26 (Xinhua)"."""
    after = gloss_before(head, start, end, known)
    found = scan(head, after, end, known) if after else None
    if found is None or weigh(evidence_of(look_at(found, head, end, known, before="nothing")), weights) <= 0:
        return None
    found.start = start
    return found


def _signature_alone(head: str, start: int, end: int, known: Tables) -> Agency | None:
    """Return the agency that a line names and nothing else: it signs the place and day below it."""
    return listed(head[start:end], known) if end - start <= _LONGEST_SIGNATURE else None


def _east_asian(head: str, start: int, end: int, known: Tables, paper: Agency | None) -> Glued | None:
    """Return the dateline of an East Asian line that has such letters itself, or brackets of its own."""
    found = _unspaced(head, start, end, known, paper)
    own = found and (not head[found.start].isalpha() or EAST_ASIAN.search(head, found.start, found.end))
    return found if own else None


def _unspaced(head: str, start: int, end: int, known: Tables, paper: Agency | None) -> Glued | None:
    """Return the dateline of an East Asian grammar; kana and Hangul show which is asked first."""
    if _KANA_OR_HANGUL.search(head, start, min(end, start + _SAMPLE)) is None:
        return read_glued(head, start, end, known, paper=paper) or read_bracketed(head, start, end, known)
    bracketed = read_bracketed(head, start, end, known) or _behind_headline(head, start, end, known)
    if bracketed or not _DISPATCH.search(head, start, min(end, start + _SAMPLE)):
        return bracketed
    glued = read_glued(head, start, end, known, paper=paper)
    dispatch = (
        glued
        and glued.day
        and glued.agency
        and glued.agency.known
        and _ONLY_HAN.fullmatch(head, glued.start, glued.end + 1)
    )
    return glued if dispatch else None


def _behind_headline(head: str, start: int, end: int, known: Tables) -> Glued | None:
    """Return the Korean dateline that is glued to a headline: "…꺾어[울산=뉴시스] K리그"."""
    match = _KOREAN.search(head, start + 1, min(end, start + _SAMPLE))
    return read_bracketed(head, match.start(), end, known) if match else None


def _in_line(head: str, start: int, end: int, known: Tables, weights: Weights, *, at: At = "unknown") -> Scan | None:
    """Return the dateline that opens a line, or the one glued to the headline or byline that opens it."""
    for found, before in candidates(head, start, end, known):
        stands = at if at != "unknown" and before == "nothing" else before
        if weigh(evidence_of(look_at(found, head, end, known, before=stands)), weights) > 0:
            return found
    return None


def candidates(head: str, start: int, end: int, known: Tables) -> Iterator[tuple[Scan, Before]]:
    """Yield the scans of a line that may be its dateline, each with the text before it."""
    take = _TAKE.match(head, start, min(end, start + _SAMPLE)) if head[start] in _TAKE_LETTERS else None
    found = None if take else scan(head, start, end, known)
    if found and _is_spaced(found, known):
        yield found, "nothing"
    label = take or (None if head[start].isalpha() else _LABEL.match(head, start, min(end, start + _SAMPLE)))
    found = scan(head, label.end(), end, known) if label else None
    if found:
        yield found, "label"
    if _CREDIT.match(head, start, end):
        return
    stop = min(end, start + _REACH)
    anchored = head.find(")", start, stop) >= 0 or head.find("/", start, stop) >= 0
    for anchor in _ANCHOR.finditer(head, start, stop) if anchored else ():
        first = max(start, anchor.start() - _GLUE)
        for position in _starts(head, first, anchor.start(), line=start):
            found = scan(head, position, end, known)
            if found is None or (found.day is None and _HOUR.fullmatch(head, start, position)):
                continue
            if found.end > anchor.start() and found.agency and found.agency.known and found.places:
                yield found, "text"
    if head.isascii() and head.find("- ", start, stop) < 0:
        return  # for a dash follows each city that is glued to a byline or a subhead
    glued = _after_byline(head, start, end, known)
    if glued:
        yield glued, "text"
    yield from ((found, "text") for found in _after_sentence(head, start, stop, end, known))


def _is_spaced(found: Scan, known: Tables) -> bool:
    """Return whether *found* is written in a script with spaces, which a place in another shows only beside a day."""
    other = [place for place in found.places if not place.printed.isascii() and EAST_ASIAN.search(place.printed)]
    return not other or (found.day is not None and all(place.place(known) for place in other))


def _starts(head: str, first: int, stop: int, *, line: int) -> list[int]:
    """Return where a glued dateline may start: at words in capitals, or after a sentence's end or a gap."""
    starts = []
    for match in _LETTER.finditer(head[first:stop]):
        position = first + match.start()
        before = head[position - 1 : position] if position > line else " "
        if position == line:
            continue
        if before not in (" ", "\n"):
            glued = before.islower() or EAST_ASIAN.match(before)  # "By Ann LeeHOUSTON, Aug 28"
            if glued and head[position : position + 3].isupper():
                starts.append(position)
            continue
        gap = head[max(line, position - 3) : position]
        if gap.endswith(", "):  # "For example, OSLO, May 26 (AP) - The"
            continue
        if head[position].isupper() and (
            head[position : position + 2].isupper() or gap.rstrip()[-1:] in '.!?:;|"”' or gap.endswith("  ")
        ):
            starts.append(position)
    return starts


def _after_sentence(head: str, start: int, stop: int, end: int, known: Tables) -> Iterator[Scan]:
    """Yield "Wien –" out of "… gehört. Wien – Die Gewerkschaft": a known city that is glued to a subhead."""
    if head.find("–", start, stop) < 0 and head.find("—", start, stop) < 0:
        return
    for match in _SENTENCE_AND_CITY.finditer(head, start, stop):
        found = scan(head, match.end(), end, known)
        if found and found.places and not found.in_brackets and found.places[0].place(known):
            yield found


def _after_byline(head: str, start: int, end: int, known: Tables) -> Scan | None:
    """Return "PARIGI -" out of "DAL NOSTRO CORRISPONDENTEPARIGI -": a byline's last word glued to the city."""
    if not _DASHED.search(head, start, min(end, start + _SAMPLE)):
        return None
    line = head[start : min(end, start + _GLUE)].casefold()
    for word in known.bylines:
        at = line.rfind(word)
        if at < 0:
            continue
        position = start + at + len(word)
        while head[position : position + 1] == " ":
            position += 1
        found = scan(head, position, end, known) if head[start:position].rstrip()[-1:].isupper() else None
        if found and found.places and found.places[0].place(known):
            return found
    return None


def _from_scan(text: str, head: str, found: Scan, known: Tables) -> Dateline:
    places = [(named, named.place(known)) for named in found.places]
    first = places[0][1] if places else None
    agency = settle(found.agency, first.country if first else None)
    day = found.day
    month, number = (day.month, day.day) if day else (None, None)
    if day and day.numbers:
        month_first = (first is not None and first.country == "US") or agency in PRESS_WIRES
        month, number = day.numbers if month_first else day.numbers[::-1]
    return Dateline(
        places=tuple([_name(named, place, known) for named, place in places]),
        place_zone=first.zone if first else None,
        place_country=_country(found, first),
        month=month,
        day=number,
        year=day.year if day else None,
        weekday=day.weekday if day else None,
        time=day.time if day else None,
        zone=day.zone if day else None,
        agency=agency,
        language=_language(head, found, day, known),
        text=text[found.start : found.end],
        span=Span(start=found.start, end=found.end),
    )


def _country(found: Scan, first: Place | None) -> str | None:
    region = find_region(found.places[0].region or "") if found.places else None
    return (first.country if first else None) or (region[:2] if region else None)


def _name(named: Named, place: Place | None, known: Tables) -> str:
    if place is not None:
        return place.name
    if not named.printed.isupper():
        return named.printed
    first, *rest = named.printed.split(" ")
    return " ".join(
        (_small(first), *(word.lower() if fold_word(word) in known.particles else _small(word) for word in rest))
    )


def _small(word: str) -> str:
    """Return *word*, printed in capitals, as names are written; a ship's prefix and initials stay."""
    return word if "." in word[:-1] or word in _SHIPS else word.capitalize()


def _language(head: str, found: Scan, day: Day | None, known: Tables) -> str:
    """Return the language of the dateline's own words; where they leave it open, that of the words that follow."""
    tags = _likely(day.tags, known, month_first=day.month_first) if day else ()
    if len(tags) == 1:
        return tags[0]
    votes: dict[str, int] = {}
    words = known.words
    for word in head[found.after : found.after + _SAMPLE_WORDS].casefold().split():
        if word in words:
            for tag in words[word]:
                votes[tag] = votes.get(tag, 0) + 1
    if not votes:
        return tags[0] if tags else written_in(head, found.after) or (found.agency and found.agency.tag) or "en"
    usual = tags or known.tags
    return max((tag for tag in usual if tag in votes), key=votes.__getitem__, default=usual[0])


@lru_cache(maxsize=256)
def _likely(tags: frozenset[str], known: Tables, *, month_first: bool) -> tuple[str, ...]:
    """Return *tags* in the order of the registry: where the month comes first, those of languages that print it so."""
    usual = {language.tag for language in known.languages if language.month_first} & tags if month_first else None
    return tuple(tag for tag in known.tags if tag in (usual or tags))


def _from_glued(text: str, found: Glued) -> Dateline:
    first = found.places[0] if found.places else None
    return Dateline(
        places=tuple([place.name for place in found.places]),
        place_zone=first.zone if first else None,
        place_country=first.country if first else None,
        month=found.month,
        day=found.day,
        year=found.year,
        time=found.time,
        zone=found.zone,
        agency=settle(found.agency, first.country if first else "CN"),
        reporter=found.reporter,
        language=found.tag,
        text=text[found.start : found.end],
        span=Span(start=found.start, end=found.end),
    )
