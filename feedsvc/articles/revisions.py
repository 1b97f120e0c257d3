"""Tell readers of revisions: corrections, updates, withdrawals, and the words for them in each language."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from feedsvc.model.article import Article, Correction, Entry, Revision, RevisionKind, Text, Version
from feedsvc.model.draft import Draft
from feedsvc.text.catalogues import OF_FEEDS, message, said
from feedsvc.text.characters import clean_text
from feedsvc.text.scripts import match_language, tell_language

CORRECTION = message("Correction: {note}")
UPDATE = message("Update: {note}")


def noted(revision: Revision, language: str) -> tuple[str, str]:
    """Return (language, words) of a note for readers; a correction without a note is told in *language*."""
    if not revision.note:
        return said("This article was corrected.", language)
    pattern = CORRECTION if revision.take == "correction" else UPDATE
    return revision.language, said(pattern, revision.language)[1].format(note=revision.note)


BRACKETS = re.compile(r"[(（\[【](?P<words>.*)[)）\]】]", re.DOTALL)
# Words of wires for the same, besides those of the catalogues.
FURTHER_LABELS = ("corrected", "updated", "改稿", "修正")


@cache
def _label() -> re.Pattern[str]:
    """Return a pattern of labels at the beginning, which repeat the kind of revision: "(更正：第二段的时间)"."""
    written = (said(pattern, language)[1] for pattern in (CORRECTION, UPDATE) for language in OF_FEEDS)
    labels = sorted({words.format(note="").strip(" :：\N{NO-BREAK SPACE}") for words in written})
    return re.compile(rf"(?:{'|'.join(map(re.escape, (*FURTHER_LABELS, *labels)))})\s*[:：]\s*", re.IGNORECASE)


def revised(
    draft: Draft, language: str, *, languages: Sequence[str], before: Revision | None, is_changed: bool
) -> Revision | None:
    """Return the note that readers get on the last revision of an article in *language*.

    A note in words takes the place of the one *before*, and so does a correction without words of something else; a
    plain edit, or a take that says nothing, leaves it: a correction stays in sight until another note is given.

    languages:  of the site; one of them is the note's.
    is_changed: words that were published changed. A correction without words counts only then: the first copy that we
                publish, be it called corrected, corrects nothing that our readers saw.
    """
    if draft.take in {"new", "kill"}:
        return before
    note = _note(draft, language, languages)
    if note:
        return note
    is_corrected = before is not None and before.take == "correction"
    if draft.take == "correction" and is_changed and not is_corrected:
        return Revision(take="correction", note="", language=language)
    return before


def corrected(
    draft: Draft, language: str, *, languages: Sequence[str], before: Version | None, is_changed: bool, when: datetime
) -> Correction | None:
    """Return the last correction of an article in *language*, which is the one *before* unless *draft* makes another.

    It makes another if it corrects in words that were not said before, or without any and words that were published
    changed: a document goes on saying what it corrected while it is edited further.

    languages, is_changed: as in `revised`.
    when: of this version.
    """
    last = before.corrected if before else None
    if draft.take != "correction":
        return last
    note = _note(draft, language, languages)
    if note is None:
        return Correction(instant=when, note="", language=language) if is_changed else last
    if before and (before.revised == note or (last and (last.note, last.language) == (note.note, note.language))):
        return last
    return Correction(instant=when, note=note.note, language=note.language)


def kind_of_revision(before: Article | None, after: Article, *, is_announced: bool) -> RevisionKind:
    """Return the kind of revision that made *after* of the version published *before*.

    is_announced: readers are told that it was withdrawn.
    """
    if before is None:
        return "first"
    if after.state != "live":
        return "killed" if after.state == "killed" else "withdrawn" if is_announced else "removed"
    return "revived" if before.state != "live" else _kind_of_edit(before, after)


def _kind_of_edit(before: Article, after: Article) -> RevisionKind:
    former = {version.language: version for version in before.versions}
    pairs = [(former.get(version.language), version) for version in after.versions]
    if any(now.corrected and (was is None or was.corrected != now.corrected) for was, now in pairs):
        return "correction"
    if former.keys() - set(after.languages) or any(was is None or was.updated != now.updated for was, now in pairs):
        return "update"
    return "minor" if any(was and was.revision != now.revision for was, now in pairs) else "details"


def _note(draft: Draft, language: str, languages: Sequence[str]) -> Revision | None:
    """Return the note for readers of *language*: in their language, else in the first that there is."""
    notes = [
        Revision(take=draft.take, note=words, language=match_language(note.language or "", languages) or language)
        for note in draft.take_notes
        if (words := _words(note.text))
    ]
    if notes:
        return next((note for note in notes if note.language == language), notes[0])
    words = _words(draft.take_note.text) if draft.take_note else ""
    if not words:
        return None
    return Revision(take=draft.take, note=words, language=tell_language(words, languages) or language)


def _words(note: str) -> str:
    """Return a note in plain text, without the brackets and the label that wire copy gives it."""
    text = clean_text(note)[0]
    bracketed = BRACKETS.fullmatch(text)
    words = _label().sub("", bracketed["words"] if bracketed else text, count=1).strip()
    return words if any(map(str.isalnum, words)) else ""


# Readers keep an entry that merely disappears; most have asked again within a week.
NOTICE = timedelta(days=7)
WITHDRAWN = message("Withdrawn: {title}")
NOTICE_TEXT = message("This article was withdrawn. Please do not use it.")


def notice_of(entry: Entry, *, when: datetime) -> Entry:
    """Return the notice that replaces *entry*, whose article was withdrawn or killed at *when*.

    It tells the title and the reason of a withdrawn article, and nothing of a killed one.
    """
    article = entry.article
    languages = article.languages
    titles, bodies = [], []
    for language, title in article.title.items:
        titled, text = said(WITHDRAWN, language)[1], said(NOTICE_TEXT, language)[1]
        titles.append((language, titled.format(title=title) if article.state == "withdrawn" else title))
        reason = f"<p>{html.escape(article.reason)}</p>" if article.reason else ""
        bodies.append((language, f"<p>{text}</p>{reason}"))
    told = Article(
        id=article.id,
        slug=article.slug,
        source=article.source,
        origins=article.origins,
        title=Text(items=tuple(titles)),
        summary=Text(items=tuple((language, said(NOTICE_TEXT, language)[1]) for language in languages)),
        body=Text(items=tuple(bodies)),
        categories=article.categories,
        versions=tuple(_told(version, when) for version in article.versions),
        state=article.state,
        reason=article.reason,
    )
    return Entry(article=told, url=entry.url)


def correction_of(entry: Entry) -> Entry:
    """Return *entry*, which was corrected, as feeds of corrections show it.

    Its last correction is shown first and dates the entry, whatever was said later.
    """
    article = entry.article
    instant = article.corrected_at
    if instant is None:
        raise ValueError(f"{article.id}: was never corrected")
    versions = tuple(
        replace(
            version,
            updated=replace(version.updated, instant=instant.astimezone(version.updated.instant.tzinfo)),
            revised=Revision(take="correction", note=version.corrected.note, language=version.corrected.language)
            if version.corrected
            else version.revised,
        )
        for version in article.versions
    )
    return replace(entry, article=replace(article, versions=versions))


def withdrawn_title(language: str) -> str:
    """Return the title of an article that was withdrawn, of which nothing may be shown."""
    return said("Withdrawn", language)[1]


def _told(version: Version, when: datetime) -> Version:
    instant = max(when, version.updated.instant).astimezone(version.updated.instant.tzinfo)
    return replace(version, updated=replace(version.updated, instant=instant, precision="second"))
