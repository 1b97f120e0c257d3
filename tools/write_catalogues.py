"""Find the messages in the code and the templates, bring the catalogues up to date, and compile them.

    .venv/bin/python tools/write_catalogues.py

A new message is left empty in each catalogue, for a translator; a message that is gone is removed.
tests/test_catalogues.py fails while one is empty, and when a catalogue or its compiled form is stale.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from feedsvc.text.catalogues import ENGLISH, FOLDER, OF_FEEDS, OF_PAGES

PACKAGE = Path(__file__).resolve().parents[1] / "feedsvc"
# The rooms whose words are in feeds, then the one whose words are only on pages.
FEEDS, PAGES = ("articles", "feeds", "text"), ("web/pages", "web/templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
# The functions that take a message, with the places of a context (c) and of a plural.
OF_ALL: Mapping[str, Any] = dict.fromkeys(("message", "said"))
OF_WEB: Mapping[str, Any] = {
    **dict.fromkeys(("message", "words", "ui")),
    "words_in": ((1, "c"), 2),
    "ui_in": ((1, "c"), 2),
    "counted": (1, 2),
}
WIDTH = 120


@cache
def messages(room: str) -> tuple[tuple[str | tuple[str, ...], str | None], ...]:
    """Return (message, context) of each message in *room*; a message that counts is (one, many)."""
    found = extract_from_dir(PACKAGE / room, METHODS, keywords=OF_WEB if room in PAGES else OF_ALL)
    return tuple((words, context) for _, _, words, _, context in found)


def template_of(name: str) -> Catalog:
    """Return the messages that the catalogue *name* must have."""
    template = Catalog(fuzzy=False)
    for room in (*FEEDS, *PAGES) if name in OF_PAGES else FEEDS:
        for words, context in messages(room):
            template.add(words, context=context)
    return template


def read(name: str) -> Catalog:
    file = FOLDER / f"{name}.po"
    if not file.exists():
        return Catalog(locale=name.replace("-", "_"), fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=name.replace("-", "_"))


def updated(name: str) -> Catalog:
    """Return the catalogue *name* with exactly the messages that it must have."""
    catalogue, template = read(name), template_of(name)
    template.creation_date = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """Return a catalogue as text (.po) and compiled (.mo)."""
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=WIDTH, no_location=True, sort_output=True, omit_header=False)
    write_mo(compiled, catalogue)
    return text.getvalue(), compiled.getvalue()


def main() -> None:
    for name in OF_FEEDS:
        if name == ENGLISH:
            continue
        catalogue = updated(name)
        text, compiled = written(catalogue)
        (FOLDER / f"{name}.po").write_bytes(text)
        (FOLDER / f"{name}.mo").write_bytes(compiled)
        empty = sum(not any(entry.string if entry.pluralizable else [entry.string]) for entry in catalogue if entry.id)
        print(f"{name}: {len(catalogue)} messages{f', {empty} to be translated' if empty else ''}")


if __name__ == "__main__":
    main()
