"""Write the pages of docs/ that the code knows best: the commands from their --help, and the picture of the layers.

    .venv/bin/python tools/write_reference.py

tests/test_docs.py fails when a page is stale.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import click

from feedsvc.cli import main

PROJECT = Path(__file__).resolve().parents[1]
COMMANDS = PROJECT / "docs/reference/commands.md"
ARCHITECTURE = PROJECT / "docs/architecture.md"
PICTURE = re.compile(
    r"(?<=<!-- layers: written by tools/write_reference.py -->\n).*?(?=<!-- end of layers -->)", re.DOTALL
)
WIDTH = 80

INTRODUCTION = """\
# Commands

<!-- Written by tools/write_reference.py from the commands' --help: change the help texts in feedsvc/cli. -->

In a checkout, `feedsvc` is `.venv/bin/feedsvc`. Every command reads the
[configuration](settings.md) and the [environment](environment.md).
"""

EXAMPLES: Mapping[str, str] = {
    "": "feedsvc --version",
    "backup": "feedsvc backup /mnt/other/news.backup --force",
    "build": "feedsvc build /srv/news --watch",
    "check": "feedsvc check articles/world --json",
    "dateline": "feedsvc dateline 'LISBON, May 26 (Harbour Wire) -- Twelve keepers sang' --reference 2026-05-27",
    "explain": "feedsvc explain articles/world/tide.md",
    "feeds": "feedsvc feeds",
    "history": "feedsvc history quiet-tide --compare 1 2",
    "init": "feedsvc init news --name 'Tagus Wire' --languages en,zh --time-zone Europe/Lisbon",
    "prune": "feedsvc prune --revisions-older-than 8w --compact",
    "publish": "feedsvc publish --accept-removals desk",
    "restore": "feedsvc restore /mnt/other/news.backup --replace",
    "serve": "feedsvc serve --bind 127.0.0.1:8001 --workers 4",
    "tell": "feedsvc tell",
}


def pages() -> Mapping[Path, str]:
    """Return the text of each page that this script writes, in full."""
    architecture = ARCHITECTURE.read_text(encoding="utf-8")
    return {COMMANDS: commands(), ARCHITECTURE: PICTURE.sub(lambda _: picture(), architecture)}


def commands() -> str:
    """Return the reference of all commands, the group itself first."""
    sections = [_section("feedsvc", main, EXAMPLES[""])]
    sections += [_section(f"feedsvc {name}", main.commands[name], EXAMPLES[name]) for name in sorted(main.commands)]
    return "\n".join((INTRODUCTION, *sections))


def picture() -> str:
    """Return the layers of the first contract in pyproject.toml as a diagram, where arrows lead to what is imported."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    rows = [[_room(name) for name in layer.split("|")] for layer in layers]
    arrows = [f"    {' & '.join(upper)} --> {' & '.join(lower)}" for upper, lower in pairwise(rows)]
    return "\n".join(("```mermaid", "flowchart TD", *arrows, "```", ""))


def _room(name: str) -> str:
    bare = name.strip()
    return 'main["__main__"]' if bare == "__main__" else bare


def _section(path: str, command: click.Command, example: str) -> str:
    names = main.context_settings["help_option_names"]
    context = click.Context(
        command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=names
    )
    return f"## {path}\n\n```text\n{command.get_help(context)}\n```\n\nExample: `{example}`\n"


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
