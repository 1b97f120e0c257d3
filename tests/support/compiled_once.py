"""Compile statements and templates once in a process of tests, and not for each store and application of a test.

A service has one store and one application, and compiles for them once. So do commands that tests start.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import flask.templating
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.util import LRUCache

from feedsvc.stores import schema

MOST_STATEMENTS = 2000


class _Statements(LRUCache[Any, Any]):
    """Compiled statements by the name of their dialect: each store has a dialect of its own, with the same settings."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_named(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_named(key), compiled)


def _named(key: Any) -> Any:
    dialect, *rest = key
    return (dialect.name, *rest)


class _Templates(BytecodeCache):
    """Code of templates, by their names and their text."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._found.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._found[bucket.key, bucket.checksum] = bucket.code


def share() -> None:
    """Let all stores and applications of this process share what they compile."""
    _share_statements()
    _share_tables()
    _share_templates()


def _share_statements() -> None:
    statements = _Statements(MOST_STATEMENTS)
    make_engine = Engine.__init__

    @wraps(make_engine)
    def __init__(engine: Engine, *given: Any, **named: Any) -> None:  # noqa: N807  it takes the place of one
        make_engine(engine, *given, **named)
        engine._compiled_cache = statements

    Engine.__init__ = __init__  # type: ignore[method-assign]


def _share_tables() -> None:
    """Share the statements that make a new store's tables, but not those of a migration."""
    made: dict[tuple[str, Any], Any] = {}
    compile_anew = CreateTable._compiler

    def compiler(creating: CreateTable | CreateIndex, dialect: Dialect, **named: Any) -> Any:
        what = creating.element
        if getattr(what, "table", what).metadata is not schema.metadata:
            return compile_anew(creating, dialect, **named)
        if (dialect.name, what) not in made:
            made[dialect.name, what] = compile_anew(creating, dialect, **named)
        return made[dialect.name, what]

    CreateTable._compiler = CreateIndex._compiler = compiler  # type: ignore[assignment,method-assign]


def _share_templates() -> None:
    templates = _Templates()

    class Environment(flask.templating.Environment):
        def __init__(self, app: Flask, **options: Any) -> None:
            super().__init__(app, bytecode_cache=templates, **options)

    Flask.jinja_environment = Environment
