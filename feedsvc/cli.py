"""Offer the commands: parse arguments, call one function, print, say how it went.

Imports stand inside the commands, so that `feedsvc dateline` starts without Flask, feedgen and SQLAlchemy.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from feedsvc import __version__
from feedsvc.configuration import load_settings
from feedsvc.errors import FeedsvcError, SettingsError
from feedsvc.model.feeds import Edition, FeedListing

REJECTED = 1
USAGE = 2


@contextmanager
def _errors() -> Iterator[None]:
    """Turn our own errors into words on standard error, and into exit status 2."""
    try:
        yield
    except SettingsError as error:
        for fault in error.faults:
            click.echo(f"feedsvc: {fault}", err=True)
        sys.exit(USAGE)
    except FeedsvcError as error:
        click.echo(f"feedsvc: {error}", err=True)
        sys.exit(USAGE)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="feedsvc")
def main() -> None:
    """Publish article documents as RSS, Atom and JSON feeds, with right dates and bilingual titles.

    The configuration is read from the folder "config" below the working directory, or from the one that
    FEEDSVC_CONFIG names; FEEDSVC_BASE_URL and FEEDSVC_STORE_URL override what it says.

    Exit status: 0 all well, 1 some documents were rejected, 2 wrong configuration or usage.
    """


@main.command()
@click.option(
    "--bind",
    metavar="HOST:PORT",
    help="Address to listen on  [default: 127.0.0.1:8000; with PORT set, 0.0.0.0:PORT, for all to reach].",
)
@click.option("--workers", type=click.IntRange(1), help="Worker processes  [default: 2, or WEB_CONCURRENCY].")
def serve(bind: str | None, workers: int | None) -> None:
    """Serve the feeds and pages: become gunicorn.

    Uses gunicorn.conf.py of the configuration folder. With an empty store the documents are published first.
    """
    from importlib.resources import files

    with _errors():
        settings = load_settings(os.environ)
        if bind is not None and not _is_address(bind):
            raise SettingsError([f"--bind: {bind!r} is no HOST:PORT, such as 127.0.0.1:8001"])
    own = settings.folder / "gunicorn.conf.py"
    configuration = own if own.is_file() else files("feedsvc").joinpath("web", "gunicorn_conf.py")
    arguments = ["-m", "gunicorn", "--config", str(configuration)]
    arguments += ["--bind", bind] if bind else []
    arguments += ["--workers", str(workers)] if workers else []
    os.execv(sys.executable, [sys.executable, *arguments, "feedsvc.web:create_app()"])  # noqa: S606  no shell is wanted


def _is_address(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    return bool(host) and port.isdecimal() and int(port) < 2**16


@main.command()
@click.option(
    "--accept-removals",
    "accepted",
    multiple=True,
    metavar="SOURCE",
    help="Confirm that the many documents missing from SOURCE are really gone.",
)
def publish(accepted: tuple[str, ...]) -> None:
    """Publish what is new, changed or gone: one pass, one edition.

    May run beside a service, which then serves the new edition at once.
    """
    from feedsvc import publish as publishing
    from feedsvc.stores import open_store

    with _errors():
        settings = load_settings(os.environ)
        names = {source.name for source in settings.sources}
        if unknown := sorted(set(accepted) - names):
            raise SettingsError(
                [f"--accept-removals: no source {each!r}; known are {', '.join(sorted(names))}" for each in unknown]
            )
        store = open_store(settings)
        try:
            before = store.edition()
            _wait_for_next_second(before)
            with _progress() as progress:
                edition = publishing.publish(
                    settings,
                    datetime.now(UTC),
                    store=store,
                    removals_accepted=frozenset(accepted),
                    progress=progress,
                )
        finally:
            store.close()
    for problem in edition.problems:
        click.echo(f"{problem.severity}: {problem}", err=True)
    click.echo(_summary(before, edition))
    sys.exit(_status(edition))


def _wait_for_next_second(last: Edition) -> None:
    """Wait until the last edition is a second old, so that no edition is dated ahead of the clock."""
    ahead = last.made_at.timestamp() + 1 - time.time()
    time.sleep(min(max(ahead, 0.0), 1.0))


def _summary(before: Edition, edition: Edition) -> str:
    rejected = sum(problem.severity == "rejected" for problem in edition.problems)
    held = sum(problem.severity == "held" for problem in edition.problems)
    trouble = f"; {rejected} rejected, {held} held" if rejected or held else ""
    if before.number == edition.number:
        return f"edition {edition.number} stands, nothing changed: {edition.articles} articles{trouble}"
    return (
        f"edition {edition.number}: {edition.articles} articles "
        f"({edition.published} new, {edition.revised} revised, {edition.removed} removed), "
        f"{len(edition.changed)} feeds changed{trouble}"
    )


def _status(edition: Edition) -> int:
    return REJECTED if any(problem.severity == "rejected" for problem in edition.problems) else 0


@contextmanager
def _progress() -> Iterator[Any]:
    """Show on a terminal how far a pass is, ten times a second; elsewhere show nothing."""
    shown = sys.stderr.isatty()
    counts: dict[str, int] = {}
    last = 0.0

    def step(stage: str) -> None:
        nonlocal last
        counts[stage] = counts.get(stage, 0) + 1
        if shown and time.monotonic() - last > 0.1:  # noqa: PLR2004  a tenth of a second
            last = time.monotonic()
            click.echo("\r" + ", ".join(f"{name} {count}" for name, count in counts.items()), nl=False, err=True)

    yield step
    if shown and counts:
        click.echo("\r\033[K", nl=False, err=True)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
def check(paths: tuple[str, ...], *, as_json: bool) -> None:
    """Read documents and publish nothing: say what each would become, how sure its date is, and what is wrong.

    PATHS are files or folders; without any, every document of every source is read.
    """
    from feedsvc.explanation import fields_of, sureness_of, when_of
    from feedsvc.inspection import inspect

    with _errors():
        settings = load_settings(os.environ)
        findings = inspect(settings, now=datetime.now(UTC), paths=paths)
    sure: dict[str, int] = {}
    for finding in findings:
        if as_json:
            click.echo(json.dumps(fields_of(finding, settings.site.languages), ensure_ascii=False))
        elif finding.article:
            for version in finding.article.versions:
                published = version.published
                sure[published.confidence] = sure.get(published.confidence, 0) + 1
                mark = "  LOW CONFIDENCE" if published.confidence == "low" else ""
                origin = ", ".join(finding.paths)
                click.echo(f"{origin} [{version.language}]: {when_of(published)}; {sureness_of(published)}{mark}")
        for problem in finding.problems:
            click.echo(f"{problem.severity}: {problem}", err=as_json)
    rejected = sum(problem.severity == "rejected" for finding in findings for problem in finding.problems)
    if not as_json:
        articles = sum(finding.article is not None for finding in findings)
        dates = ", ".join(f"{sure.get(level, 0)} {level}" for level in ("high", "medium", "low"))
        click.echo(f"{articles} articles, {rejected} documents rejected; dates by confidence: {dates}")
    sys.exit(REJECTED if rejected else 0)


@main.command()
@click.argument("subject", metavar="PATH|ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(subject: str, *, as_json: bool) -> None:
    """Say where each field of one article came from: title, names, date, categories, links.

    PATH is any document, inside a source or not, and is read anew. ID is the id, the slug or the address of an article,
    and tells what is published, or was.
    """
    from feedsvc.explanation import fields_of, story_of
    from feedsvc.inspection import inspect, inspect_published

    with _errors():
        settings = load_settings(os.environ)
        if _is_file(subject):
            findings = inspect(settings, now=datetime.now(UTC), paths=(subject,))
        else:
            findings = (inspect_published(settings, subject, now=datetime.now(UTC)),)
    for finding in findings:
        if as_json:
            click.echo(json.dumps(fields_of(finding, settings.site.languages), ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(story_of(finding)))
    rejected = any(problem.severity == "rejected" for finding in findings for problem in finding.problems)
    sys.exit(REJECTED if rejected else 0)


def _is_file(subject: str) -> bool:
    try:
        path = Path(subject)
        if subject and path.is_dir():
            raise SettingsError([f"{subject}: is a folder; for all of its documents run: feedsvc check {subject}"])
        return bool(subject) and path.exists()
    except (OSError, ValueError):
        return False  # too long, or with a NUL: no file has such a name


@main.command()
def feeds() -> None:
    """List every feed: its entries, size in bytes and the time of its last change."""
    from feedsvc.stores import open_existing_store

    listings: tuple[FeedListing, ...] = ()
    with _errors():
        settings = load_settings(os.environ)
        store = open_existing_store(settings)
        if store is not None:
            try:
                listings = store.listings()
            finally:
                store.close()
    if not listings:
        click.echo("nothing is published yet; run: feedsvc publish")
    for each in listings:
        changed = f"{each.last_modified:%Y-%m-%d %H:%M:%S}Z"
        click.echo(f"{settings.site.base_url}{each.path}  {each.entries} entries  {each.bytes} bytes  {changed}")


@main.command()
@click.argument("text", required=False)
@click.option("--reference", metavar="DATE", help="When the copy was received: 2017-05-26, or with a time and zone.")
@click.option(
    "--jsonl",
    "as_jsonl",
    is_flag=True,
    help='Read one object a line, {"id", "text", "reference"}, from standard input; write one a line, in order.',
)
def dateline(text: str | None, reference: str | None, *, as_jsonl: bool) -> None:
    """Read the dateline at the head of a story: TEXT, or standard input.

    Without a reference no year is inferred.
    """
    from feedsvc.dateline_fields import dateline_fields

    with _errors():
        if not as_jsonl:
            story = text if text is not None else sys.stdin.read()
            click.echo(json.dumps(dateline_fields(story, _day(reference)), ensure_ascii=False, indent=2))
            return
        if text is not None:
            raise SettingsError(["--jsonl reads standard input; leave TEXT out"])
    failed = False
    for line in sys.stdin:
        if line.strip():
            answer = _answer(line)
            failed = failed or "error" in answer
            click.echo(json.dumps(answer, ensure_ascii=False))
    sys.exit(REJECTED if failed else 0)


def _answer(line: str) -> dict[str, Any]:
    """Return the answer to one line; a line that asks nothing gets the reason, and the others go on."""
    from feedsvc.dateline_fields import dateline_fields

    try:
        asked = json.loads(line)
        story = asked["text"]
    except (ValueError, KeyError, TypeError) as error:
        return {"id": None, "error": f"is no object with a text: {error!r}"}
    try:
        return {"id": asked.get("id"), **dateline_fields(str(story), _day(asked.get("reference")))}
    except SettingsError as error:
        return {"id": asked.get("id"), "error": str(error)}


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text) if len(text) > len("2017-05-26") else date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError([f"{text!r} is no reference; write a date such as 2017-05-26"]) from error
