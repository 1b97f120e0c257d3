"""Offer `feedsvc prune`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from feedsvc.cli.outcome import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.errors import StoreError

if TYPE_CHECKING:  # importing it for real takes SQLAlchemy
    from feedsvc.stores.pruning import Pruned

AGE = re.compile(r"(?P<count>\d{1,5})(?P<unit>[mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FLOOR = timedelta(minutes=10)  # that a pass keeps superseded bytes for too


class Age(click.ParamType[timedelta]):
    """Read an age such as 90d."""

    name = "AGE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the age that *value* says."""
        found = AGE.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no age such as 10m, 12h, 90d or 8w", param, ctx)
        return timedelta(**{UNITS[found["unit"]]: int(found["count"])})


@click.command()
@click.option(
    "--revisions-older-than",
    "revisions",
    type=Age(),
    default="90d",
    show_default=True,
    help="Forget the text of what articles were before, where it was replaced longer ago.",
)
@click.option(
    "--bytes-older-than",
    "bodies",
    type=Age(),
    default="10m",
    show_default=True,
    help="Forget the bytes of feeds that were replaced longer ago; at least 10m.",
)
@click.option(
    "--forget-backup",
    "backups",
    multiple=True,
    metavar="FILE",
    help="Forget the note of this backup, which you have deleted: a kill names it no more.",
)
@click.option("--compact", is_flag=True, help="Give the space back: to the file system, by writing the store anew.")
@click.option("--dry-run", is_flag=True, help="Only say what would be forgotten.")
def prune(*, revisions: timedelta, bodies: timedelta, backups: tuple[str, ...], compact: bool, dry_run: bool) -> None:
    """Forget what the store need not keep: old revisions' texts, superseded feeds, documents that nothing is made of.

    May run while a service publishes. Articles, ids, dates and tombstones stay, and so do the number, time, kind and
    digests of every version (feedsvc history). AGE is 10m, 12h, 90d or 8w.

    Notes of backups whose file is gone are forgotten too. Where several machines share the store, the file may be
    on another: then only those named by --forget-backup.
    """
    from feedsvc.stores import open_existing_store, pruning

    if bodies < FLOOR:
        raise click.UsageError("--bytes-older-than must be 10m or more: a worker may still be reading those bytes.")
    if compact and dry_run:
        raise click.UsageError("--compact changes the store, and --dry-run changes nothing; take one of them.")
    with errors_told():
        settings = load_settings(os.environ)
        store = open_existing_store(settings)
        if store is None:
            raise StoreError("nothing is published yet, so there is nothing to prune; run: feedsvc publish")
        with closing(store):
            work = pruning.what_to_prune if dry_run else pruning.prune
            pruned = work(store, now=datetime.now(UTC), revisions=revisions, bodies=bodies, backups=backups)
            for line in _lines(pruned):
                click.echo(line)
            verb = "would be freed" if dry_run else "are free"
            click.echo(f"{pruned.bytes:,} bytes {verb} inside the store")
            if compact:
                before, after = store.compact()
                click.echo(f"compacted: {before:,} bytes became {after:,}")


def _lines(pruned: Pruned) -> Iterator[str]:
    for name, freed in (
        ("texts of old revisions", pruned.revisions),
        ("superseded feeds", pruned.bodies),
        ("documents that nothing is made of", pruned.contents),
        ("records of old editions", pruned.editions),
    ):
        yield f"{name}: {freed.count:,}, {freed.bytes:,} bytes"
    for note in pruned.forgotten:
        yield f"note of a backup: {note}"
    for note in pruned.unseen:
        yield f"kept the note of a backup that is not seen from here: {note}; if it is gone: --forget-backup"
