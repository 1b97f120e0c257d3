"""The commands: each parses arguments, calls one function, prints, and sets the exit status.

What a command imports is imported inside it, so that `feedsvc dateline` starts without Flask, feedgen and SQLAlchemy.
"""

from __future__ import annotations

import click

from feedsvc import __version__
from feedsvc.cli.backup import backup, restore
from feedsvc.cli.build import build
from feedsvc.cli.check import check
from feedsvc.cli.dateline import dateline
from feedsvc.cli.explain import explain
from feedsvc.cli.feeds import feeds
from feedsvc.cli.history import history
from feedsvc.cli.init import init
from feedsvc.cli.prune import prune
from feedsvc.cli.publish import publish
from feedsvc.cli.serve import serve
from feedsvc.cli.tell import tell


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="feedsvc")
def main() -> None:
    """Publish news copy as RSS, Atom and JSON feeds, with correct dates and titles in two languages.

    The configuration is read from the folder "config" in the working directory, or from the folder that
    FEEDSVC_CONFIG names. FEEDSVC_BASE_URL and FEEDSVC_STORE_URL override what it says.

    Exit status: 0 if all went well, 1 if documents were rejected or the store is damaged, 2 if the configuration or
    the command line is wrong, 130 after Ctrl-C.
    """


for command in (init, serve, publish, build, tell, check, explain, history, feeds, backup, restore, prune, dateline):
    main.add_command(command)
