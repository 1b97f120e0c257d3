"""Say what the desk says of a revision, for readers to see: that it corrects, and why it was written anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

from feedsvc.content import clean_text
from feedsvc.model.articles import Article, Revision
from feedsvc.model.drafts import Draft
from feedsvc.model.revisions import RevisionKind
from feedsvc.scripts import tell_language

BRACKETS = re.compile(r"[(（\[【](?P<words>.*)[)）\]】]", re.DOTALL)
# A label that begins the words says what the reader is told anyway: "(更正：第二段的时间)".
LABEL = re.compile(r"(?:correction|corrected|update|updated|更正|更新|改稿|修正)\s*[:：]\s*", re.IGNORECASE)


def revised(
    draft: Draft, language: str, *, languages: Sequence[str], before: Revision | None, is_changed: bool
) -> Revision | None:
    """Return what readers are told of the last revision of an article in *language*.

    A note in words takes the place of the one *before*, and so does a correction without words of something else; a
    plain edit, or a take that says nothing, leaves it: a correction stays in sight until another note is given.

    languages:  of the site; one of them is the note's.
    is_changed: words that were published changed. A correction without words counts only then: the first copy that we
                publish, be it called corrected, corrects nothing that our readers saw.
    """
    if draft.take in {"new", "kill"}:
        return before
    note = _words(draft)
    if note:
        return Revision(take=draft.take, note=note, language=tell_language(note, languages) or language)
    is_corrected = before is not None and before.take == "correction"
    if draft.take == "correction" and is_changed and not is_corrected:
        return Revision(take="correction", note="", language=language)
    return before


def kind_of_revision(before: Article | None, after: Article, *, is_announced: bool) -> RevisionKind:
    """Return what kind of revision made *after* of what was published *before*.

    is_announced: readers are told that it was withdrawn.
    """
    if before is None:
        return "first"
    if after.state != "live":
        return "killed" if after.state == "killed" else "withdrawn" if is_announced else "removed"
    return "revived" if before.state != "live" else _kind_of_edit(before, after)


def _kind_of_edit(before: Article, after: Article) -> RevisionKind:
    former = {each.language: each for each in before.versions}
    pairs = [(former.get(each.language), each) for each in after.versions]
    if any(each.corrected and (was is None or was.corrected != each.corrected) for was, each in pairs):
        return "correction"
    if former.keys() - set(after.languages) or any(was is None or was.updated != each.updated for was, each in pairs):
        return "update"
    return "minor" if any(was and was.revision != each.revision for was, each in pairs) else "details"


def _words(draft: Draft) -> str:
    """Return the note in plain text, without the brackets and the label that wire copy gives it."""
    text = clean_text(draft.take_note.text)[0] if draft.take_note else ""
    bracketed = BRACKETS.fullmatch(text)
    words = LABEL.sub("", bracketed["words"] if bracketed else text, count=1).strip()
    return words if any(map(str.isalnum, words)) else ""
