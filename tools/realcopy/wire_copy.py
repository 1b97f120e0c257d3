"""Count what became of wire copy: plain text states no keys, so there is no second reading but of its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedsvc.model.article import Article
from realcopy.comparison import Check, beside, first_lost
from realcopy.markup import Block, read_html, words
from realcopy.outcomes import Outcome

HEADING = re.compile(r"^(?:#{1,6} |```|!\[|\[[^\]]+\]\(|[-*] \[)", re.MULTILINE)
# Marks of transmissions, which readers are not meant to see; words of a label may become a field's name.
MARKS = "more end ends endit enditem nnnn by reporting writing editing updated source author date language publisher"
MARKS += " related 完 记 者 来 源 编 辑 责 任 作"
OF_THE_WIRE = frozenset(MARKS.split())


def is_wire_copy(text: str) -> bool:
    """Return whether a text without front matter is plain: it has no heading, fence, link or picture of Markdown."""
    return HEADING.search(text) is None


def lines_of(text: str) -> tuple[Block, ...]:
    """Return the lines of *text* that have words."""
    return tuple(
        Block(line=number, text=line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    )


def checks(path: str, text: str, outcome: Outcome) -> Iterator[Check]:
    """Yield what can be said of plain copy that is published."""
    article = outcome.article
    lines = lines_of(text)
    if article is None or not lines:
        return
    titles = [title for _, title in article.title.items]
    first = " ".join(lines[0].text.split())
    yield _check("first line is the headline", path, first in titles, 1, first, "; ".join(titles))
    dateline = next((version.dateline.text for version in article.versions if version.dateline), "")
    yield _check("a dateline is found", path, bool(dateline), 0, "", dateline)
    published = article.versions[0].published
    shown = f"{published.instant.isoformat()} ({published.provenance}, {published.confidence})"
    yield _check("the date is sure", path, published.confidence == "high", 0, "", shown)
    yield from _kept(path, article, outcome, lines)


def _kept(path: str, article: Article, outcome: Outcome, lines: tuple[Block, ...]) -> Iterator[Check]:
    body = [read_html(text).text for _, text in article.body.items]
    reported = " ".join(problem.message for problem in outcome.problems)
    summary = " ".join(text for _, text in article.summary.items)
    found = words("\n".join((*body, *beside(article), *article.tags, reported)))
    lost = words("\n".join(line.text for line in lines)) - found
    for word in [word for word in lost if word in OF_THE_WIRE]:
        del lost[word]
    elsewhere = lost - words(summary)
    line, sample = first_lost(lines, lost)
    named = f"lost {lost.total()} words: {' '.join(list(lost)[:8])}"
    yield _check("text kept", path, elsewhere.total() == 0, line, sample, named)
    is_only_there = lost.total() > 0 and elsewhere.total() == 0
    yield _check("text kept, and not in the summary alone", path, not is_only_there, line, sample, named)


def _check(kind: str, path: str, agrees: bool, line: int, expected: str, found: str) -> Check:  # noqa: FBT001 (what a check is)
    return Check(kind=f"wire: {kind}", path=path, agrees=agrees, line=line, expected=expected[:120], found=found[:120])
