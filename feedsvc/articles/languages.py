"""Tell a draft's languages apart: what it has of an article in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedsvc.articles.dating import dateline_of
from feedsvc.articles.headline_languages import NOTHING, declared_language, titles_of
from feedsvc.model.article import Text
from feedsvc.model.dates import Dateline
from feedsvc.model.draft import Arrived, Draft, Excerpt, Paragraph
from feedsvc.text.characters import clean_text
from feedsvc.text.excerpts import excerpt
from feedsvc.text.html import pictures_left_out, safe_html
from feedsvc.text.scripts import match_language, tell_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one draft has in one language; title and summary are plain text, clean.

    dateline: the one that counts for it (`dateline_of`).
    """

    arrived: Arrived
    language: str
    title: str
    summary: str
    dateline: Dateline | None
    paragraphs: tuple[Paragraph, ...]

    def body(self, *, base: str) -> str:
        """Return the paragraphs as safe HTML; *base* is what relative URLs are relative to."""
        return safe_html(self._html, base=base).strip()

    def left_out(self, body: str) -> int:
        """Return how many pictures of the paragraphs are not in *body*, the safe HTML that was made of them."""
        return pictures_left_out(self._html, body)

    @property
    def _html(self) -> str:
        return "\n".join([paragraph.html for paragraph in self.paragraphs])


def parts_of(arrived: Arrived, languages: Sequence[str], *, published: Text = NOTHING) -> tuple[Part, ...]:
    """Return what a draft has in each language that it has a title for, the first title's language first.

    A paragraph in a language without a title stays where it stands: nothing is lost.

    languages, published: as `titles_of` takes them.
    """
    draft = arrived.draft
    declared = declared_language(draft, languages)
    titles = titles_of(draft, languages, published=published)
    titled = tuple(titles)
    first = next(iter(titles), languages[0])
    paragraphs = _shared_out(draft, declared, titled, first)
    summaries: dict[str, str] = {}
    for summary in draft.summaries:
        summaries.setdefault(_language(summary, declared, titled, last=first), clean_text(summary.text)[0])
    parts = []
    for language, title in titles.items():
        dateline, own = dateline_of(draft, language), paragraphs.get(language, ())
        parts.append(
            Part(
                arrived=arrived,
                language=language,
                title=title,
                summary=summaries.get(language) or _lead(dateline, own),
                dateline=dateline,
                paragraphs=tuple(own),
            )
        )
    return tuple(parts)


def languages_of(arrived: Arrived, languages: Sequence[str], *, published: Text = NOTHING) -> frozenset[str]:
    """Return the languages, of those of the site, that a draft has a title for."""
    return frozenset(titles_of(arrived.draft, languages, published=published))


def paragraphs_of(draft: Draft, languages: Sequence[str]) -> dict[str, list[Paragraph]]:
    """Return the paragraphs in each language that the draft has a title for."""
    titled = tuple(titles_of(draft, languages))
    return _shared_out(draft, declared_language(draft, languages), titled, next(iter(titled), languages[0]))


def _shared_out(draft: Draft, declared: str | None, titled: Sequence[str], first: str) -> dict[str, list[Paragraph]]:
    """Return the paragraphs in each of the languages *titled*.

    first: of these languages, or the site's first when there is none.
    """
    if len(titled) < 2:  # noqa: PLR2004 -- one language: there is nothing to tell apart
        return {first: list(draft.paragraphs)} if draft.paragraphs else {}
    paragraphs: dict[str, list[Paragraph]] = {}
    last = declared if declared and declared in titled else first
    latin = None if declared in titled else tell_language("a", titled)
    for paragraph in draft.paragraphs:
        # Half of all paragraphs, and their letters need not be counted.
        if latin and paragraph.text[:1].isalpha() and paragraph.text.isascii() and not paragraph.language:
            last = latin
        else:
            last = _language(paragraph, declared, titled, last=last)
        paragraphs.setdefault(last, []).append(paragraph)
    return paragraphs


def _language(found: Excerpt | Paragraph, declared: str | None, languages: Sequence[str], *, last: str) -> str:
    """Return which of *languages* a stretch is in: what it says itself, what the draft says, what its script says."""
    if found.language and (own := match_language(found.language, languages)):
        return own
    if declared and declared in languages:
        return declared
    return tell_language(found.text, languages) or last


def _lead(dateline: Dateline | None, paragraphs: Sequence[Paragraph]) -> str:
    """Return a summary made of the first paragraph, without its dateline."""
    mark = clean_text(dateline.text)[0] if dateline else ""
    for paragraph in paragraphs:
        text = clean_text(paragraph.text)[0]
        start = text.find(mark) if mark else -1
        if start >= 0:
            text = text[start + len(mark) :].lstrip(" \u3000-–—_:：")
        if text:
            return excerpt(text)
    return ""
