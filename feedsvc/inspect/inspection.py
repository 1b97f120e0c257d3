"""Read documents as a pass would, publish nothing, and explain each article, its parts and its problems."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from feedsvc.articles.compose import KILLED
from feedsvc.articles.dating import same_date
from feedsvc.articles.identity import article_url, declared_id, gist, is_another_story
from feedsvc.articles.languages import paragraphs_of
from feedsvc.config.settings import Settings, SourceSettings
from feedsvc.feeds.partner_feeds import Verdict, verdicts
from feedsvc.inspect.chosen_sources import OUTSIDE, is_company, sources_of, with_company
from feedsvc.inspect.provenance import confidence_words, date_words
from feedsvc.model.article import Article, Entry, Version
from feedsvc.model.dates import Dateline, Timestamp
from feedsvc.model.document import KnownDocument, Problem
from feedsvc.model.draft import Draft
from feedsvc.model.errors import StoreError
from feedsvc.model.packing import unpack
from feedsvc.model.ports import Source
from feedsvc.publish.assemble import Assembly
from feedsvc.publish.context import PassContext
from feedsvc.publish.fill_feeds import feeds_that_take
from feedsvc.publish.gather_files import FileGatherer
from feedsvc.publish.intake import Intake, all_gone
from feedsvc.publish.join import Joining
from feedsvc.publish.reading import Taken, copied
from feedsvc.publish.worker_pool import Spool, WorkerPool
from feedsvc.stores import open_existing_store
from feedsvc.stores.documents import Documents
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.stores.picture_reader import PictureReader, is_installed
from feedsvc.stores.store import Store

NO_PROBLEMS: tuple[Problem, ...] = ()
_SEVERITIES = {"rejected": "Rejected", "held": "Held", "note": "Note"}


class Memory:
    """The records that the store has of inspected documents; none if it cannot be read."""

    def __init__(self, settings: Settings, taken: Sequence[Taken]) -> None:
        self._known: dict[tuple[str, str], KnownDocument] = {}
        self._published: dict[tuple[str, str], Article] = {}
        try:
            store = open_existing_store(settings)
            if store is not None:
                with closing(store):
                    self._look_up(store, taken)
        except StoreError:  # `inspect` reports it, when it asks for killed articles
            self._known, self._published = {}, {}

    def _look_up(self, store: Store, taken: Sequence[Taken]) -> None:
        here = {(one.document.source, one.document.path): one for one in taken}
        with store.snapshot() as connection:
            documents = Documents(connection)
            for source in {source for source, _ in here}:
                remembered = documents.remembered(source, [path for home, path in here if home == source])
                for path, known in remembered.items():
                    gist = here[source, path].facts.gist
                    if known.article is not None and not is_another_story(known.gist, gist):
                        self._known[source, path] = known
        for place, known in self._known.items():
            article = store.article(known.article or "") if known.digest == here[place].document.digest else None
            if article is not None and article.state == "live":
                self._published[place] = article

    def arrived(self, taken: Sequence[Taken]) -> list[Taken]:
        """Return *taken* with first arrivals; arrivals unknown to the store are judged together, as in a pass."""
        places = [(one.document.source, one.document.path) for one in taken]
        fresh = [number for number, place in enumerate(places) if place not in self._known]
        verdicts = copied([(taken[number].document.arrival, taken[number].facts.days) for number in fresh])
        live = {number: not was_copied for number, was_copied in zip(fresh, verdicts, strict=True)}
        found = []
        for number, one in enumerate(taken):
            known = self._known.get(places[number])
            arrival = known.arrival if known else one.document.arrival
            document = replace(one.document, arrival=arrival, live=known.live if known else live[number])
            found.append(replace(one, document=document))
        return found

    def dated(self, article: Article, documents: Sequence[KnownDocument]) -> Article:
        """Return *article* with its published dates, if its documents have not changed since."""
        published = [self._published.get((document.source, document.path)) for document in documents]
        first = published[0] if published else None
        if first is None or any(other is None or other.id != first.id for other in published):
            return article
        return replace(article, versions=tuple(_dated(version, first) for version in article.versions))


def _dated(version: Version, published: Article) -> Version:
    before = published.version(version.language) if version.language in published.languages else None
    if before is None:
        return version
    if not same_date(before.published, version.published, datelines=(before.dateline, version.dateline)):
        return version  # the next pass changes its date
    return replace(version, published=before.published, updated=before.updated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The article that documents would become, or None with the reason in the problems.

    drafts: by path.
    """

    paths: tuple[str, ...]
    article: Article | None
    drafts: Mapping[str, Draft]
    problems: tuple[Problem, ...]


def inspect(settings: Settings, *, now: datetime, paths: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return the articles that the documents at *paths*, or all documents, would become.

    Only the store knows when they arrived, which dates are published, and whether their articles were killed. If it
    cannot be read, a finding without paths says so.

    paths: as given; paths in a source's folder are documents of that source. A date in a given path counts.
    """
    sources = with_company(settings, sources_of(settings, paths))
    with tempfile.TemporaryDirectory(prefix="feedsvc-") as folder:
        store = Store(f"sqlite:///{folder}/inspection.db")
        try:
            findings = _inspected(store, sources, settings, now=now)
        finally:
            store.close()
    try:
        killed = _killed(settings)
    except StoreError as error:
        message = f"the store cannot be read, so it is not known when these arrived or whether any was killed: {error}"
        unknown = Problem(source=OUTSIDE, path="(store)", message=message, severity="note")
        return (*findings, Finding(paths=(), article=None, drafts={}, problems=(unknown,)))
    return tuple(_unless_killed(finding, killed, settings) for finding in findings)


def inspect_published(settings: Settings, subject: str, *, now: datetime) -> Finding:
    """Return a published article, live or not, with the drafts of those documents that still exist.

    subject: its id, its slug or the address of its page.
    raises:  StoreError for an unknown article.
    """
    store = open_existing_store(settings)
    article, problems = None, NO_PROBLEMS
    if store is not None:
        try:
            article = store.article(subject.removesuffix("/").rpartition("/articles/")[2])
            problems = store.edition().problems
        finally:
            store.close()
    if article is None:
        raise StoreError(f"{subject}: there is no such file, and no published article has this id or slug")
    folder = next((source.url for source in settings.sources if source.name == article.source), "")
    files = [str(Path(folder) / origin) for origin in article.origins]
    there = [file for file in files if Path(file).is_file()]
    read = inspect(settings, now=now, paths=there) if there else ()
    return Finding(
        paths=article.origins,
        article=article,
        drafts={path: draft for finding in read for path, draft in finding.drafts.items()},
        problems=tuple(problem for problem in problems if problem.path in article.origins),
    )


def _killed(settings: Settings) -> Mapping[tuple[str, str], tuple[str, str]]:
    store = open_existing_store(settings)
    if store is None:
        return {}
    try:
        return store.killed()
    finally:
        store.close()


def _unless_killed(finding: Finding, killed: Mapping[tuple[str, str], tuple[str, str]], settings: Settings) -> Finding:
    """Return *finding*, without its article if that was killed and no document revives it."""
    drafts = finding.drafts.values()
    if finding.article is None or not killed or any(draft.revive for draft in drafts):
        return finding
    identities = {identity for identity, _ in killed.values()}
    for draft in drafts:
        _, before = killed.get((draft.source, draft.path), ("", None))
        is_its_place = before is not None and not is_another_story(before, gist(draft))
        declared = draft.declared_id and declared_id(settings.site, draft.declared_id.text)
        if is_its_place or declared in identities:
            held = Problem(source=draft.source, path=draft.path, message=KILLED, severity="held")
            return replace(finding, article=None, problems=(*finding.problems, held))
    return finding


def _inspected(
    store: Store, sources: Sequence[tuple[Source, SourceSettings]], settings: Settings, *, now: datetime
) -> tuple[Finding, ...]:
    with store.begin() as tx, Spool() as spool, WorkerPool() as pool, PictureReader() as reader:
        context = PassContext(tx=tx, spool=spool, pool=pool, settings=settings, now=now, edition=1, made_at=now)
        intake = Intake(context)
        for source, rules in sources:
            intake.take(source, rules, removals_accepted=True, among=None)
        intake.settle(all_gone)
        memory = Memory(settings, intake.taken)
        company = {source.name: source for source, _ in sources}
        arrived = memory.arrived(intake.taken)
        intake.taken = [one for one in arrived if not is_company(company[one.document.source], one.document.path)]
        joining = Joining(context)
        concerned = joining.assign(intake.taken, moved=intake.moved)
        files = FileGatherer(
            context,
            [source for source, _ in sources],
            folder=MediaFolder(path=None),
            reader=reader if is_installed() else None,
        )
        assembly = Assembly(context, intake.hand_over(), apart=joining.apart, files=files)
        changes = dict(assembly.assemble(concerned))
        found: dict[tuple[str, str], list[Problem]] = {}
        for problem in tx.edition().problems:
            found.setdefault((problem.source, problem.path), []).append(problem)
        findings = []
        for identity, change in changes.items():
            documents = tx.documents.of(identity)
            article = memory.dated(unpack(change.after.article, Article), documents) if change else None
            findings.append(
                Finding(
                    paths=tuple(document.path for document in documents),
                    article=article,
                    drafts={document.path: assembly.draft(document) for document in documents},
                    problems=tuple(
                        problem for document in documents for problem in found.get((document.source, document.path), ())
                    ),
                )
            )
        told = {
            (problem.source, path) for finding in findings for problem in finding.problems for path in finding.paths
        }
        rest = [
            problem
            for problem in tx.edition().problems
            if (problem.source, problem.path) not in told and not is_company(company[problem.source], problem.path)
        ]
    findings += [Finding(paths=(problem.path,), article=None, drafts={}, problems=(problem,)) for problem in rest]
    return tuple(sorted(findings, key=lambda finding: finding.paths))


def explanation_fields(finding: Finding, settings: Settings, partners: Iterable[Verdict] = ()) -> dict[str, Any]:
    """Return the fields of the article, and its problems, as one JSON object.

    partners: their verdicts on the article.
    """
    article = finding.article
    problems = [
        {"path": problem.path, "line": problem.line, "message": problem.message, "severity": problem.severity}
        for problem in finding.problems
    ]
    if article is None:
        return {"id": None, "paths": list(finding.paths), "problems": problems}
    first = article.versions[0]
    authors = [dict(credit.name.items) for credit in article.credits if credit.role == "author"]
    editors = [credit.name.best()[1] for credit in article.credits if credit.role == "editor"]
    return {
        "id": article.id,
        "slug": article.slug,
        "state": article.state,
        "paths": list(finding.paths),
        "title": dict(article.title.items),
        "summary": dict(article.summary.items),
        "publisher": article.publisher,
        "editor": ", ".join(editors) or None,
        "authors": authors,
        "credits": [{"role": credit.role, "name": dict(credit.name.items)} for credit in article.credits],
        "categories": list(article.categories),
        "tags": list(article.tags),
        "languages": list(article.languages),
        "paragraphs": _paragraphs(finding, settings.site.languages),
        "dateline": _dateline(first.dateline),
        "published": _timestamp(first.published),
        "updated": _timestamp(first.updated),
        "versions": {
            version.language: {
                "dateline": _dateline(version.dateline),
                "published": _timestamp(version.published),
                "updated": _timestamp(version.updated),
            }
            for version in article.versions
        },
        "related": [{"title": link.title, "url": link.url} for link in article.wanted],
        "media": [{"url": medium.url, "type": medium.media_type, "bytes": medium.bytes} for medium in article.media],
        "own_feeds": list(_own_feeds(article, settings)),
        "partners": {verdict.partner: verdict_fields(verdict) for verdict in partners},
        "problems": problems,
    }


def verdict_fields(verdict: Verdict) -> dict[str, Any]:
    """Return *verdict* as a JSON object."""
    return {
        "sent": verdict.is_sent,
        "not_chosen": verdict.not_chosen or None,
        "rules": [
            {
                "found": broken.found,
                "wants": broken.wants,
                "cure": broken.cure,
                "source": broken.source,
                "required": broken.is_required,
            }
            for broken in verdict.broken
        ],
    }


def partner_verdicts(finding: Finding, settings: Settings, *, now: datetime) -> tuple[Verdict, ...]:
    """Return what each partner of the settings would do with the article; nothing if it is not live."""
    entry = entry_of(finding, settings)
    return () if entry is None else verdicts(settings, entry, now=now)


def entry_of(finding: Finding, settings: Settings) -> Entry | None:
    """Return the live article as an entry without related links, which only a pass finds."""
    article = finding.article
    if article is None or article.state != "live":
        return None
    return Entry(article=article, url=article_url(settings.site.base_url, article.slug))


def explanation_lines(finding: Finding, settings: Settings, partners: Iterable[Verdict] = ()) -> Iterator[str]:
    """Yield the explanation in lines for a desk editor; partners: their verdicts on the article."""
    article = finding.article
    yield f"Document: {', '.join(finding.paths)}"
    if article is not None:
        yield from _article_lines(article)
        if taking := _own_feeds(article, settings):
            yield f"Feeds of your own: {', '.join(taking)}"
    for verdict in partners:
        yield f"Partner {verdict.partner}: {verdict}"
    for problem in finding.problems:
        yield f"{_SEVERITIES[problem.severity]}: {problem}"


def _article_lines(article: Article) -> Iterator[str]:
    if article.state != "live":
        yield f"{article.state.capitalize()}: {article.reason or 'its documents are gone or held back'}"
    yield f"Id: {article.id}"
    yield f"Slug: {article.slug}"
    for language, title in article.title.items:
        yield f"Title ({language}): {title}"
    yield f"Publisher: {article.publisher or 'not named'}"
    for credit in article.credits:
        yield f"{credit.role.capitalize()}: {' / '.join(name for _, name in credit.name.items)}"
    yield f"Categories: {', '.join(article.categories)}"
    for version in article.versions:
        published = version.published
        yield f"Published ({version.language}): {date_words(published)}, {confidence_words(published)}"
        yield from (f"  {step}" for step in published.evidence)
        yield from (f"  But: {step}" for step in published.contradictions)
        if version.updated != published:
            yield f"Updated ({version.language}): {date_words(version.updated)}"
            yield from (f"  {step}" for step in version.updated.evidence)
    for language, summary in article.summary.items:
        yield f"Summary ({language}): {summary}"
    for wanted in article.wanted:
        yield f"Related: {' '.join(filter(None, (wanted.title, wanted.url)))}"


def _own_feeds(article: Article, settings: Settings) -> tuple[str, ...]:
    return feeds_that_take(article, settings.own_feeds) if article.state == "live" else ()


def _paragraphs(finding: Finding, languages: tuple[str, ...]) -> dict[str, int]:
    """Return counts by language; of several copies of a document, one is published."""
    counts: dict[str, int] = {}
    for draft in finding.drafts.values():
        for language, paragraphs in paragraphs_of(draft, languages).items():
            counts[language] = max(counts.get(language, 0), len(paragraphs))
    return counts


def _dateline(dateline: Dateline | None) -> dict[str, Any] | None:
    if dateline is None:
        return None
    fields = asdict(dateline)
    return {**fields, "places": list(dateline.places), "span": [dateline.span.start, dateline.span.end]}


def _timestamp(timestamp: Timestamp) -> dict[str, Any]:
    return {
        "instant": timestamp.instant.isoformat(),
        "precision": timestamp.precision,
        "provenance": timestamp.provenance,
        "text": timestamp.text,
        "inferred": list(timestamp.inferred),
        "evidence": list(timestamp.evidence),
        "contradictions": list(timestamp.contradictions),
        "confidence": timestamp.confidence,
    }
