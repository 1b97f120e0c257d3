"""The command `feedsvc prune`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from feedsvc.cli.terminal import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.errors import StoreError

if TYPE_CHECKING:  # importing it for real takes SQLAlchemy
    from feedsvc.stores.pruning import Pruned

AGE = re.compile(r"(?P<count>\d{1,5})(?P<unit>[mhdw])")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FLOOR = timedelta(minutes=10)  # as long as a pass itself keeps replaced feeds


class Age(click.ParamType[timedelta]):
    """An age such as 90d."""

    name = "AGE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the age in *value*, or fail with an example."""
        found = AGE.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is not an age; write one such as 10m, 12h, 90d or 8w", param, ctx)
        return timedelta(**{UNITS[found["unit"]]: int(found["count"])})


@click.command()
@click.option(
    "--revisions-older-than",
    "revisions",
    type=Age(),
    default="90d",
    show_default=True,
    help="Delete the texts of revisions that were replaced longer ago than this.",
)
@click.option(
    "--bytes-older-than",
    "bodies",
    type=Age(),
    default="10m",
    show_default=True,
    help="Delete feeds that were replaced longer ago than this; at least 10m.",
)
@click.option(
    "--forget-backup",
    "backups",
    multiple=True,
    metavar="FILE",
    help="Delete the note of a backup that you have deleted; kills no longer name it.",
)
@click.option(
    "--compact", is_flag=True, help="Also rewrite the store without its free space, which makes it smaller on disk."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
def prune(*, revisions: timedelta, bodies: timedelta, backups: tuple[str, ...], compact: bool, dry_run: bool) -> None:
    """Delete what the store no longer needs: texts of old revisions, replaced feeds, documents and files of no article.

    The command is safe while a service publishes. Articles, ids, dates and tombstones stay, and so do the number,
    time, kind and digests of every version (feedsvc history). AGE is a number of minutes, hours, days or weeks: 10m,
    12h, 90d, 8w.

    Notes of backups whose file is gone are deleted too. If several machines share the store, a file may be on another
    machine, so only the notes that --forget-backup names are deleted.
    """
    from feedsvc.stores import media_folder, open_existing_store, pruning

    if bodies < FLOOR:
        raise click.UsageError("--bytes-older-than must be 10m or more: a worker may still be reading those bytes.")
    if compact and dry_run:
        raise click.UsageError("--compact changes the store, and --dry-run changes nothing; use one of them.")
    with errors_told():
        settings = load_settings(os.environ)
        store = open_existing_store(settings)
        if store is None:
            raise StoreError("nothing is published yet, so there is nothing to prune; run: feedsvc publish")
        with closing(store):
            work = pruning.what_to_prune if dry_run else pruning.prune
            pruned = work(
                store,
                now=datetime.now(UTC),
                revisions=revisions,
                bodies=bodies,
                folder=media_folder.MediaFolder(path=settings.media.folder),
                backups=backups,
            )
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
        ("replaced feeds", pruned.bodies),
        ("documents of no article", pruned.contents),
        ("records of old editions", pruned.editions),
    ):
        yield f"{name}: {freed.count:,}, {freed.bytes:,} bytes"
    yield f"pictures and other files of no article: {pruned.files.count:,}, {pruned.files.bytes:,} bytes of the folder"
    for note in pruned.forgotten:
        yield f"note of a backup: {note}"
    for note in pruned.unseen:
        yield f"kept the note of a backup that this machine cannot see: {note}; if it is deleted, use --forget-backup"
