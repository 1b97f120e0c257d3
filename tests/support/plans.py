"""Read how a database would answer the statements that a store is asked: what it reads whole, and what it sorts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

from feedsvc.stores import schema
from feedsvc.stores.store import Store

# What has a row for each feed, or a few in all, does not grow with the articles.
# So has what is wrong: it is told whole with each edition.
BOUNDED = {"feeds", "bodies", "superseded", "meta", "alembic_version", "problems", "receivers"}
GROWING = set(schema.metadata.tables) - BOUNDED | {"search"}
# Of these there are few at any time: they wait for something.
FEW = {"placements_fresh", "placements_notice", "documents_due", "media_unformed"}
# With one of these given, what is found is as many as were asked for. A place that is given is none: few have none.
KEYS = {"article", "id", "digest", "path", "slug", "name", "number", "rowid", "key", "serial", "place"}

VALUE = r"%\(\w+\)s(?:::\w+)*(?: COLLATE \"C\")?"
MANY = re.compile(rf"\bIN \(({VALUE})(?:, {VALUE})+\)")
QUESTIONS = re.compile(r"\bIN \(\?((?:, \?)+)\)")
FIRST = re.compile(r"SELECT m(?:ax|in)\(|.* LIMIT \S+(?: OFFSET \S+)?(?:$| AS )")
ASKS = re.compile(r"\s*(?:SELECT|WITH|UPDATE|DELETE|INSERT INTO \w+ .*SELECT)", re.DOTALL)
ALIAS = re.compile(r"(?:FROM|JOIN|,) (\w+) AS (\w+)")
STEP = re.compile(
    r"(SCAN|SEARCH) (\w+)(?: VIRTUAL TABLE INDEX \d+:M\d| USING (?:.*?INDEX (\w+)|.*?KEY)(?: \((.*)\))?)?"
)


@dataclass(slots=True)
class Asked:
    """Hold every statement that a store was asked, once each, with values of one time that it was."""

    statements: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def of(self, store: Store) -> Iterator[None]:
        """Note what *store* is asked meanwhile."""
        event.listen(store._engine, "before_cursor_execute", self._note)
        try:
            yield
        finally:
            event.remove(store._engine, "before_cursor_execute", self._note)

    def _note(self, *told: Any) -> None:
        statement, values, many = told[2], told[3], told[5]
        if ASKS.match(statement):
            short = _of_one_key(" ".join(statement.split()), values[0] if many else values)
            self.statements.setdefault(*short)


def _of_one_key(statement: str, values: Any) -> tuple[str, Any]:
    """Return *statement* with one value in each IN (…): a table of a test has hardly more rows than it asks for."""
    if not isinstance(values, tuple):
        return MANY.sub(r"IN (\1)", statement), values
    left = list(values)
    for found in reversed(list(QUESTIONS.finditer(statement))):
        first = statement.count("?", 0, found.start()) + 1
        del left[first : first + found[1].count("?")]
    return QUESTIONS.sub("IN (?)", statement), tuple(left)


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold how a step of a plan finds rows of a table that grows; conditions: those that an index answers."""

    table: str
    index: str | None
    conditions: str

    @property
    def is_by_key(self) -> bool:
        return any(re.search(rf"\b{key}\)?(?:::\w+)? ?=", self.conditions) for key in KEYS)

    @property
    def is_of_few(self) -> bool:
        return self.index in FEW or self.is_by_key

    @property
    def is_of_a_range(self) -> bool:
        return re.search(r"[<>]", self.conditions) is not None


def multiply(connection: Connection, times: int) -> None:
    """Fill the tables that grow with rows like those that they have, under other keys: *times* as many."""
    words, figures = {"article", "id", "slug", "name", "digest", "path"}, {"serial", "sequence", "number", "place"}
    numbers = f"WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {times})"  # noqa: S608  a number
    for table in schema.metadata.sorted_tables:
        if table.name in GROWING:
            names = [column.name for column in table.columns]
            values = [
                f"{name} || '~' || k" if name in words else f"{name} + 1000000 * k" if name in figures else name
                for name in names
            ]
            rows = f"{numbers} SELECT {', '.join(values)} FROM {table.name}, n"  # noqa: S608  our own words
            connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) {rows}")


def faults(connection: Connection, asked: Asked) -> dict[str, str]:
    """Return, by statement, what its plan reads whole of what grows, or sorts; what is asked by key is few."""
    steps = _of_sqlite if connection.dialect.name == "sqlite" else _of_postgres
    found = {}
    for statement, values in asked.statements.items():
        readings, is_sorted = steps(connection, statement, values)
        whole = [reading for reading in readings if not reading.is_of_few and not reading.is_of_a_range]
        if whole and not FIRST.match(statement):
            found[statement] = f"reads all of {whole[0].table} there is ({whole[0].conditions})"
        elif [reading for reading in whole if not reading.conditions] and " WHERE " in statement:
            found[statement] = f"reads all of {whole[0].table} until it finds enough"
        elif is_sorted and not all(reading.is_of_few for reading in readings):
            found[statement] = f"sorts {', '.join(reading.table for reading in readings if not reading.is_of_few)}"
    return found


def _of_sqlite(connection: Connection, statement: str, values: Any) -> tuple[list[Reading], bool]:
    names = {alias: table for table, alias in ALIAS.findall(statement)}
    told = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    steps = [step for step in map(STEP.match, told) if step and names.get(step[2], step[2]) in GROWING]
    readings = [
        Reading(step[2], step[3], step[4] or ("number=MATCH" if "VIRTUAL" in step[0] else "")) for step in steps
    ]
    return readings, any("TEMP B-TREE" in line for line in told)


def _of_postgres(connection: Connection, statement: str, values: Any) -> tuple[list[Reading], bool]:
    ((plans,),) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
    steps = list(_walk(plans[0]["Plan"]))
    readings = [
        Reading(step["Relation Name"], step.get("Index Name"), step.get("Index Cond", ""))
        for step in steps
        if step.get("Relation Name") in GROWING and "Scan" in step["Node Type"]
    ]
    return readings, any(step["Node Type"] in {"Sort", "Incremental Sort"} for step in steps)


def _walk(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if plan["Node Type"] == "Bitmap Heap Scan":
        indexes = _indexes(plan)
        conditions = " ".join(index.get("Index Cond", "") for index in indexes)
        plan = {**plan, "Index Name": indexes[0]["Index Name"], "Index Cond": conditions}
    yield plan
    for step in plan.get("Plans", ()):
        yield from _walk(step)


def _indexes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the scans of indexes below a scan of their bitmap, one or several of them together."""
    found = [plan] if plan["Node Type"] == "Bitmap Index Scan" else []
    return found + [index for inner in plan.get("Plans", ()) for index in _indexes(inner)]
