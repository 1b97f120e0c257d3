"""Tell which lines of a block are one paragraph."""

from __future__ import annotations

from feedsvc.parsers.lines import Line
from feedsvc.parsers.wire.lines import ENDS_SENTENCE

# Lines of copy that was wrapped for a narrow page are about as long as one another, and break inside sentences.
WRAPPED_LATIN, WRAPPED_HAN = range(40, 101), range(18, 61)


def grouped(lines: list[Line], *, han: bool) -> list[list[Line]]:
    """Return the lines of a block, paragraph by paragraph: by indents, as one if wrapped, else each by itself."""
    if len(lines) == 1:
        return [lines]
    wrapped = _are_wrapped(lines, han=han)
    indents = any(line.indented for line in lines[1:]) or (lines[0].indented and wrapped)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not line.indented and (wrapped or (indents and _are_wrapped([groups[-1][-1], line], han=han))):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _are_wrapped(lines: list[Line], *, han: bool) -> bool:
    """Return whether *lines* are one text, broken to fit a narrow page."""
    broken = lines[:-1]
    width = WRAPPED_HAN if han else WRAPPED_LATIN
    if not broken or any(len(line.text) not in width for line in broken):
        return False
    inside = sum(ENDS_SENTENCE.search(line.text[-4:]) is None for line in broken)
    return inside * 2 > len(broken)
