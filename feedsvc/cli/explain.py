"""The command `feedsvc explain`."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from feedsvc.cli.terminal import REJECTED, errors_told
from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings
from feedsvc.model.errors import SettingsError


@click.command()
@click.argument("subject", metavar="PATH|ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(subject: str, *, as_json: bool) -> None:
    """Explain where each part of an article comes from: title, names, date, categories, links.

    PATH is any document, inside or outside a source; it is explained as it is now. It is written as from here, or as
    reports print it: from the folder of its source. ID is the id, the slug or the address of an article, which is
    explained as it is, or was, published.
    """
    from feedsvc.inspect.inspection import (
        explanation_fields,
        explanation_lines,
        inspect,
        inspect_published,
        partner_verdicts,
    )

    now = datetime.now(UTC)
    with errors_told():
        settings = load_settings(os.environ)
        files = _files(settings, subject)
        if files:
            findings = inspect(settings, now=now, paths=files)
        else:
            findings = (inspect_published(settings, subject, now=now),)
    for finding in findings:
        partners = partner_verdicts(finding, settings, now=now)
        if as_json:
            fields = explanation_fields(finding, settings, partners)
            click.echo(json.dumps(fields, ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(explanation_lines(finding, settings, partners)))
    rejected = any(problem.severity == "rejected" for finding in findings for problem in finding.problems)
    sys.exit(REJECTED if rejected else 0)


def _files(settings: Settings, subject: str) -> tuple[str, ...]:
    """Return the file that *subject* names; nothing if it names none, as an id does."""
    from feedsvc.inspect.chosen_sources import found_paths

    try:
        paths = found_paths(settings, (subject,))
    except SettingsError:
        return ()
    if Path(paths[0]) == Path(subject) and Path(subject).is_dir():
        raise SettingsError([f"{subject}: is a folder; for all of its documents run: feedsvc check {subject}"])
    return tuple(path for path in paths if not Path(path).is_dir())
