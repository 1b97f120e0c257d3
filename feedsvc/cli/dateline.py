"""The command `feedsvc dateline`: the dateline library at the command line."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import Any

import click

from feedsvc.cli.terminal import REJECTED, errors_told
from feedsvc.model.errors import SettingsError


@click.command()
@click.argument("text", required=False)
@click.option(
    "--reference",
    metavar="DATE",
    help="When the copy was received: a date such as 2017-05-26, or a date and time with a zone.",
)
@click.option(
    "--language",
    "languages",
    metavar="TAG",
    multiple=True,
    help='A further language in which to look for it, such as "pl"; may be given several times.',
)
@click.option(
    "--jsonl",
    "as_jsonl",
    is_flag=True,
    help='Read one JSON object per line, {"id", "text", "reference"}, from standard input, and print one for each.',
)
def dateline(text: str | None, reference: str | None, *, languages: tuple[str, ...], as_jsonl: bool) -> None:
    """Read the dateline at the start of a story, and print it as JSON. The story is TEXT, or standard input.

    Without --reference, no year is inferred.
    """
    from feedsvc.inspect.dateline_fields import dateline_fields

    with errors_told():
        if not as_jsonl:
            story = text if text is not None else sys.stdin.read()
            fields = dateline_fields(story, _day(reference), languages=languages)
            click.echo(json.dumps(fields, ensure_ascii=False, indent=2))
            return
        if text is not None:
            raise SettingsError(["--jsonl: reads standard input; leave TEXT out"])
    failed = False
    for line in sys.stdin:
        if line.strip():
            answer = _answer(line, languages)
            failed = failed or "error" in answer
            click.echo(json.dumps(answer, ensure_ascii=False))
    sys.exit(REJECTED if failed else 0)


def _answer(line: str, languages: tuple[str, ...]) -> dict[str, Any]:
    """Return the answer to one line, or its error: the other lines go on."""
    from feedsvc.inspect.dateline_fields import dateline_fields

    try:
        asked = json.loads(line)
        story = asked["text"]
    except (ValueError, KeyError, TypeError) as error:
        return {"id": None, "error": f'not a JSON object with a "text": {error!r}'}
    try:
        fields = dateline_fields(str(story), _day(asked.get("reference")), languages=languages)
        return {"id": asked.get("id"), **fields}
    except SettingsError as error:
        return {"id": asked.get("id"), "error": str(error)}


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text) if len(text) > len("2017-05-26") else date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError([f"{text!r}: not a reference date; write one such as 2017-05-26"]) from error
