"""Recognise the marks of takes (corrections, leads, adds) and the notes that give their reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedsvc.model.draft import Take
from feedsvc.parsers.lines import Line, remembered

OPEN = r"\s{0,3}[\[(（【〔*]{0,3}\s{0,2}"
NUMBER = r"(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth|fifth|final)"
WRITETHRU = r"write-?\s?(?:thru|through)"
COLON = r"\s{0,2}(?:[:：\])]|--|—|–|\s-\s|$)"
DASH = r"\s{0,2}(?:[:：\])]|--?|—|–|$)"
CN_OFF = r"\s{0,2}(?:[:：)）\]】〕]|——|$)"

# Asked in this order.
ANY_CASE: tuple[tuple[Take, str], ...] = (
    ("correction", rf"(?:corrected|correction|corrects|corrective)(?:\s+\(?{NUMBER}\)?)?{COLON}"),
    ("correction", f"(?:更正|勘误|勘誤|订正)(?:稿|启事|说明)?{CN_OFF}"),
    ("writethru", rf"(?:{NUMBER}\s+)?(?:(?:ld|lead)[\s-])?{WRITETHRU}(?:\s+{NUMBER})?{DASH}"),
    ("writethru", rf"(?:update|wrapup|recast)\s?{NUMBER}\s?{DASH}"),
    ("writethru", f"(?:update|updated|recasts?|refiled?){COLON}"),
    ("writethru", rf"(?:改稿|改写|改寫|更新|更新稿|重发|重發|换稿)(?:[一二三四五\d]{{0,2}}){CN_OFF}"),
    ("lead", rf"{NUMBER}\s+(?:ld|lead|lede){COLON}"),
    ("add", f"(?:续发|續發|补充稿|补稿){CN_OFF}"),
)
# In capitals only, because the word begins headlines too: "LEAD: Ferry…" is a mark, "Lead: the metal that…" is not.
CAPITALS: tuple[tuple[Take, str], ...] = (
    ("correction", rf"(?:CORRECTED|CORRECTION|CORRECTS|REFILE)(?:\s+{NUMBER})?{DASH}"),
    ("lead", rf"(?:NEW\s+)?(?:LEAD|LEDE|LD)(?:\s+{NUMBER})?{COLON}"),
    ("add", rf"(?:{NUMBER}\s+ADD|ADD\s+{NUMBER}|ADD){COLON}"),
)
FORMS: tuple[tuple[Take, re.Pattern[str]], ...] = (
    *((take, re.compile(OPEN + form, re.IGNORECASE)) for take, form in ANY_CASE),
    *((take, re.compile(OPEN + form)) for take, form in CAPITALS),
)
NOTE = re.compile(
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

    sole: no other line can be the headline, so that "Update: ferry sails", which goes on in small letters, is one.
    """
    # Asked first, for a headline may end in brackets too: "（更正：人名）渡轮复航（图）".
    before = NOTE_BEFORE.match(line.text)
    if before is not None:
        return TakeMark(take=_take(before["word"]), line=line.part(0, before.end()), rest=line.part(before.end()))
    note = NOTE.fullmatch(line.text)
    if note is not None:
        return TakeMark(take=_take(note["word"]), line=line, rest=line.part(len(line.text)))
    for take, form in FORMS:
        found = form.match(line.text)
        if found is not None and not (sole and _goes_on(line.text[: found.end()], line.text[found.end() :])):
            return TakeMark(take=take, line=line.part(0, found.end()), rest=line.part(found.end()))
    return None


def is_note(mark: TakeMark) -> bool:
    """Return whether the mark is a note in words, which gives the reason."""
    return NOTE.fullmatch(mark.line.text) is not None


def _take(word: str) -> Take:
    return "correction" if CORRECTING.match(word) is not None else "writethru"


def _goes_on(mark: str, rest: str) -> bool:
    return not mark.isupper() and rest.lstrip()[:1].islower()
