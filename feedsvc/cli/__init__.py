"""Offer the commands: parse arguments, call one function, print, say how it went.

Imports stand inside the commands, so that `feedsvc dateline` starts without Flask, feedgen and SQLAlchemy.
"""

from __future__ import annotations

import click

from feedsvc import __version__
from feedsvc.cli.backup import backup, restore
from feedsvc.cli.build import build
from feedsvc.cli.check import check, explain
from feedsvc.cli.dateline import dateline
from feedsvc.cli.feeds import feeds
from feedsvc.cli.history import history
from feedsvc.cli.prune import prune
from feedsvc.cli.publish import publish
from feedsvc.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="feedsvc")
def main() -> None:
    """Publish article documents as RSS, Atom and JSON feeds, with right dates and bilingual titles.

    The configuration is read from the folder "config" below the working directory, or from the one that
    FEEDSVC_CONFIG names; FEEDSVC_BASE_URL and FEEDSVC_STORE_URL override what it says.

    Exit status: 0 all well, 1 some documents were rejected or the store is damaged, 2 wrong configuration or usage,
    130 ended by Ctrl-C.
    """


for command in (serve, publish, build, check, explain, history, feeds, backup, restore, prune, dateline):
    main.add_command(command)
