"""The command `feedsvc feeds`."""

from __future__ import annotations

import os
from contextlib import closing

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
            with closing(store):
                listings = store.listings()
    if not listings:
        click.echo("nothing is published yet; run: feedsvc publish")
    for feed in listings:
        changed = f"{feed.last_modified:%Y-%m-%d %H:%M:%S}Z"
        line = f"{settings.site.base_url}{feed.path}  {counted(feed.entries, 'entry')}  {feed.bytes} bytes  {changed}"
        pages = f"  {counted(feed.archives, 'archive page')}" if feed.archives else ""
        click.echo(line + pages)
