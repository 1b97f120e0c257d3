"""Look at documents as a pass would, and publish nothing: what each would become, and what is wrong with it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from feedsvc.assembly import Assembly
from feedsvc.composing.composition import KILLED
from feedsvc.crew import Crew
from feedsvc.errors import StoreError
from feedsvc.identity import declared_id, gist, is_another_story
from feedsvc.inspecting.handfuls import OUTSIDE, sources_of
from feedsvc.inspecting.remembering import Memory
from feedsvc.intake.taking import Intake, all_gone
from feedsvc.joining import Joining
from feedsvc.model.articles import Article
from feedsvc.model.documents import Problem
from feedsvc.model.drafts import Draft
from feedsvc.packing import unpack
from feedsvc.ports import Source
from feedsvc.settings import Settings, SourceSettings
from feedsvc.spool import Spool
from feedsvc.stores import open_existing_store
from feedsvc.stores.store import Store

NO_PROBLEMS: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Hold what documents would become: one article, or None with the reason in the problems.

    drafts: what was read, by path.
    """

    paths: tuple[str, ...]
    article: Article | None
    drafts: Mapping[str, Draft]
    problems: tuple[Problem, ...]


def inspect(settings: Settings, *, now: datetime, paths: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Return what the documents at *paths*, all those of every source by default, would become.

    The store is asked when they came, what is published of them, and whether their articles were killed, for nothing
    else knows it; when it cannot be asked, a finding without paths says so.

    paths: as given; within a source's folder they are that source's documents. A date in the path as given counts.
    """
    sources = sources_of(settings, paths)
    with tempfile.TemporaryDirectory(prefix="feedsvc-") as folder:
        store = Store(f"sqlite:///{folder}/inspection.db")
        try:
            findings = _inspected(store, sources, settings, now=now)
        finally:
            store.close()
    try:
        killed = _killed(settings)
    except StoreError as error:
        message = f"when this came, and whether any of it was killed, is not known: {error}"
        unknown = Problem(source=OUTSIDE, path="(store)", message=message, severity="note")
        return (*findings, Finding(paths=(), article=None, drafts={}, problems=(unknown,)))
    return tuple(_unless_killed(finding, killed, settings) for finding in findings)


def inspect_published(settings: Settings, subject: str, *, now: datetime) -> Finding:
    """Return an article as the store has it, live or not, with its drafts as far as its files are there.

    subject: its id, its slug or the address of its page.
    raises:  StoreError when no article is called that.
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
        raise StoreError(f"{subject}: no such file, and no published article has this id or slug")
    folder = next((source.url for source in settings.sources if source.name == article.source), "")
    files = [str(Path(folder) / origin) for origin in article.origins]
    there = [file for file in files if Path(file).is_file()]
    read = inspect(settings, now=now, paths=there) if there else ()
    return Finding(
        paths=article.origins,
        article=article,
        drafts={path: draft for finding in read for path, draft in finding.drafts.items()},
        problems=tuple(each for each in problems if each.path in article.origins),
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
    """Return *finding*, or that nothing comes of it because its article was killed, and no document revives it."""
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
    with store.begin() as a_pass, Spool() as spool, Crew() as crew:
        languages = settings.site.languages
        intake = Intake(a_pass, spool, crew, languages=languages, now=now, again=False, progress=lambda: None)
        for source, rules in sources:
            intake.take(source, rules, removals_accepted=True, among=None)
        intake.settle(all_gone)
        memory = Memory(settings, intake.taken)
        intake.taken = memory.arrived(intake.taken)
        concerned = Joining(a_pass, settings).assign(intake.taken, moved=intake.moved)
        assembly = Assembly(a_pass, settings, intake.hand_over(), spool, crew, now=now)
        changes = dict(assembly.assemble(concerned))
        found: dict[tuple[str, str], list[Problem]] = {}
        for problem in a_pass.edition().problems:
            found.setdefault((problem.source, problem.path), []).append(problem)
        findings = []
        for identity, change in changes.items():
            documents = a_pass.documents.of(identity)
            article = memory.dated(unpack(change.after.article, Article), documents) if change else None
            findings.append(
                Finding(
                    paths=tuple(each.path for each in documents),
                    article=article,
                    drafts={each.path: assembly.draft(each) for each in documents},
                    problems=tuple(
                        problem for each in documents for problem in found.get((each.source, each.path), ())
                    ),
                )
            )
        told = {
            (problem.source, path) for finding in findings for problem in finding.problems for path in finding.paths
        }
        rest = [each for each in a_pass.edition().problems if (each.source, each.path) not in told]
    findings += [Finding(paths=(each.path,), article=None, drafts={}, problems=(each,)) for each in rest]
    return tuple(sorted(findings, key=lambda finding: finding.paths))
