"""The command `feedsvc build`."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from feedsvc.cli.publish import make_pass
from feedsvc.cli.terminal import errors_told, shown_counts
from feedsvc.config.loading import load_settings
from feedsvc.config.logs import start_log
from feedsvc.model.errors import BuildError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--watch", is_flag=True, help="Keep running, and build each new edition.")
def build(folder: Path, watch: bool) -> None:  # noqa: FBT001  click gives a flag
    """Write the whole site into DIR as static files, for nginx or any other web server.

    DIR/site gets the pages and feeds, each also compressed as .gz and .br. Include DIR/nginx.conf in a server block of
    nginx, which then answers as the service would. DIR must be new, empty, or the result of an earlier build. Files
    that are up to date are left as they are, and files that the site no longer has are removed.

    The command publishes first, as feedsvc publish does. With FEEDSVC_PUBLISHER=off it builds the last edition. With
    --watch it never publishes: it builds what a service, or feedsvc publish --watch, publishes.
    """
    if watch:
        _follow(folder)
    else:
        _build_once(folder)


def _follow(folder: Path) -> None:
    from feedsvc.publish.processes import until_ended
    from feedsvc.web.static_site.site import follow

    with errors_told():
        start_log(os.environ)
        until_ended(partial(follow, os.environ, folder), None)


def _build_once(folder: Path) -> None:
    from feedsvc.stores import open_existing_store, open_store
    from feedsvc.web.static_site import nginx
    from feedsvc.web.static_site.site import build
    from feedsvc.web.static_site.tree import Tree

    status = 0
    with errors_told():
        settings = load_settings(os.environ)
        with Tree(folder) as tree:
            store = open_store(settings) if settings.publisher else open_existing_store(settings)
            if store is None:
                raise BuildError("nothing is published yet, so there is nothing to build; run: feedsvc publish")
            with closing(store):
                if settings.publisher:
                    status = make_pass(settings, store)
                with shown_counts() as progress:
                    built = build(settings, store, tree, progress=progress)
    click.echo(built)
    if built.configuration:
        click.echo(f"{tree.folder / nginx.FILE}: new; include it in a server block of nginx, and reload nginx")
    sys.exit(status)
