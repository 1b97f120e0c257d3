"""The commands `feedsvc backup` and `feedsvc restore`."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from feedsvc.cli.publish import take_lead
from feedsvc.cli.terminal import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.errors import StoreError
from feedsvc.model.feed import counted


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
            begun = time.monotonic()
            edition = write_backup(
                store, file, now=datetime.now(UTC), force=force, elapsed_s=lambda: time.monotonic() - begun
            )
    click.echo(
        f"{file}: edition {edition.number}, {counted(edition.articles, 'article')}, {file.stat().st_size:,} bytes"
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--replace",
    is_flag=True,
    help="Restore even if the store is not empty. A backup of its content is written beside it first.",
)
def restore(file: Path, *, replace: bool) -> None:
    """Restore the store from FILE, a backup. The next pass adds what has changed since.

    Stop everything that publishes to the store first: feedsvc serve and feedsvc publish --watch. A service with
    FEEDSVC_PUBLISHER=off can keep running; it serves the restored edition at once.
    """
    from feedsvc.stores.backups import KEPT, restore_backup

    with errors_told(), ExitStack() as leads:
        settings = load_settings(os.environ)
        for purpose in ("leader", "watch"):
            lead = take_lead(settings, purpose)
            if lead is None:
                raise StoreError(
                    "another process publishes to the store; stop feedsvc serve and feedsvc publish --watch first"
                )
            leads.callback(lead.let_go)
        restored = restore_backup(
            settings.store_url, file, var=settings.root / "var", now=datetime.now(UTC), replace=replace
        )
    edition = restored.edition
    if not restored.is_checked:
        click.echo(
            f"{file}: an older feedsvc made this backup without a digest, so damage to its texts cannot be detected",
            err=True,
        )
    if restored.kept:
        click.echo(f"{restored.kept}: a backup of the former content; the last {KEPT} of these are kept")
    if restored.set_aside:
        click.echo(f"{restored.set_aside}: the damaged store, moved out of the way")
    click.echo(
        f"edition {edition.number} of {edition.made_at:%Y-%m-%d %H:%M:%S}Z is restored: "
        f"{counted(edition.articles, 'article')}; now run: feedsvc publish"
    )
    if restored.back:
        click.echo(
            "these articles were killed after the backup, and are published again until a pass reads their kill marks; "
            "make sure that their documents still have these marks: " + ", ".join(restored.back),
            err=True,
        )
