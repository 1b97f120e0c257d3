"""The history of an article: every published version, and the changes between them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from html import unescape
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from feedsvc.config.settings import Settings
from feedsvc.model.article import Article, Recorded, Version
from feedsvc.model.errors import StoreError
from feedsvc.stores.article_versions import history_of, known_names
from feedsvc.stores.store import Store

BLOCK = re.compile(
    r"</?(?:p|div|li|[uod]l|d[td]|h[1-6]|blockquote|pre|table|t[rdh]|thead|tbody|caption|fig(?:ure|caption)|hr|br)\b[^>]*>"
)
TAG = re.compile(r"<[^>]*>")
# Han and Kana are compared by character, other scripts by word.
IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(rf"\s+|[{IDEOGRAPH}]|\w+|[^\w\s]")
MOST_TOKENS = 4000  # in a paragraph; the time of comparing grows with their square

Change = Literal["same", "added", "removed", "changed"]
NEAR = 3  # similar names that a message offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paragraph or title in two versions; "" in the version that does not have it."""

    change: Change
    before: str
    after: str

    @property
    def marked(self) -> str:
        """Both texts in one, as in `git diff --word-diff`: "leaves at [-ten-]{+nine+}"."""
        return "".join(_marked(self.before, self.after))


def paragraphs(html: str) -> list[str]:
    """Return the plain text of each block of safe HTML."""
    texts = (" ".join(unescape(TAG.sub("", block)).split()) for block in BLOCK.split(html))
    return [text for text in texts if text]


def compare(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """Return the paragraphs of two texts in pairs, in order."""
    pieces = []
    for kind, first, last, start, end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        old, new = before[first:last], after[start:end]
        if kind == "equal":
            pieces += [Piece(change="same", before=text, after=text) for text in old]
            continue
        both = min(len(old), len(new))
        pieces += [
            Piece(change="changed", before=was, after=now) for was, now in zip(old[:both], new[:both], strict=True)
        ]
        pieces += [Piece(change="removed", before=text, after="") for text in old[both:]]
        pieces += [Piece(change="added", before="", after=text) for text in new[both:]]
    return pieces


def compare_texts(before: Article, after: Article) -> dict[str, tuple[Piece, ...]]:
    """Return, by language, the pairs of titles and of paragraphs."""
    return {
        language: tuple(
            piece
            for old, new in (
                (_one(before.title.get(language)), _one(after.title.get(language))),
                (paragraphs(before.body.get(language) or ""), paragraphs(after.body.get(language) or "")),
            )
            for piece in compare(old, new)
        )
        for language in dict.fromkeys((*before.languages, *after.languages))
    }


def changes(before: Article, after: Article) -> Iterator[str]:
    """Yield a short line for each change between two versions."""
    for language in dict.fromkeys((*before.languages, *after.languages)):
        if language not in before.languages or language not in after.languages:
            yield f"language: {language} {'added' if language in after.languages else 'removed'}"
            continue
        old, new = before.title.get(language), after.title.get(language)
        if old != new:
            yield f"title ({language}): {old!r} became {new!r}"
        yield from _counted(
            language, compare(*(paragraphs(article.body.get(language) or "") for article in (before, after)))
        )
        if before.summary.get(language) != after.summary.get(language):
            yield f"summary ({language}): changed"
        yield from _dates(before.version(language), after.version(language))
    for name, was, now in (
        ("byline", _people(before), _people(after)),
        ("publisher", _one(before.publisher), _one(after.publisher)),
        ("categories", before.categories, after.categories),
        ("tags", before.tags, after.tags),
        ("related", _wanted(before), _wanted(after)),
        ("media", _media(before), _media(after)),
    ):
        yield from _members(name, was, now)
    if before.reason != after.reason and after.reason:
        yield f"reason: {after.reason}"


def _counted(language: str, pieces: Sequence[Piece]) -> Iterator[str]:
    kinds: tuple[Change, ...] = ("added", "removed", "changed")
    counts = [(sum(piece.change == kind for piece in pieces), kind) for kind in kinds]
    told = [f"{count} paragraph{'s' if count > 1 else ''} {kind}" for count, kind in counts if count]
    if told:
        yield f"text ({language}): {', '.join(told)}"


def _dates(before: Version, after: Version) -> Iterator[str]:
    was, now = before.published.instant, after.published.instant
    if was != now:
        yield f"date ({after.language}): {was.isoformat()} became {now.isoformat()}"


def _members(name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    added = [f"+{member}" for member in after if member not in before]
    removed = [f"-{member}" for member in before if member not in after]
    if added or removed:
        yield f"{name}: {', '.join([*added, *removed])}"
    elif list(before) != list(after):
        yield f"{name}: in another order"


def _people(article: Article) -> list[str]:
    return [f"{' / '.join(name for _, name in credit.name.items)} ({credit.role})" for credit in article.credits]


def _one(text: str | None) -> list[str]:
    return [text] if text else []


def _wanted(article: Article) -> list[str]:
    return [link.title or link.url or "" for link in article.wanted]


def _media(article: Article) -> list[str]:
    return [medium.url for medium in article.media]


def _marked(before: str, after: str) -> Iterable[str]:
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if max(len(old), len(new)) > MOST_TOKENS:
        old, new = [before], [after]
    for _, first, last, start, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        was, now = "".join(old[first:last]), "".join(new[start:end])
        if was == now:
            yield was
        else:
            yield (f"[-{was}-]" if was else "") + (f"{{+{now}+}}" if now else "")


def find_history(store: Store, settings: Settings, subject: str) -> tuple[Recorded, ...]:
    """Return every published version of an article, in order.

    subject: its id, its slug, the address of its page, or a document: its path in its source, or from here.
    raises:  StoreError for an unknown article, with similar names.
    """
    name = subject = os.fsencode(subject).decode("utf-8", "replace")  # a name may be in any encoding
    if "/articles/" in urlsplit(subject).path and "://" in subject:
        name = unquote(urlsplit(subject).path.rstrip("/").rpartition("/articles/")[2]).removesuffix(".json")
    found = history_of(store, name, places=_places(settings, subject))
    if not found:
        known = known_names(store)
        near = [candidate for candidate in known if name and name in candidate][:NEAR]
        near = near or get_close_matches(name, known, n=NEAR)
        hint = f"; did you mean {', '.join(near)}?" if near else "; feedsvc check lists all documents"
        raise StoreError(
            f"{subject}: no article has this id, slug or address, and none is made from a document of this name{hint}"
        )
    return found


def _places(settings: Settings, subject: str) -> list[tuple[str, str]]:
    """Return (source, path) of each document that *subject* may mean: a file, or a path in any source."""
    whole = Path(os.path.normpath(Path(subject).absolute()))
    within = [
        (source.name, whole.relative_to(source.url).as_posix())
        for source in settings.sources
        if whole.is_relative_to(source.url)
    ]
    return [*within, *((source.name, subject) for source in settings.sources)]


def version_numbered(history: Sequence[Recorded], number: int) -> Recorded:
    """Return version *number*.

    raises: StoreError if there is no such version, or its text is gone.
    """
    last = history[-1]
    found = next((version for version in history if version.number == number), None)
    if found is None:
        raise StoreError(f"{last.article.id}: there is no version {number}; the last is {last.number}")
    if found.pruned:
        raise StoreError(
            f"{last.article.id}: the text of version {number} was pruned; only its time and digests are left"
        )
    if found.article.state == "killed" or last.article.state == "killed":
        raise StoreError(f"{last.article.id}: was killed, so there is no text left to compare")
    return found


def history_lines(history: Sequence[Recorded]) -> Iterator[str]:
    """Yield the history for people; of a killed article, only its id and its dates."""
    article = history[-1].article
    yield article.id
    if article.state == "killed":
        yield f"killed {_when(history[-1])}"
        for version in article.versions:
            yield f"published ({version.language}): {version.published.instant.isoformat()}"
            yield f"updated ({version.language}): {version.updated.instant.isoformat()}"
        return
    count = len(history)
    yield f"{article.slug}: {article.state}, {count} version{'s' if count > 1 else ''}"
    for before, after in zip((None, *history), history, strict=False):
        yield ""
        yield f"{after.number}  {_when(after)}  edition {after.edition}  {after.making.kind}"
        for line in (*_notes(before, after), *_changes(before, after)):
            yield f"   {line}"
        for origin in after.making.documents:
            yield f"   {origin.source}: {origin.path}  {origin.digest}"


def history_fields(history: Sequence[Recorded]) -> dict[str, Any]:
    """Return the history as one JSON object."""
    article = history[-1].article
    dates = {
        version.language: {
            "published": version.published.instant.isoformat(),
            "updated": version.updated.instant.isoformat(),
        }
        for version in article.versions
    }
    if article.state == "killed":
        return {"id": article.id, "state": "killed", "killed": _stamp(history[-1]), "dates": dates}
    return {
        "id": article.id,
        "slug": article.slug,
        "state": article.state,
        "dates": dates,
        "versions": [
            {
                "number": after.number,
                "made_at": _stamp(after),
                "edition": after.edition,
                "kind": after.making.kind,
                "pruned": after.pruned,
                "notes": list(_notes(before, after)),
                "changes": list(_changes(before, after)),
                "titles": dict(after.article.title.items) if not after.pruned else {},
                "documents": [
                    {"source": origin.source, "path": origin.path, "digest": origin.digest}
                    for origin in after.making.documents
                ],
            }
            for before, after in zip((None, *history), history, strict=False)
        ],
    }


def comparison_lines(before: Article, after: Article) -> Iterator[str]:
    """Yield the differences between two versions, in each language, for people."""
    yield from changes(before, after)
    for language, pieces in compare_texts(before, after).items():
        yield ""
        yield f"[{language}]"
        same = 0
        for piece in (*pieces, None):
            if piece is not None and piece.change == "same":
                same += 1
                continue
            if same:
                yield f"  … {same} unchanged"
                same = 0
            if piece is not None:
                sign = {"added": "+", "removed": "-"}.get(piece.change, "~")
                yield f"{sign} {piece.marked if piece.change == 'changed' else piece.before or piece.after}"


def comparison_fields(before: Recorded, after: Recorded) -> dict[str, Any]:
    """Return the differences between two versions as one JSON object."""
    return {
        "id": after.article.id,
        "from": before.number,
        "to": after.number,
        "changes": list(changes(before.article, after.article)),
        "texts": {
            language: [
                {"change": piece.change, "before": piece.before, "after": piece.after, "marked": piece.marked}
                for piece in pieces
                if piece.change != "same"
            ]
            for language, pieces in compare_texts(before.article, after.article).items()
        },
    }


def _notes(before: Recorded | None, after: Recorded) -> Iterator[str]:
    """Yield the notes of the desk that are new in *after*."""
    former = {version.language: version.revised for version in before.article.versions} if before else {}
    said = dict.fromkeys(
        version.revised
        for version in after.article.versions
        if version.revised and version.revised.note and version.revised != former.get(version.language)
    )
    if not after.pruned:
        yield from (f"note ({revised.language}): {revised.note}" for revised in said)


def _changes(before: Recorded | None, after: Recorded) -> Iterator[str]:
    if after.pruned:
        yield "the text was pruned"
    elif before is None:
        yield from (f"title ({language}): {title!r}" for language, title in after.article.title.items)
    elif not before.pruned and "killed" not in {before.article.state, after.article.state}:
        yield from changes(before.article, after.article)


def _when(version: Recorded) -> str:
    return "(time not known)" if version.made_at is None else f"{version.made_at:%Y-%m-%d %H:%M:%S}Z"


def _stamp(version: Recorded) -> str | None:
    return None if version.made_at is None else version.made_at.isoformat()
