"""The provenance of each field of an article: its line in a document, its inferred parts, and its confidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from feedsvc.articles.dating import dateline_of
from feedsvc.articles.holds import kept_back, why
from feedsvc.articles.references import media_of
from feedsvc.articles.related import shown_lines
from feedsvc.datelines.story_head import HEAD
from feedsvc.inspect.dateline_fields import deciding_words
from feedsvc.model.article import Credit, Entry, Version, WantedLink
from feedsvc.model.dates import Confidence, Dateline, Span, Timestamp
from feedsvc.model.document import Document, KeptDocument, KnownDocument
from feedsvc.model.draft import Arrived, Draft
from feedsvc.model.errors import DocumentError
from feedsvc.parsers import parse, text_of
from feedsvc.parsers.lines import line_number
from feedsvc.sources.file_kinds import media_type_of
from feedsvc.text.characters import clean_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """A stored document, read again.

    text:  None if it is not text. draft: None if it is not an article.
    fault: the reason why it is not used, if any.
    held:  a mark holds it, or it cannot be used, so the public must not see it.
    """

    known: KnownDocument
    text: str | None
    draft: Draft | None
    fault: str | None = None
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One field of an article, its value and its provenance.

    language: of the value, None for a value without one.
    how:      the provenance in words.
    line:     of its document, 1-based; None if no line has the value.
    inferred, evidence, contradictions, confidence: as in Timestamp.
    """

    field: str
    language: str | None = None
    value: str
    how: str
    line: int | None = None
    inferred: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSpan:
    """A span of a document, and the name of the field that was read from it."""

    span: Span
    label: str


def read_document(
    kept: KeptDocument, *, encoding: str | None, languages: Sequence[str], now: datetime, site_zone: str
) -> ReadDocument:
    """Read a stored document again.

    encoding: of its source. languages: of the site. now: aware; an embargo may have ended.
    """
    known = kept.known
    document = Document(
        source=known.source,
        path=known.path,
        content=kept.content,
        arrival=known.arrival,
        fingerprint="",
        media_type=media_type_of(known.path),
    )
    text = None
    try:
        text = text_of(document, encoding=encoding, languages=languages)
        draft = parse(document, encoding=encoding, languages=languages)[0]
    except DocumentError as error:
        return ReadDocument(known=known, text=text, draft=None, fault=error.message, held=True)
    arrived = Arrived(draft=draft, arrival=known.arrival, live=known.live, digest=known.digest)
    holding = kept_back(arrived, now=now, site_zone=site_zone)
    fault = why(holding) if holding.active else None
    return ReadDocument(known=known, text=text, draft=draft, fault=fault, held=bool(holding.active))


def traces_of(entry: Entry, documents: Sequence[ReadDocument]) -> tuple[Trace, ...]:
    """Return every field of *entry* that readers see, with its line in the documents that are not held.

    Only published values are traced. A document that has lost a value, or has a newer one, has no line for it.
    """
    read = [
        (document.text, document.draft)
        for document in documents
        if document.text is not None and document.draft and not document.held
    ]
    return tuple(_Tracing(entry, read).traces())


class _Tracing:
    def __init__(self, entry: Entry, documents: Sequence[tuple[str, Draft]]) -> None:
        self._article = entry.article
        self._related_shown = shown_lines(entry)
        self._media = media_of(entry)
        self._documents = documents

    def traces(self) -> Iterator[Trace]:
        article = self._article
        for language, title in article.title.items:
            line = self._line(title, "headlines")
            yield Trace(field="title", language=language, value=title, how="the headline", line=line)
        for language, summary in article.summary.items:
            line = self._line(summary, "summaries")
            how = "stated as the summary" if line else "taken from the beginning of the text"
            yield Trace(field="summary", language=language, value=summary, how=how, line=line)
        for credit in article.credits:
            yield from self._credit(credit)
        if article.publisher:
            line = self._line(article.publisher, "publisher")
            yield Trace(field="publisher", value=article.publisher, how="named as the source", line=line)
        for version in article.versions:
            yield from self._dates(version)
        for slug in article.categories:
            yield Trace(field="category", value=slug, **self._category(slug))
        for tag in article.tags:
            line = self._line(tag, "tags")
            yield Trace(field="tag", value=tag, how="named as a tag", line=line or self._line_of_subject(tag))
        for wanted in self._related_shown:
            yield self._related(wanted)
        for medium in self._media:
            yield Trace(field="media", value=medium.url, how=f"named as media, of type {medium.media_type}")
        yield self._identity()

    def _line(self, value: str, field: str) -> int | None:
        """Return the line of the document whose *field* is *value*."""
        for text, draft in self._documents:
            parts = getattr(draft, field)
            for part in parts if isinstance(parts, tuple) else filter(None, (parts,)):
                if clean_text(part.text)[0] == value:
                    return line_number(text, part.span.start)
        return None

    def _line_of_subject(self, label: str) -> int | None:
        for text, draft in self._documents:
            for subject in draft.subjects:
                if clean_text(subject.label)[0] == label:
                    return line_number(text, subject.span.start)
        return None

    def _credit(self, credit: Credit) -> Iterator[Trace]:
        for language, name in credit.name.items:
            how, line = f"named as the {credit.role}", None
            for text, draft in self._documents:
                for byline in draft.bylines:
                    if byline.role == credit.role and clean_text(byline.name)[0] == name and line is None:
                        line = line_number(text, byline.span.start)
                for dateline in draft.datelines:
                    if line is None and dateline.reporter and name in clean_text(dateline.reporter)[0]:
                        how, line = "named in the dateline", line_number(text, dateline.span.start)
            yield Trace(field=credit.role, language=language, value=name, how=how, line=line)

    def _dates(self, version: Version) -> Iterator[Trace]:
        dateline = version.dateline
        line: int | None = None
        decided: tuple[str, ...] = ()
        for text, draft in self._documents:
            if dateline is not None and dateline_of(draft, version.language) == dateline:
                line = line_number(text, dateline.span.start)
                decided = _deciding(text, dateline)
        if dateline is not None:
            yield Trace(
                field="dateline",
                language=version.language,
                value=dateline.text,
                how="printed in the text",
                line=line,
                evidence=decided,
            )
        published = version.published
        yield self._date("published", version.language, published, line if published.provenance == "dateline" else None)
        if version.updated != published:
            yield self._date("updated", version.language, version.updated, None)

    def _date(self, field: str, language: str, date: Timestamp, line: int | None) -> Trace:
        if line is None and date.text:
            for text, draft in self._documents:
                stated = (part for part in draft.dates if part.text.strip() == date.text.strip())
                line = next((line_number(text, part.span.start) for part in stated), line)
        return Trace(
            field=field,
            language=language,
            value=date_words(date),
            how=_PROVENANCES.get(date.provenance, date.provenance) + (f": {date.text}" if date.text else ""),
            line=line,
            inferred=date.inferred,
            evidence=date.evidence,
            contradictions=date.contradictions,
            confidence=date.confidence,
        )

    def _category(self, slug: str) -> dict[str, Any]:
        for text, draft in self._documents:
            for name in draft.categories:
                if name.text.strip().lower() == slug:
                    return {"how": "named as a category", "line": line_number(text, name.span.start)}
        if any(slug in draft.path.split("/")[:-1] for _, draft in self._documents) and not any(
            draft.categories for _, draft in self._documents
        ):
            return {"how": "the name of the document's folder"}
        if any(draft.categories for _, draft in self._documents):
            return {"how": "named as a category, by its title"}
        if any(draft.subjects for _, draft in self._documents):
            return {"how": "made of a subject by the settings, or else the default category of the source"}
        return {"how": "the default category of the source, since the document names none"}

    def _related(self, wanted: WantedLink) -> Trace:
        line = None
        for text, draft in self._documents:
            for related in draft.related:
                if clean_text(related.title)[0] == wanted.title and line is None:
                    line = line_number(text, related.span.start)
        value = " ".join(filter(None, (wanted.title, wanted.url)))
        return Trace(field="related", value=value, how="named as related", line=line)

    def _identity(self) -> Trace:
        for text, draft in self._documents:
            if draft.declared_id is not None:
                line = line_number(text, draft.declared_id.span.start)
                return Trace(
                    field="id",
                    value=self._article.id,
                    how="declared in the document, or assigned before it was declared",
                    line=line,
                )
        return Trace(
            field="id", value=self._article.id, how="assigned once, when the first document of the article arrived"
        )


_PROVENANCES = {
    "dateline": "the dateline",
    "stated": "stated as the date",
    "stamp": "a date line in the text",
    "path": "the path of the document, or the address that it states",
    "arrival": "when the document arrived",
    "revision": "when the text changed",
}


def labelled_spans(draft: Draft) -> tuple[LabelledSpan, ...]:
    """Return the spans from which fields were read, in order, without overlaps."""
    found = [
        *((part.span, "title") for part in draft.headlines),
        *((part.span, "summary") for part in draft.summaries),
        *((byline.span, byline.role) for byline in draft.bylines),
        *((date.span, date.label) for date in draft.dates),
        *((part.span, "dateline") for part in draft.datelines),
        *((part.span, "related") for part in draft.related),
        *((part.span, "media") for part in draft.enclosures),
        *((part.span, "category") for part in draft.categories),
        *((part.span, "tag") for part in draft.tags),
        *((hold.span, hold.kind) for hold in draft.holds),
        *((part.span, "note") for part in draft.notes),
    ]
    single = {
        "publisher": draft.publisher,
        "id": draft.declared_id,
        "slug": draft.slug,
        "translation of": draft.translation_of,
        "take": draft.take_note,
    }
    found += [(part.span, label) for label, part in single.items() if part is not None]
    labelled: list[LabelledSpan] = []
    for span, label in sorted(found, key=lambda pair: (pair[0].start, -pair[0].end)):
        last = labelled[-1] if labelled else None
        if last is not None and last.span == span:
            labelled[-1] = LabelledSpan(
                span=span, label=f"{last.label}, {label}" if label not in last.label else last.label
            )
        elif span.end > span.start and (last is None or span.start >= last.span.end):
            labelled.append(LabelledSpan(span=span, label=label))
    return tuple(labelled)


def date_words(timestamp: Timestamp) -> str:
    """Return a date in words, without a time of day if none was printed."""
    if timestamp.precision == "day":
        return f"{timestamp.instant:%Y-%m-%d} (day only, shown as {timestamp.instant.isoformat()})"
    return timestamp.instant.isoformat()


def confidence_words(timestamp: Timestamp) -> str:
    """Return the confidence of a date in words, and its inferred parts."""
    inferred = f"; inferred: {', '.join(timestamp.inferred)}" if timestamp.inferred else ""
    return f"{timestamp.confidence} confidence, from {timestamp.provenance}{inferred}"


def _deciding(text: str, dateline: Dateline) -> tuple[str, ...]:
    """Return the sentence that says why the line of *dateline* opens with it."""
    start = text.rfind("\n", 0, dateline.span.start) + 1
    span = Span(start=dateline.span.start - start, end=dateline.span.end - start)
    return deciding_words(text[start : start + HEAD], replace(dateline, span=span))
