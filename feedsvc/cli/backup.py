"""Offer `feedsvc backup` and `feedsvc restore`."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from feedsvc.cli.outcome import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.errors import StoreError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, *, force: bool) -> None:
    """Write all that the store holds into FILE: articles, their ids and history, feeds.

    May run while a service publishes; FILE holds one whole edition. It is one SQLite file, also of a PostgreSQL store,
    and only its owner may read it. The documents are not in it: they are files already.
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
    click.echo(f"{file}: edition {edition.number}, {edition.articles} articles, {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--replace", is_flag=True, help="Also when the store is not empty: what is in it is kept in a file beside it."
)
def restore(file: Path, *, replace: bool) -> None:
    """Bring the store back to what FILE, a backup, holds; the next pass takes up what has changed since.

    End whatever publishes to the store before (feedsvc serve, feedsvc publish --watch). A service that runs with
    FEEDSVC_PUBLISHER=off goes on, and serves what was restored at once.
    """
    from feedsvc.stores import lead_of
    from feedsvc.stores.backups import KEPT, restore_backup

    with errors_told(), ExitStack() as held:
        settings = load_settings(os.environ)
        for purpose in ("leader", "watch"):
            lead = lead_of(settings, purpose)
            try:
                is_free = lead.take()
            except OSError as error:
                raise StoreError(f"the store cannot be locked: {error}") from error
            if not is_free:
                raise StoreError("somebody publishes to the store: end feedsvc serve and feedsvc publish --watch first")
            held.callback(lead.let_go)
        restored = restore_backup(
            settings.store_url, file, var=settings.root / "var", now=datetime.now(UTC), replace=replace
        )
    edition = restored.edition
    if not restored.is_checked:
        click.echo(
            f"{file}: an older feedsvc made it, without a digest of what it holds: a text that was damaged since would "
            "not be seen",
            err=True,
        )
    if restored.kept:
        click.echo(f"what was there before is kept in {restored.kept}, a backup too; of such, the last {KEPT} are kept")
    if restored.set_aside:
        click.echo(f"the damaged store is now {restored.set_aside}")
    click.echo(
        f"edition {edition.number} of {edition.made_at:%Y-%m-%d %H:%M:%S}Z is back: {edition.articles} articles; "
        "now run: feedsvc publish"
    )
    if restored.back:
        click.echo(
            "these were killed since and are back until a pass reads their kill marks; see that these still stand: "
            + ", ".join(restored.back),
            err=True,
        )
