"""Find the line of a story's head that says when it was issued: an update stamp, a masthead, a credit's full date."""

from __future__ import annotations

import re
from typing import Literal

from feedsvc.datelines.find import find_dateline
from feedsvc.datelines.head import fold_head, lines
from feedsvc.datelines.stated import read_printed
from feedsvc.errors import DateError
from feedsvc.model.dates import Dateline, Span, StatedDate
from feedsvc.places.pattern import lazy

_LONGEST = 120
_MOST_WORDS = 7
_YEAR = lazy(r"[0-9〇零○一二三四五六七八九]{3,4}|[年년]")
_UPDATED = lazy(
    r"updat|modif|更新|修改|aktualisiert|actualizad|mis à jour|aggiornat|обновлен|수정|diperbarui", re.IGNORECASE
)
_CLOCK_LEFT = lazy(
    r"[ ,]{0,2}(?:[^\W\d_]{1,3}[ ]?)?[0-9]{1,2}(?:[:h時时點点시][0-9]{0,2}|[ ]?[ap]\.?m\b\.?)", re.IGNORECASE
)
_WORD = lazy(r"[^\W\d_]{2,}")
_BEFORE = lazy(r"(?:^|[ ,|:()\[\]/–—-])[ ]*$")
_SENTENCE = lazy(r"[.。!?！？](?:\s|$)|[，。；]")


def find_stamp(text: str, *, dateline: Dateline | None = None) -> StatedDate | None:
    """Return the first stamp in the head of a story, None when there is none.

    A stamp is no dateline: it states a full date, often a clock, and stands on a line of its own or beside the name of
    the paper, agency or section: "19.08.2006 07:14", "Thursday June 3, 2010 01:39:13 GMT",
    "《光明日报》（2018年02月11日 05版）".
    A dateline's own full date is no stamp, and neither is a date inside a sentence or a headline.

    dateline: the one that was found in *text*; without it, it is looked for where a line may be a stamp.
    returns:  its text can be read by ``read_stated``; its span lies in *text*.
    """
    head = fold_head(text)
    spans = [span for span in lines(head) if span[1] - span[0] <= _LONGEST and _YEAR.search(head, *span)]
    dateline = dateline or (find_dateline(text) if spans else None)
    for start, end in spans:
        if dateline and start <= dateline.span.start < end:
            continue
        near = (dateline.month, dateline.day) if dateline and dateline.month and dateline.day else None
        found = _in_line(text, head, start, end, near)
        if found:
            return found
    return None


def _in_line(text: str, head: str, start: int, end: int, near: tuple[int, int] | None) -> StatedDate | None:
    line = head[start:end]
    try:
        stated = read_printed(line, near=near)
    except DateError:
        return None
    if stated is None:
        return None
    before, after = line[: stated.start], line[stated.end :]
    rest = before + " " + after
    if _SENTENCE.search(rest) or len(_WORD.findall(rest)) > _MOST_WORDS:
        return None
    if not (_BEFORE.search(before) or _labelled(before)) or (after[:1].isalpha() and before.strip()):
        return None
    small = [word for word in _WORD.findall(after) if word.islower()]
    if small and not _UPDATED.search(after):
        return None
    label: Literal["updated", "stamp"] = "updated" if _UPDATED.search(rest) else "stamp"
    left = _CLOCK_LEFT.match(after) if stated.time is None else None  # it is of the date, though it is not understood
    first, last = start + stated.start, start + stated.end + (left.end() if left else 0)
    return StatedDate(label=label, text=text[first:last], span=Span(start=first, end=last))


def _labelled(before: str) -> bool:
    return not before.strip() or before.rstrip().endswith((":", "|", "》", ")", "]"))
