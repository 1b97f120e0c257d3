"""Recognise the marks of desks: of holds (embargoes, kills, drafts), and of takes (corrections, leads, adds).

Hold marks fail closed: a line in the form of such a mark holds the copy, understood or not, and its text is kept for
the desk. A headline that merely uses the word ("Storms kill two in harbour town", "City to hold election") has no such
form: a mark is all of its line, or begins it and is set off by a colon, a dash, brackets, a time or capitals.
A form that headlines begin with as well ("Hold: a history of the handshake") is a mark beside another headline only.
source: docs/internals/articles.md, "Fail closed".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from feedsvc.articles import hold_words_en, hold_words_zh
from feedsvc.model.draft import HoldKind, Take
from feedsvc.parsers.line_kinds import is_date
from feedsvc.parsers.lines import Line, remembered

# clear: a mark on any line; alone: only if the rest of the line is a time; beside: never on the only headline.
Certainty = Literal["clear", "alone", "beside"]

# Arrows, frames, shapes, dingbats and pictures; what turns the direction of writing, which nobody sees.
SYMBOLS = "\u2190-\u21ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f※\u202a-\u202e\u2066-\u2069"
ORNAMENTS = rf"[\s*#=>!\"'“‘\[(（【〔《「『`<·•^_~+/|{SYMBOLS}-]"
OPEN = rf"(?:(?:<!--|</?[a-z][a-z0-9]{{0,9}}(?:\s[^<>]{{0,60}})?>){ORNAMENTS}{{0,12}}|{ORNAMENTS}{{1,12}}){{0,3}}+"
TAG = re.compile(r"(?:</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,60})?>|-->|[\s*_~+])+$", re.IGNORECASE)


class OrderedForms:
    """Forms of marks, asked together in their order, which takes half the time that they take one by one."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._forms = forms
        self._from: dict[int, re.Pattern[str]] = {}

    def found_in(self, text: str, begin: int = 0) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield each form that *text* has at *begin*, as its number and its match."""
        first = 0
        while first < len(self._forms) and (found := self._pattern(first).match(text, begin)) is not None:
            first += found.lastindex or 1
            yield first - 1, found

    def _pattern(self, first: int) -> re.Pattern[str]:
        """Return one expression for all forms from number *first* on; `lastindex` of a match counts them."""
        if first not in self._from:
            self._from[first] = re.compile("|".join(f"(?:{form})()" for form in self._forms[first:]))
        return self._from[first]


# In this order, the clearer mark names the kind.
FORMS: tuple[tuple[Certainty, HoldKind, str], ...] = (
    *(("clear", kind, f"(?i:{form})") for kind, form in hold_words_en.CLEAR),
    *(("alone", kind, f"(?i:{form})") for kind, form in hold_words_en.ALONE),
    *(("clear", kind, form) for kind, form in (*hold_words_en.CAPITALS, *hold_words_zh.CLEAR)),
    *(("alone", kind, form) for kind, form in hold_words_zh.ALONE),
    *(("beside", kind, form) for kind, form in hold_words_zh.BESIDE),
)
HOLDS = OrderedForms([form for _, _, form in FORMS])
ORNAMENTED = re.compile(OPEN, re.IGNORECASE)
CREDIT = re.compile(
    r"(?:\[[^\[\]]{1,40}\]|【[^【】]{1,40}】|（[^（）]{1,40}）|\([^()]{1,40}\))[\s:：]{0,3}(?=[^\s\[【（(])"
)
# Where the mark's own words end and a headline may follow on the same line.
BRACKETED = re.compile(
    r"\s{0,3}(?:\[[^\]]{1,120}\]|【[^】]{1,120}】|（[^）]{1,120}）|\([^)]{1,120}\)|〔[^〕]{1,120}〕)\s{0,3}[:：]?"
)
SET_OFF = re.compile(r"[^:：—–]{1,80}?(?:[:：](?!\d)|\s?[—–]{1,2}|\s-{1,2}\s|--)")
CAPITALS = re.compile(r"[A-Z]{3,12}(?:\s[A-Z]{2,12}){0,4}\s(?=[A-Z]?[a-z])")
TIME = re.compile(rf"(?:{hold_words_en.ONLY_WHEN})|(?:至|到)?{hold_words_zh.WHEN}", re.IGNORECASE)
# A kill cannot be taken back, so only the desks' own words for it are one; what else withdraws copy holds it.
KILLS = re.compile("k\\s?i\\s?l\\s?l|[毙斃毁毀废廢]稿|撤\\s?稿|急撤|速撤", re.IGNORECASE)
# Copy in Chinese and Japanese has marks in wide letters too; one for one, so that places in the line stay.
NARROW = {wide: wide - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(first), ord(last) + 1)}
WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
LONE = re.compile(rf"(?:{OPEN})?(?:[A-Z]{{3,}}\b|[\u3400-\u9fff])")
LONGEST_LONE = 80  # characters
LONGEST_MARK = 300  # characters looked at
LONGEST_MARKUP = 60  # characters of tags behind a mark
FEW_LETTERS = 2  # no mark has fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark at the beginning of a line, and the rest of the line, for a headline (may be empty)."""

    kind: HoldKind
    line: Line
    rest: Line


@remembered
def find_mark(line: Line, *, sole: bool = False) -> Mark | None:
    """Return the mark that *line* is or begins with.

    sole: no other line can be the headline, so that words which headlines begin with count as a headline's.
    """
    text = line.text
    if not text.isascii() and WIDE.search(text):
        text = text.translate(NARROW)
    head = text[:LONGEST_MARK]
    opened = ORNAMENTED.match(head)
    begin = 0 if opened is None else opened.end()
    for number, found in HOLDS.found_in(head, begin) if _may_mark(head) else ():
        certainty, kind, _ = FORMS[number]
        if not sole or _is_sure(certainty, text, begin, found.end()):
            at = _end(text, least=found.end())
            kind = _sure_kind(kind, certainty, text, begin, found, at)
            return Mark(kind=kind, line=line.part(0, at), rest=line.part(at))
    return _behind_credit(line, sole=sole)


def lone_mark(line: Line) -> Mark | None:
    """Return the mark that *line* is and nothing else, where copy or its keys stand around it.

    It is in capitals or in Chinese, for a word may stand alone there too; and a kill, which nothing undoes, only holds.
    """
    mark = find_mark(line, sole=True) if len(line.text) <= LONGEST_LONE else None
    if mark is None or any(map(str.isalnum, mark.rest.text)) or LONE.match(line.text) is None:
        return None
    return replace(mark, kind="hold") if mark.kind == "kill" else mark


def _behind_credit(line: Line, *, sole: bool) -> Mark | None:
    """Return the mark behind a name in brackets: "(Quay News) Embargoed: 2027-05-19". A kill there holds only."""
    credit = CREDIT.match(line.text)
    mark = find_mark(line.part(credit.end()), sole=sole) if credit else None
    if mark is None:
        return None
    at = mark.line.end - line.start
    return Mark(kind="hold" if mark.kind == "kill" else mark.kind, line=line.part(0, at), rest=line.part(at))


def _sure_kind(kind: HoldKind, certainty: Certainty, text: str, begin: int, found: re.Match[str], at: int) -> HoldKind:
    """Return "hold" for a kill that might be the first word of a headline, or says only that copy is withdrawn."""
    if kind != "kill":
        return kind
    certainty = "alone" if found[0].lstrip()[:1] in "撤急速" else certainty
    is_kill = KILLS.search(text, begin, at) is not None and _is_sure(certainty, text, begin, found.end())
    return "kill" if is_kill else "hold"


def _may_mark(text: str) -> bool:
    """Return whether *text* has a word that marks have: most lines have none, and the forms take 20 µs a line.

    Only plain ASCII is told apart, for other letters may stand for these: "KİLL".
    """
    if not text.isascii():
        return True
    letters = "".join(text.lower().split())
    return any(word in letters for word in hold_words_en.MARKING)


def _is_sure(certainty: Certainty, text: str, begin: int, end: int) -> bool:
    """Return whether a mark counts in the only line that can be the headline."""
    if certainty != "alone":
        return certainty == "clear"
    said = [letter for letter in text[begin:end] if letter.isalpha()]
    capitals = len(said) >= FEW_LETTERS and all(letter.isascii() and letter.isupper() for letter in said)
    rest = text[end:].strip()
    return capitals or BRACKETED.match(text) is not None or not any(map(str.isalnum, rest)) or is_time(rest)


def _is_markup(text: str) -> bool:
    return len(text) <= LONGEST_MARKUP and not any(map(str.isalnum, TAG.sub("", text)))


def is_time(text: str) -> bool:
    """Return whether *text* is a time of release and nothing else: "10:00 GMT Friday", "11月29日10时"."""
    found = TIME.match(text[:LONGEST_MARK])
    return found is not None and not any(map(str.isalnum, text[found.end() :]))


def _end(text: str, *, least: int) -> int:
    """Return where the mark ends: before a headline where one follows on its line, else at the end."""
    for pattern in (BRACKETED, SET_OFF, CAPITALS):
        found = pattern.match(text)
        if found is not None:
            rest = text[found.end() :].strip()
            if found.end() < least or TIME.match(rest) or _is_markup(rest):
                return len(text)
            return found.end()
    return len(text)


TAKE_OPEN = r"\s{0,3}[\[(（【〔*]{0,3}\s{0,2}"
TAKE_NUMBER = r"(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth|fifth|final)"
WRITETHRU = r"write-?\s?(?:thru|through)"
TAKE_COLON = r"\s{0,2}(?:[:：\])]|--|—|–|\s-\s|$)"
TAKE_DASH = r"\s{0,2}(?:[:：\])]|--?|—|–|$)"
TAKE_CN_OFF = r"\s{0,2}(?:[:：)）\]】〕]|——|$)"

# Asked in this order.
ANY_CASE_TAKES: tuple[tuple[Take, str], ...] = (
    ("correction", rf"(?:corrected|correction|corrects|corrective)(?:\s+\(?{TAKE_NUMBER}\)?)?{TAKE_COLON}"),
    ("correction", f"(?:更正|勘误|勘誤|订正)(?:稿|启事|说明)?{TAKE_CN_OFF}"),
    ("writethru", rf"(?:{TAKE_NUMBER}\s+)?(?:(?:ld|lead)[\s-])?{WRITETHRU}(?:\s+{TAKE_NUMBER})?{TAKE_DASH}"),
    ("writethru", rf"(?:update|wrapup|recast)\s?{TAKE_NUMBER}\s?{TAKE_DASH}"),
    ("writethru", f"(?:update|updated|recasts?|refiled?){TAKE_COLON}"),
    ("writethru", rf"(?:改稿|改写|改寫|更新|更新稿|重发|重發|换稿)(?:[一二三四五\d]{{0,2}}){TAKE_CN_OFF}"),
    ("lead", rf"{TAKE_NUMBER}\s+(?:ld|lead|lede){TAKE_COLON}"),
    ("add", f"(?:续发|續發|补充稿|补稿){TAKE_CN_OFF}"),
)
# In capitals only, because the word begins headlines too: "LEAD: Ferry…" is a mark, "Lead: the metal that…" is not.
CAPITAL_TAKES: tuple[tuple[Take, str], ...] = (
    ("correction", rf"(?:CORRECTED|CORRECTION|CORRECTS|REFILE)(?:\s+{TAKE_NUMBER})?{TAKE_DASH}"),
    ("lead", rf"(?:NEW\s+)?(?:LEAD|LEDE|LD)(?:\s+{TAKE_NUMBER})?{TAKE_COLON}"),
    ("add", rf"(?:{TAKE_NUMBER}\s+ADD|ADD\s+{TAKE_NUMBER}|ADD){TAKE_COLON}"),
)
DATE_LABEL = re.compile(r"\s{0,3}(?:updated|更新)\s{0,2}[:：]\s{0,4}(?=\S)", re.IGNORECASE)
TAKE_FORMS: tuple[tuple[Take, str], ...] = (
    *((take, f"{TAKE_OPEN}(?i:{form})") for take, form in ANY_CASE_TAKES),
    *((take, f"{TAKE_OPEN}{form}") for take, form in CAPITAL_TAKES),
)
TAKES = OrderedForms([form for _, form in TAKE_FORMS])
TAKE_NOTE = re.compile(
    r"[(（\[【]\s?(?P<word>(?:adds?|updates?|updated|recasts?|corrects?|corrected|refiles?|refiled|edits|fixes|removes|"
    r"rewrites|clarifies|inserts)\b|更正|更新|改稿|补充|增加|修改|修正).{0,400}[)）\]】]",
    re.IGNORECASE,
)
# On the headline's own line the brackets hold more than the bare word; a Chinese word has a colon behind it.
NOTE_BEFORE = re.compile(
    r"[(（\[【]\s?(?P<word>(?:adds?|updates?|updated|recasts?|corrects?|corrected|refiles?|refiled|edits|fixes|removes|"
    r"rewrites|clarifies|inserts)(?:\s|[:：])|(?:更正|更新|改稿|补充|增加|修改|修正)\s?[:：])"
    r"[^()（）\[\]【】]{2,400}[)）\]】]\s{0,4}(?=[^\W_]|[\"'“‘「『《(（\[【])",
    re.IGNORECASE,
)
CORRECTING = re.compile(r"correct|refil|fix|更正|修正", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMark:
    """A take mark at the beginning of a line, and the rest of the line, for a headline (may be empty)."""

    take: Take
    line: Line
    rest: Line


@remembered
def find_take(line: Line, *, sole: bool = False) -> TakeMark | None:
    """Return the take mark that *line* is or begins with: "CORRECTED: …", "UPDATE 2-…", "更正：…", "(ADDS quote)".

    Before a date, "Updated:" is no mark but the label of that date.

    sole: no other line can be the headline, so that "Update: ferry sails", which goes on in small letters, is one.
    """
    label = DATE_LABEL.match(line.text)
    if label is not None and is_date(line.part(label.end())):
        return None
    # Asked first, for a headline may end in brackets too: "（更正：人名）渡轮复航（图）".
    before = NOTE_BEFORE.match(line.text)
    if before is not None:
        return TakeMark(take=_take(before["word"]), line=line.part(0, before.end()), rest=line.part(before.end()))
    note = TAKE_NOTE.fullmatch(line.text)
    if note is not None:
        return TakeMark(take=_take(note["word"]), line=line, rest=line.part(len(line.text)))
    for number, found in TAKES.found_in(line.text):
        if not (sole and _goes_on(line.text[: found.end()], line.text[found.end() :])):
            return TakeMark(take=TAKE_FORMS[number][0], line=line.part(0, found.end()), rest=line.part(found.end()))
    return None


def is_note(mark: TakeMark) -> bool:
    """Return whether the mark is a note in words, which gives the reason."""
    return TAKE_NOTE.fullmatch(mark.line.text) is not None


def _take(word: str) -> Take:
    return "correction" if CORRECTING.match(word) is not None else "writethru"


def _goes_on(mark: str, rest: str) -> bool:
    return not mark.isupper() and rest.lstrip()[:1].islower()
