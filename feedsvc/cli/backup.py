"""The command `feedsvc backup`."""

from __future__ import annotations

import os
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from feedsvc.cli.outcome import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.errors import StoreError
from feedsvc.model.plurals import counted


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def backup(file: Path, *, force: bool) -> None:
    """Save the whole store in FILE: articles, their ids and history, feeds.

    The command is safe while a service publishes: FILE has one complete edition. It is an SQLite database, even if
    the store is in PostgreSQL, and only its owner can read it. The documents themselves are not in it.
    """
    from feedsvc.stores import open_existing_store
    from feedsvc.stores.backups import write_backup

    with errors_told():
        settings = load_settings(os.environ)
        store = open_existing_store(settings)
        with closing(store) if store else nullcontext():
            if store is None or store.edition_number() == 0:  # a pass that was killed leaves a store without one
                raise StoreError("nothing is published yet, so there is nothing to back up; run: feedsvc publish")
            edition = write_backup(store, file, now=datetime.now(UTC), force=force)
    click.echo(
        f"{file}: edition {edition.number}, {counted(edition.articles, 'article')}, {file.stat().st_size:,} bytes"
    )
