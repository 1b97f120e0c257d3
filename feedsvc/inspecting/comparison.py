"""Compare two versions of an article: what changed, in words, and the changed words themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Literal

from feedsvc.model.articles import Article, Text, Version

BLOCK = re.compile(
    r"</?(?:p|div|li|[uod]l|d[td]|h[1-6]|blockquote|pre|table|t[rdh]|thead|tbody|caption|fig(?:ure|caption)|hr|br)\b[^>]*>"
)
TAG = re.compile(r"<[^>]*>")
# A character of Han or Kana says what a word does elsewhere.
IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(rf"\s+|[{IDEOGRAPH}]|\w+|[^\w\s]")
MOST_TOKENS = 4000  # of a paragraph; comparing takes the square of it

Change = Literal["same", "added", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Hold a paragraph, or a title, of one or of both versions; what it was in neither is "".

    marked: both in one text, as in `git diff --word-diff`: "leaves at [-ten-]{+nine+}".
    """

    change: Change
    before: str
    after: str

    @property
    def marked(self) -> str:
        """Return both texts in one, with what was removed and added in brackets."""
        return "".join(_marked(self.before, self.after))


def paragraphs(html: str) -> list[str]:
    """Return the plain text of each block of safe HTML."""
    texts = (" ".join(unescape(TAG.sub("", block)).split()) for block in BLOCK.split(html))
    return [text for text in texts if text]


def compare(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """Return the paragraphs of two texts beside each other, in order."""
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
    """Return, by language, the title and the paragraphs of both."""
    return {
        language: tuple(
            piece
            for old, new in (
                (_listed(before.title, language), _listed(after.title, language)),
                (paragraphs(before.body.get(language) or ""), paragraphs(after.body.get(language) or "")),
            )
            for piece in compare(old, new)
        )
        for language in dict.fromkeys((*before.languages, *after.languages))
    }


def changes(before: Article, after: Article) -> Iterator[str]:
    """Yield what changed from one version to the next, a short line each."""
    for language in dict.fromkeys((*before.languages, *after.languages)):
        if language not in before.languages or language not in after.languages:
            yield f"language: {language} {'added' if language in after.languages else 'removed'}"
            continue
        old, new = before.title.get(language), after.title.get(language)
        if old != new:
            yield f"title ({language}): {old!r} became {new!r}"
        yield from _counted(language, compare(*(paragraphs(each.body.get(language) or "") for each in (before, after))))
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
    added = [each for each in after if each not in before]
    removed = [each for each in before if each not in after]
    if added or removed:
        yield f"{name}: {', '.join([*(f'+{each}' for each in added), *(f'-{each}' for each in removed)])}"
    elif list(before) != list(after):
        yield f"{name}: in another order"


def _listed(text: Text, language: str) -> list[str]:
    found = text.get(language)
    return [found] if found else []


def _people(article: Article) -> list[str]:
    return [f"{' / '.join(name for _, name in each.name.items)} ({each.role})" for each in article.credits]


def _one(text: str | None) -> list[str]:
    return [text] if text else []


def _wanted(article: Article) -> list[str]:
    return [each.title or each.url or "" for each in article.wanted]


def _media(article: Article) -> list[str]:
    return [each.url for each in article.media]


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
