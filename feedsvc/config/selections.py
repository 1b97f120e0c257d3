"""Read which articles a feed has: a selection in a table of a configuration file."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

from feedsvc.config.tables import Tables, meant_key
from feedsvc.model.selection import CONDITIONS, Selection

KEYS = (*CONDITIONS, "except", "within")
PERIOD = re.compile(r"(?P<number>[1-9][0-9]{0,3}) (?P<unit>hour|day)s?")
HOURS = {"hour": 1, "day": 24}


def read_selection(
    check: Tables,
    file: Path,
    place: str,
    table: dict[str, Any],
    *,
    categories: Collection[str],
    sources: Collection[str],
) -> Selection:
    """Return the selection in *table*; *check* collects faults. Keys that are no part of a selection are ignored.

    place:   the name of the table in *file*: "sea", or "sea.except".
    categories, sources: the slugs and names that the configuration has.
    """
    known = {"categories": categories, "sources": sources}
    return Selection(
        **{
            key: _values(check, file, f"{place}.{key}", table[key], known.get(key))
            for key in CONDITIONS
            if key in table
        },
        excluded=_excluded(check, file, place, table["except"], categories, sources) if "except" in table else None,
        within=_period(check, file, f"{place}.within", table["within"]) if "within" in table else None,
    )


def _excluded(
    check: Tables, file: Path, place: str, table: object, categories: Collection[str], sources: Collection[str]
) -> Selection | None:
    if not isinstance(table, dict) or not table:
        example = 'except = { tags = ["live"] }'
        check.fault(file, f"{place}.except", f"must be a table of what is left out, such as {example}, not {table!r}")
        return None
    check.unknown(file, f"{place}.except", table, CONDITIONS)
    chosen = {key: table[key] for key in CONDITIONS if key in table}
    return read_selection(check, file, f"{place}.except", chosen, categories=categories, sources=sources)


def _values(check: Tables, file: Path, key: str, value: object, known: Collection[str] | None) -> tuple[str, ...]:
    """Return a list of texts, which are all *known* ones."""
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text.strip() for text in value):
        check.fault(file, key, f'must be a list of texts such as ["sea"], not {value!r}')
        return ()
    for text in value if known is not None else ():
        if text not in (known or ()):
            there = ", ".join(sorted(known or ()))
            check.fault(
                file, key, f"{text!r} is not in the configuration{meant_key(text, known or ())}; known are {there}"
            )
    return tuple(value)


def _period(check: Tables, file: Path, key: str, value: object) -> timedelta | None:
    found = PERIOD.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        check.fault(file, key, f'must be a number of hours or days such as "48 hours" or "30 days", not {value!r}')
        return None
    return timedelta(hours=int(found["number"]) * HOURS[found["unit"]])
