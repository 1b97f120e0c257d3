"""The command `feedsvc feeds`."""

from __future__ import annotations

import os

import click

from feedsvc.cli.terminal import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.feed import FeedListing, counted


@click.command()
def feeds() -> None:
    """List every feed: its entries, its size, when it last changed, and the pages of its archive."""
    from feedsvc.stores import open_existing_store

    listings: tuple[FeedListing, ...] = ()
    with errors_told():
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
        line = f"{settings.site.base_url}{each.path}  {counted(each.entries, 'entry')}  {each.bytes} bytes  {changed}"
        pages = f"  {counted(each.archives, 'archive page')}" if each.archives else ""
        click.echo(line + pages)
