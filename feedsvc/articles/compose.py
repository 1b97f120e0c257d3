"""Compose an article from its documents, or say why it is held or faulty. Nothing is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from feedsvc.articles.holds import FREE, Kept, kept_back, why
from feedsvc.articles.identity import mint_slug
from feedsvc.articles.languages import NOTHING, languages_of
from feedsvc.articles.local_files import FoundFile
from feedsvc.articles.normalise import choose_drafts, normalise, slug_wishes, spoken_languages
from feedsvc.articles.references import asked_by_references
from feedsvc.articles.related import digests_of, digests_of_draft, unlinked
from feedsvc.articles.revisions import kind_of_revision
from feedsvc.config.settings import Settings
from feedsvc.model.article import Article, ArticleRecord, Making, Origin, Text, Version
from feedsvc.model.document import KnownDocument, Problem
from feedsvc.model.draft import Arrived, Draft
from feedsvc.model.errors import AheadError, DocumentError
from feedsvc.model.packing import pack, pack_links, unpack
from feedsvc.text.characters import clean_text
from feedsvc.text.failures import Failure
from feedsvc.text.search_words import article_words

Outcome = Literal["article", "unchanged", "withdrawn", "killed"]
KILLED = (
    "its article was killed and stays out; `revive: true` in front matter, without a kill mark, brings it back, "
    "and another story needs another file"
)
MARKED = "a kill mark keeps it out of everything"
UNTIL_ALL_ARE_FREE = frozenset({"embargo", "hold", "advance"})
# Copy that waits may be looked at before it goes out; what was killed, withdrawn or is over may not.
SHOWN_IN_PREVIEW = frozenset({*UNTIL_ALL_ARE_FREE, "draft", "folder"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeJob:
    """The parts that an article is composed of.

    slug:   None for a new article; then it is made of the titles of its free documents.
    known:  as last published. former: by language, versions in languages that it no longer has.
    documents: its documents in the order of first sight, each with its packed draft.
    files:  that they name, by (source, path) of the document and by the address as it is written.
    """

    identity: str
    slug: str | None
    known: Article | None
    former: Mapping[str, Version]
    documents: tuple[tuple[KnownDocument, bytes], ...]
    files: Mapping[tuple[str, str], Mapping[str, FoundFile]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The reason why a document is not used; line or offset, if known, say where.

    due: when it is free, if that is known.
    """

    number: int
    message: str
    line: int | None = None
    offset: int | None = None
    held: bool = False
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeResult:
    """The result of a job.

    outcome:  "article" replaces the published article, "unchanged" keeps it, "withdrawn" hides it, "killed" also
              erases it.
    slug:     of the article that its documents make, also when that is the published one.
    record:   of the "article". making: how it came about, packed.
    announced, reason: whether readers are told that it was withdrawn, and why.
    refusals: documents that are not used.
    notes:    by number of the document, notes for the editor on the documents that are used.
    expiries: by number of the document, when a document that is not held is over.
    withheld: digests of titles that readers may not learn of: a document that has them is held, or the article is out.
    failure:  of the composing itself, which should not fail.
    """

    outcome: Outcome
    slug: str | None = None
    record: ArticleRecord | None = None
    making: bytes = b""
    announced: bool = False
    reason: str | None = None
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[tuple[int, tuple[Problem, ...]], ...] = ()
    expiries: tuple[tuple[int, datetime], ...] = ()
    withheld: frozenset[str] = frozenset()
    failure: Failure | None = None


def uncomposed(failure: Failure) -> ComposeResult:
    """Return the result where composing failed, or killed its process: the published article stays."""
    return ComposeResult(outcome="unchanged", failure=failure)


def compose(job: ComposeJob, *, settings: Settings, now: datetime) -> ComposeResult:
    """Return what becomes of an article.

    A killed or withdrawn document takes the whole article out. An embargoed or held document keeps a new article back
    as a whole, and takes only its own languages out of a published one. A killed article stays killed until a document
    revives it.

    now: aware; the time of the pass.
    """
    return _Composer(job, settings, now).result()


def superseded(arrived: Sequence[Arrived]) -> frozenset[int]:
    """Return the numbers of copies whose item has a later version among them: none of their marks counts, but a kill.

    The order in which versions come says nothing: an earlier one may be late. Of the same version the last copy counts,
    because an agency may send it twice; the same bytes stay, for they may lie in the folders of two categories.
    """
    newest: dict[str, tuple[tuple[int, int], int]] = {}
    for number, copy in enumerate(arrived):
        if copy.draft.declared_id and copy.draft.version:
            here = (copy.draft.version, number)
            newest[copy.draft.declared_id.text] = max(here, newest.get(copy.draft.declared_id.text, here))
    return frozenset(
        number
        for number, copy in enumerate(arrived)
        if copy.draft.declared_id
        and copy.draft.version
        and (copy.draft.version, number) < newest[copy.draft.declared_id.text]
        and copy.digest != arrived[newest[copy.draft.declared_id.text][1]].digest
        and not any(hold.kind == "kill" for hold in copy.draft.holds)
    )


def origins(job: ComposeJob, refusals: Collection[Refusal], *, used: Collection[str]) -> tuple[Origin, ...]:
    """Return the documents of *job* whose paths are *used*, without those refused."""
    refused = {refusal.number for refusal in refusals}
    return tuple(
        Origin(source=document.source, path=document.path, digest=document.digest)
        for number, (document, _) in enumerate(job.documents)
        if number not in refused and document.path in used
    )


def record_of(article: Article, *, base_url: str) -> ArticleRecord:
    """Return the record of *article*, its related lines not yet looked up."""
    return ArticleRecord(
        id=article.id,
        slug=article.slug,
        state=article.state,
        reason=article.reason,
        categories=article.categories,
        versions=tuple((version.language, version.published.instant.timestamp()) for version in article.versions),
        confidences=tuple(version.published.confidence for version in article.versions),
        corrected_at=None if article.corrected_at is None else article.corrected_at.timestamp(),
        titles=digests_of(article),
        is_asking=bool(article.wanted or article.references),
        asks=asked_by_references(article.references).union(
            *((*wanted.places, *wanted.hiding) for wanted in article.wanted)
        ),
        article=pack(article),
        links=pack_links(unlinked(article, base_url=base_url)),
        words=article_words(article) if article.state == "live" else "",
        files=tuple((file.digest, file.name) for file in article.files) if article.state == "live" else (),
    )


class _Composer:
    def __init__(self, job: ComposeJob, settings: Settings, now: datetime) -> None:
        self._job = job
        self._known = job.known
        self._settings = settings
        self._languages = spoken_languages(settings.site.languages, job.known)
        self._published = job.known.title if job.known else NOTHING
        self._now = now
        arrived = [
            Arrived(draft=unpack(draft, Draft), arrival=document.arrival, live=document.live, digest=document.digest)
            for document, draft in job.documents
        ]
        self._kept_back = [kept_back(copy, now=now, site_zone=settings.site.time_zone) for copy in arrived]
        self._superseded = superseded(arrived)
        for number in self._superseded:
            self._kept_back[number] = FREE
        self._arrived = [_as_released(copy, kept) for copy, kept in zip(arrived, self._kept_back, strict=True)]
        self._told: dict[int, Problem] = {}
        if settings.previewing:
            self._tell_only()
        self._refusals: list[Refusal] = []

    def _tell_only(self) -> None:
        """Tell of the marks that hold copy in a preview, and obey none of them."""
        for number, (copy, kept) in enumerate(zip(self._arrived, self._kept_back, strict=True)):
            if kept.active and all(hold.kind in SHOWN_IN_PREVIEW for hold in kept.active):
                self._told[number] = Problem(
                    source=copy.draft.source,
                    path=copy.draft.path,
                    message=why(kept),
                    severity="held",
                    offset=kept.active[0].span.start,
                )
                self._kept_back[number] = replace(kept, active=())

    def result(self) -> ComposeResult:
        found = self._compose()
        withheld = self._withheld(found)
        record = found.record and replace(found.record, withheld=withheld)
        expiries = tuple([(number, kept.expires) for number, kept in enumerate(self._kept_back) if kept.expires])
        return replace(found, record=record, withheld=withheld, expiries=expiries)

    def _withheld(self, found: ComposeResult) -> frozenset[str]:
        """Return the digests of titles kept back: of held documents, or of all documents where the article is out."""
        was_out = self._known is not None and self._known.state != "live"
        is_out = found.outcome in {"withdrawn", "killed"} or (found.outcome == "unchanged" and was_out)
        held = {refusal.number for refusal in self._refusals if refusal.held}
        if not is_out and not held:
            return frozenset()
        arrived = [copy for number, copy in enumerate(self._arrived) if is_out or number in held]
        titles = frozenset[str]().union(*(digests_of_draft(copy.draft, self._languages) for copy in arrived))
        return titles if self._known is None or self._is_killed else titles | digests_of(self._known)

    def _compose(self) -> ComposeResult:
        kinds = {hold.kind for kept in self._kept_back for hold in kept.active}
        if "kill" in kinds or self._stays_killed():
            return self._killed()
        free = [
            copy
            for number, copy in enumerate(self._arrived)
            if number not in self._superseded and not self._is_held(number)
        ]
        if "withdrawn" in kinds:
            reasons = [hold.reason for kept in self._kept_back for hold in kept.active if hold.reason]
            reason = clean_text(reasons[0])[0] if reasons else None
            return replace(self._done("withdrawn"), announced=True, reason=reason)
        is_live = self._known is not None and self._known.state == "live"
        if not free or (kinds & UNTIL_ALL_ARE_FREE and not is_live):
            return self._done("withdrawn")
        chosen, rejected = choose_drafts(free, self._settings, known=self._known)
        for copy, reason in rejected:
            self._refusals.append(Refusal(number=self._number(copy), message=reason))
        tried = [(copy, self._tried(copy)) for copy in chosen]
        good = [copy for copy, article in tried if article is not None]
        if len(good) < len(chosen) and self._known is not None and is_live:
            bad = [copy for copy, article in tried if article is None]
            if any(self._languages_of(copy) & set(self._known.languages) for copy in bad):
                return self._kept(self._known, chosen)
        if not good:
            return self._done("unchanged")
        single = next(article for _, article in tried if article is not None)
        article = single if len(good) == 1 else self._normalised(good)
        notes = [(self._number(copy), self._notes(copy, article, is_single=len(good) == 1)) for copy in good]
        return self._made(article, notes)

    def _done(self, outcome: Outcome) -> ComposeResult:
        return ComposeResult(outcome=outcome, refusals=tuple(self._refusals))

    def _made(self, article: Article, notes: Sequence[tuple[int, tuple[Problem, ...]]] = ()) -> ComposeResult:
        known, job = self._known, self._job
        if article == known:
            return replace(self._done("unchanged"), slug=article.slug, notes=tuple(notes))
        making = Making(
            kind=kind_of_revision(known, article, is_announced=False),
            documents=origins(job, self._refusals, used=article.origins),
        )
        return ComposeResult(
            outcome="article",
            slug=article.slug,
            record=record_of(article, base_url=self._settings.site.base_url),
            making=pack(making),
            refusals=tuple(self._refusals),
            notes=tuple(notes),
        )

    def _number(self, arrived: Arrived) -> int:
        return next(number for number, copy in enumerate(self._arrived) if copy is arrived)

    def _is_held(self, number: int) -> bool:
        kept = self._kept_back[number]
        if kept.active:
            self._refusals.append(
                Refusal(number=number, message=why(kept), offset=kept.active[0].span.start, held=True, due=kept.due)
            )
        return bool(kept.active)

    def _stays_killed(self) -> bool:
        return self._is_killed and not any(copy.draft.revive for copy in self._arrived)

    @property
    def _is_killed(self) -> bool:
        return self._known is not None and self._known.state == "killed"

    def _killed(self) -> ComposeResult:
        """Refuse every document, in words that tell nothing of its story."""
        marked = [any(hold.kind == "kill" for hold in kept.active) for kept in self._kept_back]
        paths = [copy.draft.path for copy, has_mark in zip(self._arrived, marked, strict=True) if has_mark]
        other = f"its article is killed by the mark in {paths[0]}" if paths else KILLED
        self._refusals = [
            Refusal(number=number, message=MARKED if has_mark else other, held=True)
            for number, has_mark in enumerate(marked)
        ]
        return self._done("killed")

    def _tried(self, arrived: Arrived) -> Article | None:
        """Return the article that a draft makes by itself, or refuse the draft."""
        try:
            return self._normalised([arrived])
        except DocumentError as error:
            self._refusals.append(
                Refusal(
                    number=self._number(arrived),
                    message=error.message,
                    line=error.line,
                    offset=error.offset,
                    held=isinstance(error, AheadError),
                    due=error.due if isinstance(error, AheadError) else None,
                )
            )
            return None

    def _normalised(self, arrived: Sequence[Arrived]) -> Article:
        job = self._job
        slug = job.slug or mint_slug(
            slug_wishes([copy.draft for copy in arrived], self._settings), identity=job.identity
        )
        return normalise(
            arrived,
            identity=job.identity,
            slug=slug,
            known=job.known,
            former=job.former,
            files=job.files,
            settings=self._settings,
            now=self._now,
        )

    def _languages_of(self, arrived: Arrived) -> frozenset[str]:
        return languages_of(arrived, self._languages, published=self._published)

    def _notes(self, arrived: Arrived, article: Article, *, is_single: bool) -> tuple[Problem, ...]:
        draft = arrived.draft
        told = self._told.get(self._number(arrived))
        notes = tuple(problem for problem in article.problems if problem.path == draft.path)
        notes = notes if told is None else (told, *notes)
        if draft.translation_of is None or not is_single:
            return notes
        named = draft.translation_of
        message = f"translation_of {named.text!r} names no article that is here"
        note = Problem(source=draft.source, path=draft.path, message=message, severity="note", offset=named.span.start)
        return (*notes, note)

    def _kept(self, known: Article, arrived: Sequence[Arrived]) -> ComposeResult:
        """Keep the published article until its document is cured, but no language that all documents lost."""
        there = {language for copy in arrived for language in self._languages_of(copy)}
        if there >= set(known.languages):
            return self._done("unchanged")
        if not there & set(known.languages):
            return self._done("withdrawn")
        article = replace(
            known,
            title=_only(known.title, there),
            summary=_only(known.summary, there),
            body=_only(known.body, there),
            versions=tuple(version for version in known.versions if version.language in there),
        )
        return self._made(article)


def _as_released(arrived: Arrived, kept: Kept) -> Arrived:
    """Return copy that was released after it arrived as if it had arrived at its release.

    Copy of the day of its release then takes the time of the release, and copy of a later day is not dated before it.
    """
    if kept.released is None or kept.released <= arrived.arrival:
        return arrived
    return replace(arrived, arrival=kept.released, live=True)


def _only(text: Text, languages: set[str]) -> Text:
    return Text(items=tuple(item for item in text.items if item[0] in languages))
