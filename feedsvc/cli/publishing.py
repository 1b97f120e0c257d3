"""Offer `feedsvc publish`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from feedsvc.cli.outcome import REJECTED, errors_told
from feedsvc.configuration import load_settings
from feedsvc.errors import SettingsError
from feedsvc.model.feeds import Edition


@click.command()
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

    with errors_told():
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
