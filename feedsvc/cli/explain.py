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
from feedsvc.model.errors import SettingsError


@click.command()
@click.argument("subject", metavar="PATH|ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(subject: str, *, as_json: bool) -> None:
    """Explain where each part of an article comes from: title, names, date, categories, links.

    PATH is any document, inside or outside a source; it is explained as it is now. ID is the id, the slug or the
    address of an article, which is explained as it is, or was, published.
    """
    from feedsvc.inspect.inspection import explanation_fields, explanation_lines, inspect, inspect_published

    with errors_told():
        settings = load_settings(os.environ)
        if _is_file(subject):
            findings = inspect(settings, now=datetime.now(UTC), paths=(subject,))
        else:
            findings = (inspect_published(settings, subject, now=datetime.now(UTC)),)
    for finding in findings:
        if as_json:
            click.echo(json.dumps(explanation_fields(finding, settings.site.languages), ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(explanation_lines(finding)))
    rejected = any(problem.severity == "rejected" for finding in findings for problem in finding.problems)
    sys.exit(REJECTED if rejected else 0)


def _is_file(subject: str) -> bool:
    try:
        path = Path(subject)
        if subject and path.is_dir():
            raise SettingsError([f"{subject}: is a folder; for all of its documents run: feedsvc check {subject}"])
        return bool(subject) and path.exists()
    except (OSError, ValueError):
        return False  # too long, or with a NUL: no file has such a name
