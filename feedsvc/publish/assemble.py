"""Assemble the articles of a pass: gather their documents, compose them in the worker pool, report problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from urllib.parse import unquote

from feedsvc.articles.compose import ComposeJob, ComposeResult, Refusal, compose, origins, record_of, uncomposed
from feedsvc.articles.identity import article_url, free_slug, path_names, public_names
from feedsvc.articles.related import digests_of
from feedsvc.articles.revisions import kind_of_revision
from feedsvc.articles.translations import place_names
from feedsvc.model.article import Article, ArticleRecord, Making, Origin
from feedsvc.model.document import Document, KnownDocument, Problem
from feedsvc.model.draft import Draft
from feedsvc.model.errors import DocumentError
from feedsvc.model.packing import pack, unpack
from feedsvc.parsers import line_of
from feedsvc.publish.context import PassContext
from feedsvc.publish.gather_files import FileGatherer
from feedsvc.publish.reading import draft_of, stored_document
from feedsvc.stores.batches import chunks, weighed_chunks
from feedsvc.stores.erase_killed import ERASED, killed_form
from feedsvc.text.failures import KILLED, Failure, attempt

RESULTS = 100  # at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change of an article in a pass.

    before: None for a new article. after: live, withdrawn or killed.
    announced: readers are told that it was withdrawn.
    making: the packed `Making`.
    """

    before: Article | None
    after: ArticleRecord
    making: bytes
    announced: bool = False


class Assembly:
    """Assemble articles inside the transaction of a pass.

    drafts: by (source, path), offsets in the spool of the drafts that the intake has read; other documents of an
            article are read from the store.
    apart:  by (source, path), the notes on documents that might be translations, and are not.
    files:  that documents show.
    """

    def __init__(
        self,
        context: PassContext,
        drafts: Mapping[tuple[str, str], int],
        *,
        apart: Mapping[tuple[str, str], Problem],
        files: FileGatherer,
    ) -> None:
        self._tx = context.tx
        self._documents = context.tx.documents
        self._articles = context.tx.articles
        self._settings = context.settings
        self._spool = context.spool
        self._pool = context.pool
        self._now = context.now
        self._drafts = drafts
        self._apart = apart
        self._files = files
        self._slugs: set[str] = set()
        self._going_too: set[str] = set()
        self._failed: dict[str, list[tuple[KnownDocument, Failure]]] = {}

    def assemble(self, concerned: Iterable[str]) -> Iterator[tuple[str, Change | None]]:
        """Yield the id of each article *concerned*, in order, and its change, if any."""
        jobs: dict[str, ComposeJob] = {}

        def coming() -> Iterator[ComposeJob]:
            for batch in chunks(sorted(concerned)):
                self._tx.end_batch()
                self._articles.prime(ids=batch, former=batch)
                self._documents.prime(articles=batch)
                self._tx.files.prime(batch)
                for identity in batch:
                    # An article whose text is not in the store is read and composed in the next pass.
                    with self._tx.only(identity), suppress(DocumentError):
                        jobs[identity] = self._job(identity)
                    if identity in jobs:
                        yield jobs[identity]

        for results in weighed_chunks(self._composed(coming()), RESULTS, weigh=_bytes_of_result):
            self._articles.prime(slugs=[result.slug for result in results if result.slug])
            self._tx.titles.prime(list(islice(jobs, len(results))))
            for result in results:
                identity, change = next(iter(jobs)), None
                with self._tx.only(identity):
                    change = self._contained(jobs.pop(identity), result)
                yield identity, change
        for identity in sorted(self._going_too):
            change = None
            with self._tx.only(identity):
                change = self._change(self._job(identity), ComposeResult(outcome="killed"))
            yield identity, change
        self._tx.end_batch()

    def _composed(self, jobs: Iterable[ComposeJob]) -> Iterator[ComposeResult]:
        work = partial(compose, settings=self._settings, now=self._now)
        return self._pool.map(work, jobs, instead=uncomposed, weigh=_bytes_of_job)

    def _contained(self, job: ComposeJob, result: ComposeResult) -> Change | None:
        """Return the change of `_settled`, but report documents that fail.

        A document that fails may have a hold. So the published article stays, unless another document withdraws it.
        """
        failed = self._failed.pop(job.identity, [])
        if job.identity in self._tx.without:
            return None
        if result.failure is not None:
            single = [replace(job, documents=(pair,)) for pair in job.documents]
            faults = [one.failure for one in (self._composed(single) if len(single) > 1 else [result])]
            if not any(faults):  # only all of them together fail
                faults = [result.failure for _ in job.documents]
            failed += [(document, fault) for (document, _), fault in zip(job.documents, faults, strict=True) if fault]
            sound = tuple(pair for pair, fault in zip(job.documents, faults, strict=True) if not fault)
            job = replace(job, documents=sound)
            result = next(self._composed([job]))
        for document, fault in failed:
            self._documents.put_failure(document.source, document.path, fault, what="be made an article of")
            if fault.reason == KILLED:
                self._documents.put_deadly(document.digest)
            if fault.may_pass:
                self._documents.put(replace(document, fingerprint=""))
        is_out = bool(job.documents) and result.outcome in {"withdrawn", "killed"}
        return self._settled(job, result) if is_out or not failed else None

    def draft(self, document: KnownDocument) -> Draft:
        """Return the draft in *document*.

        raises: DocumentError.
        """
        packed = self._draft(document)
        if isinstance(packed, Failure):
            raise DocumentError(packed.reason)
        return unpack(packed, Draft)

    def _job(self, identity: str) -> ComposeJob:
        known = self._articles.get(identity)
        documents = self._documents_of(identity, known)
        return ComposeJob(
            identity=identity,
            slug=known.slug if known and known.state != "killed" else None,
            known=known,
            former=self._articles.former_versions(identity, but=known.languages) if known else {},
            documents=documents,
            files=self._files.find(identity, documents, is_killed=known is not None and known.state == "killed"),
        )

    def _documents_of(self, identity: str, known: Article | None) -> tuple[tuple[KnownDocument, bytes], ...]:
        """Return the documents of an article with their drafts.

        If a document revives a killed article, and the texts of others were erased, the next pass reads all of them
        again: only the sources know whether their kill marks are still there.
        """
        found = [(document, self._draft(document)) for document in self._documents.of(identity)]
        documents = tuple((document, draft) for document, draft in found if not isinstance(draft, Failure))
        if len(documents) < len(found):
            self._failed[identity] = [(document, draft) for document, draft in found if isinstance(draft, Failure)]
        may_be_killed = len(documents) > 1 and (known is None or known.state == "killed")
        if (
            may_be_killed
            and any(self._is_erased(document) for document, _ in documents)
            and any(unpack(draft, Draft).revive for _, draft in documents)
        ):
            documents = tuple((replace(document, fingerprint=""), draft) for document, draft in documents)
            for document, _ in documents:
                self._documents.put(document)
        return documents

    def _is_erased(self, document: KnownDocument) -> bool:
        """Return whether the text of *document* was erased, and this pass has not read it again."""
        if (document.source, document.path) in self._drafts:
            return False
        return self._documents.content(document.digest) == ERASED

    def _draft(self, document: KnownDocument) -> bytes | Failure:
        offset = self._drafts.get((document.source, document.path))
        if offset is not None:
            return self._spool.get(offset)
        encoding, languages = self._settings.encoding_of(document.source), self._settings.site.languages
        parsed = attempt(partial(draft_of, encoding=encoding, languages=languages), self._whole(document))
        return parsed if isinstance(parsed, Failure) else parsed[1]

    def _settled(self, job: ComposeJob, result: ComposeResult) -> Change | None:
        """Report the problems and notes of *result*, and return its change."""
        slug = result.slug
        if slug is not None and job.slug is None and self._is_taken(slug):
            salted = replace(job, slug=free_slug(slug, identity=job.identity, is_taken=self._is_taken))
            return self._settled(salted, compose(salted, settings=self._settings, now=self._now))
        due = dict(result.expiries) | {refusal.number: refusal.due for refusal in result.refusals if refusal.due}
        for number, (document, _) in enumerate(job.documents):
            if document.due != due.get(number):
                self._documents.put(replace(document, due=due.get(number)))
        self._report(job, result)
        change = self._change(job, result)
        if change is None and result.outcome == "killed":
            self._tx.titles.kill(job.identity, result.withheld)
        elif change is None:
            self._tx.titles.withhold(job.identity, result.withheld)
        return change

    def _change(self, job: ComposeJob, result: ComposeResult) -> Change | None:
        slug = result.slug
        if result.outcome == "killed":
            return self._killed(job, result)
        if result.outcome == "withdrawn":
            return self._withdrawn(job, result)
        if slug is not None:
            self._slugs.add(slug)
            self._articles.put_names(job.identity, public_names(job.identity, slug))
        if result.record is None:
            return None
        return Change(before=job.known, after=result.record, making=result.making)

    def _killed(self, job: ComposeJob, result: ComposeResult) -> Change | None:
        """Erase the texts of the documents, published or not."""
        self._documents.end_batch()
        names = {f"id:{job.identity}", f"id:{unquote(job.identity.rpartition(':')[2])}"}
        for document, _ in job.documents:
            place = (document.source, document.path, self._settings.site.languages)
            names |= {*path_names(*place), *place_names(*place)}
        self._articles.end_batch()
        known = job.known
        self._going_too |= self._predecessors(job.identity)
        if known.state != "killed" if known else any(self._is_news(document) for document, _ in job.documents):
            self._tx.eraser.kill(job.identity)
        self._tx.eraser.documents(job.identity, names=names)
        self._tx.files.forget(job.identity)
        if known is None or known.state == "killed":
            return None
        bare = killed_form(known)
        slug = free_slug(bare.slug, identity=bare.id, is_taken=lambda slug: slug != known.slug and self._is_taken(slug))
        self._slugs.add(slug)
        return self._out(known, replace(bare, slug=slug), (), result, announced=True)

    def _is_news(self, document: KnownDocument) -> bool:
        return (document.source, document.path) in self._tx.eraser.killing

    def _withdrawn(self, job: ComposeJob, result: ComposeResult) -> Change | None:
        known = job.known
        if known is None or known.state == "killed":
            return None
        successor = None if job.documents else self._successor(job.identity)
        if successor is not None:
            address = article_url(self._settings.site.base_url, successor.slug)
            reason = f"This article goes on as {address}"
            result = replace(result, announced=True, reason=reason, withheld=frozenset())
        if known.state == "withdrawn" and (not result.announced or known.reason == result.reason):
            return None
        after = replace(known, state="withdrawn", reason=result.reason)
        documents = origins(job, result.refusals, used=[document.path for document, _ in job.documents])
        return self._out(known, after, documents, result, announced=result.announced)

    def _successor(self, identity: str) -> Article | None:
        """Return the article that the only document of another article has joined; it has the id of that as a name."""
        name = f"id:{identity}"
        holder = self._articles.holders([name]).get(name, identity)
        return None if holder == identity else self._articles.get(holder)

    def _predecessors(self, identity: str) -> set[str]:
        """Return the articles whose documents have all joined the article with that id; they have text of it."""
        names = self._articles.names(identity)
        others = {name.removeprefix("id:") for name in names if name.startswith("id:")} - {identity}
        return {other for other in others if self._articles.get(other) and not self._documents.of(other)}

    def _out(
        self,
        before: Article,
        after: Article,
        documents: tuple[Origin, ...],
        result: ComposeResult,
        *,
        announced: bool,
    ) -> Change:
        kind = kind_of_revision(before, after, is_announced=announced)
        return Change(
            before=before,
            after=replace(
                record_of(after, base_url=self._settings.site.base_url),
                titles=digests_of(before),
                withheld=result.withheld,
            ),
            making=pack(Making(kind=kind, documents=documents)),
            announced=announced,
        )

    def _is_taken(self, slug: str) -> bool:
        return slug in self._slugs or self._articles.slug_taken(slug)

    def _report(self, job: ComposeJob, result: ComposeResult) -> None:
        """Note the problems of the documents, unless a file was rejected since, and has a problem of its own."""
        found = {
            refusal.number: [self._problem(job.documents[refusal.number][0], refusal)] for refusal in result.refusals
        }
        for number, notes in result.notes:
            document = job.documents[number][0]
            apart = self._apart.get((document.source, document.path))
            found[number] = [*notes, apart] if apart else [*notes]
        for number, problems in found.items():
            document = job.documents[number][0]
            if not self._documents.is_rejected(document.source, document.path):
                placed = [
                    replace(each, line=each.line or self._line(document, each.offset), offset=None) for each in problems
                ]
                self._documents.put_problems(document.source, document.path, placed)

    def _problem(self, document: KnownDocument, refusal: Refusal) -> Problem:
        return Problem(
            source=document.source,
            path=document.path,
            line=refusal.line,
            message=refusal.message,
            severity="held" if refusal.held else "rejected",
            offset=refusal.offset,
        )

    def _line(self, document: KnownDocument, offset: int | None) -> int | None:
        if offset is None or self._documents.content(document.digest) is None:
            return None
        languages = self._settings.site.languages
        encoding = self._settings.encoding_of(document.source)
        return line_of(self._whole(document), offset, encoding=encoding, languages=languages)

    def _whole(self, document: KnownDocument) -> Document:
        content = self._documents.content(document.digest)
        if content is None:
            raise DocumentError(f"{document.path}: its text is not in the store")
        return stored_document(document, content)


def _bytes_of_job(job: ComposeJob) -> int:
    return sum(len(draft) for _, draft in job.documents)


def _bytes_of_result(result: ComposeResult) -> int:
    return 0 if result.record is None else len(result.record.article) + len(result.record.words)
