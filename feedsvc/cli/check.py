"""The command `feedsvc check`."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import click

from feedsvc.cli.terminal import DAMAGED, REJECTED, errors_told
from feedsvc.config.loading import load_settings
from feedsvc.config.partners import chosen_partner
from feedsvc.config.settings import THEME, Settings
from feedsvc.model.document import sharing, told_once
from feedsvc.model.errors import DamagedError
from feedsvc.model.feed import Edition, counted

MOST_IGNORED = 20  # keys that are named


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per document.")
@click.option("--preview", is_flag=True, help="Show the result in a browser, until Ctrl-C.")
@click.option("--partner", metavar="NAME", help="Show what this partner, or a new one of this profile, would get.")
@click.option("--store", "of_store", is_flag=True, help="Check the store instead: is it intact?")
def check(paths: tuple[str, ...], *, as_json: bool, preview: bool, partner: str | None, of_store: bool) -> None:
    """Check documents without publishing them: what each becomes, how sure its date is, and what is wrong with it.

    PATHS are files or folders, written as from here, or as reports print them: from the folder of their source. Without
    PATHS, all documents of all sources are checked.

    With --partner, each article is held against the rules of a partner: which it breaks, where the partner says so, and
    what the desk can do.

    With --preview, a browser on this machine, and nobody else, can open the pages and feeds as they would be.
    """
    if of_store:
        if paths or as_json or preview or partner:
            raise click.UsageError("--store checks the store, and takes no PATHS and no other option.")
        _check_store()
        return
    if preview:
        if as_json or partner:
            raise click.UsageError("--preview shows pages, and takes no --json and no --partner.")
        _preview(paths)
        return
    if partner:
        _check_for_partner(paths, partner, as_json=as_json)
        return
    _check_documents(paths, as_json=as_json)


def _check_for_partner(paths: tuple[str, ...], name: str, *, as_json: bool) -> None:
    from feedsvc.feeds.partner_feeds import verdict
    from feedsvc.inspect.chosen_sources import found_paths
    from feedsvc.inspect.inspection import entry_of, inspect, verdict_fields

    now = datetime.now(UTC)
    sent = left_out = warned = 0
    with errors_told():
        settings = load_settings(os.environ)
        partner = chosen_partner(settings, name)
        for finding in inspect(settings, now=now, paths=found_paths(settings, paths)):
            entry = entry_of(finding, settings)
            if entry is None:
                continue
            found, origin = verdict(settings, partner, entry, now=now), ", ".join(finding.paths)
            sent += found.is_sent
            left_out += not found.is_sent and not found.not_chosen
            warned += found.is_sent and bool(found.broken)
            if as_json:
                click.echo(json.dumps({"paths": finding.paths, **verdict_fields(found)}, ensure_ascii=False))
            for broken in () if as_json else found.broken:
                click.echo(f"{origin}: {'left out' if broken.is_required else 'warning'}: {broken}")
    click.echo(
        f"{name}: {counted(sent, 'article')} sent, {warned} of them with warnings; {left_out} left out", err=as_json
    )


def _check_documents(paths: tuple[str, ...], *, as_json: bool) -> None:
    from feedsvc.inspect.chosen_sources import found_paths
    from feedsvc.inspect.inspection import explanation_fields, inspect
    from feedsvc.inspect.provenance import confidence_words, date_words

    with errors_told():
        settings = load_settings(os.environ)
        now = datetime.now(UTC)
        findings = inspect(settings, now=now, paths=found_paths(settings, paths))
        of_site = () if paths else (*_of_languages(settings), *_of_theme(settings, now), *_of_receivers(settings))
        remarks = (*settings.warnings, *of_site)
    sure: dict[str, int] = {}
    problems = [problem for finding in findings for problem in finding.problems]
    alike = Counter(map(sharing, problems))
    for finding in findings:
        if as_json:
            click.echo(json.dumps(explanation_fields(finding, settings), ensure_ascii=False))
        elif finding.article:
            for version in finding.article.versions:
                published = version.published
                sure[published.confidence] = sure.get(published.confidence, 0) + 1
                mark = "  LOW CONFIDENCE" if published.confidence == "low" else ""
                origin = ", ".join(finding.paths)
                click.echo(
                    f"{origin} [{version.language}]: {date_words(published)}; {confidence_words(published)}{mark}"
                )
        for line in told_once(problem for problem in finding.problems if as_json or alike[sharing(problem)] == 1):
            click.echo(line, err=as_json)
    for line in () if as_json else told_once(problem for problem in problems if alike[sharing(problem)] > 1):
        click.echo(line)
    for remark in remarks:
        click.echo(remark, err=as_json)
    ignored = Counter(key for finding in findings for draft in finding.drafts.values() for key in draft.ignored)
    if ignored and not as_json:
        click.echo(f"ignored keys of front matter: {_most(ignored)}")
    labels = Counter(problem.label for problem in problems)
    rejected, lost, held = labels["rejected"], labels["trouble"], labels["held"]
    if not as_json:
        articles = sum(finding.article is not None for finding in findings)
        dates = ", ".join(f"{sure.get(level, 0)} {level}" for level in ("high", "medium", "low"))
        said = f"{counted(articles, 'article')}, {counted(rejected, 'document')} rejected, {held} held"
        said += f", {counted(lost, 'source')} not read" if lost else ""
        click.echo(f"{said}; dates by confidence: {dates}")
    sys.exit(REJECTED if rejected or lost else 0)


def _of_languages(settings: Settings) -> Iterator[str]:
    """Yield what readers of some languages of the site lack."""
    from feedsvc.text.catalogues import wordless

    for language in wordless(settings.site.languages):
        lacks = f"pages have no words in {language!r} yet, and show English ones around its articles"
        yield f"{settings.folder.name}/feedsvc.toml: site.languages: {lacks}"


def _of_theme(settings: Settings, now: datetime) -> tuple[str, ...]:
    """Return what is wrong with the theme, if the site has one."""
    if not (settings.root / THEME).is_dir():
        return ()
    from feedsvc.web.theme_trial import theme_problems

    return theme_problems(settings, now=now)


def _of_receivers(settings: Settings) -> Iterator[str]:
    """Yield why receivers cannot be told of editions."""
    from feedsvc.stores import open_existing_store

    store = open_existing_store(settings) if settings.receivers else None
    if store is not None:
        with closing(store):
            for state in store.receiver_states():
                if state.failing_since is not None:
                    since = f"since {state.failing_since:%Y-%m-%d %H:%M:%S}Z; {counted(state.waiting, 'edition')}"
                    yield f"receiver {state.name}: {state.fault}, {since} waiting"


def _most(ignored: Counter[str]) -> str:
    """Return the keys that most documents have, with their documents, and how many more keys there are."""
    ranked = sorted(ignored.items(), key=lambda item: (-item[1], item[0]))
    said = ", ".join(f"{key} ({counted(count, 'document')})" for key, count in ranked[:MOST_IGNORED])
    return f"{said} and {counted(len(ranked) - MOST_IGNORED, 'other')}" if len(ranked) > MOST_IGNORED else said


def _preview(paths: tuple[str, ...]) -> None:
    from feedsvc.publish.processes import until_ended

    with errors_told():
        until_ended(partial(_serve_preview, paths), None)


def _serve_preview(paths: tuple[str, ...]) -> None:
    from feedsvc.inspect.chosen_sources import found_paths
    from feedsvc.web.preview import previewed

    settings = load_settings(os.environ)
    with previewed(settings, now=datetime.now(UTC), paths=found_paths(settings, paths)) as preview:
        for problem in preview.problems:
            click.echo(f"{problem.label}: {problem}", err=True)
        articles = counted(preview.articles, "article")
        click.echo(f"{articles}: open {preview.address} (Ctrl-C ends the preview; nothing is published)")
        preview.server.serve_forever()


def _check_store() -> None:
    from feedsvc.stores import open_existing_store
    from feedsvc.stores.backups import faults_of

    edition: Edition | None = None
    faults: tuple[str, ...] = ()
    with errors_told():
        settings = load_settings(os.environ)
        try:
            store = open_existing_store(settings)
            if store is not None:
                with closing(store):
                    faults = faults_of(store)
                    edition = None if faults else store.edition()
        except DamagedError as error:
            faults = (str(error),)
    for fault in faults:
        click.echo(f"store: {fault}", err=True)
    if faults:
        click.echo("the store is damaged; restore a backup: feedsvc restore FILE --replace")
        sys.exit(DAMAGED)
    if edition is None:
        click.echo("nothing is published yet; run: feedsvc publish")
    else:
        click.echo(f"the store is intact: edition {edition.number}, {counted(edition.articles, 'article')}")
