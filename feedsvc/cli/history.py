"""The command `feedsvc history`."""

from __future__ import annotations

import json
import os
from contextlib import closing

import click

from feedsvc.cli.terminal import errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.errors import StoreError


@click.command()
@click.argument("subject", metavar="ID")
@click.option(
    "--compare",
    "--diff",
    "pair",
    nargs=2,
    type=int,
    metavar="M N",
    help="Show what changed from version M to version N.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def history(subject: str, *, pair: tuple[int, int] | None, as_json: bool) -> None:
    """List every published version of an article: when it was made, what changed, and from which documents.

    ID is the id, the slug or the address of an article, or the path of one of its documents. --compare shows the
    differences in each language: "~" marks a paragraph with [-removed-] and {+added+} words, "+" a new paragraph, "-"
    a removed one. Of a killed article, only its id and its dates are left.
    """
    from feedsvc.inspect.version_history import (
        comparison_fields,
        comparison_lines,
        find_history,
        history_fields,
        history_lines,
        version_numbered,
    )
    from feedsvc.stores import open_existing_store

    with errors_told():
        settings = load_settings(os.environ)
        store = open_existing_store(settings)
        if store is None:
            raise StoreError("nothing is published yet, so nothing has a history; run: feedsvc publish")
        with closing(store):
            found = find_history(store, settings, subject)
        if pair:
            before, after = (version_numbered(found, number) for number in pair)
            fields = comparison_fields(before, after)
            lines = comparison_lines(before.article, after.article)
        else:
            fields, lines = history_fields(found), history_lines(found)
    if as_json:
        click.echo(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines))
