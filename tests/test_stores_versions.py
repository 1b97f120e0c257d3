"""Open stores of other versions: older ones are brought up to date by who publishes, newer ones are refused."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import inspect, text

from feedsvc.model.errors import StoreError
from feedsvc.model.feed import Edition
from feedsvc.stores import schema
from feedsvc.stores.store import Store
from schema_changes import change_schema

NOW = schema.SCHEMA_VERSION
NOON = datetime(2026, 5, 26, 12, tzinfo=UTC)


def drawn(connection):
    """Return everything about the tables of a store that its database tells."""
    seen = inspect(connection)
    return {
        table: (
            {each["name"]: repr(each) for each in seen.get_columns(table)},
            seen.get_pk_constraint(table),
            sorted(
                repr({**each, "dialect_options": {key: str(value) for key, value in each["dialect_options"].items()}})
                for each in seen.get_indexes(table)
            ),
            sorted(repr(each) for each in seen.get_unique_constraints(table)),
        )
        for table in seen.get_table_names()
    }


def changed(url, *statements):
    """Change a store behind the back of feedsvc."""
    store = Store(url)
    with store.transaction() as connection:
        for statement in statements:
            connection.execute(text(statement))
    store.close()


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    return partial(change_schema, tmp_path, monkeypatch)


def read_only(url):
    return Store(url, makes=False, migrates=False)


def publish_something(url):
    store = Store(url)
    with store.begin() as tx:
        tx.placements.put_edition(Edition(number=1, made_at=NOON))
    store.close()


def test_migrations_make_the_tables_that_a_new_store_has(store_url):
    store = Store(store_url)
    with store.transaction() as connection:
        as_made = drawn(connection)
        schema.metadata.drop_all(connection)
        schema.migrate(connection, to=NOW)
        as_migrated = drawn(connection)
    store.close()

    assert as_migrated == as_made
    # SQLite's index of words is a table that it keeps in others.
    assert {table for table in as_made if not re.fullmatch("search(_[a-z]+)?", table)} == set(schema.metadata.tables)


@pytest.mark.parametrize("open_it", [Store, read_only])
def test_a_store_from_before_the_first_release_is_refused_with_what_to_do(store_url, open_it):
    changed(store_url, "UPDATE alembic_version SET version_num = '8'")

    with pytest.raises(
        StoreError, match=r"has schema 8, from before the first release, .* name a new store .*publish$"
    ):
        open_it(store_url)


@pytest.mark.parametrize("open_it", [Store, read_only])
def test_a_newer_store_is_refused_with_both_versions_and_what_to_do(store_url, open_it):
    changed(store_url, "UPDATE alembic_version SET version_num = '999'")

    with pytest.raises(
        StoreError, match=rf"has schema 999, and feedsvc \S+ knows {NOW} and older ones; use the feedsvc that"
    ):
        open_it(store_url)


def test_an_older_store_is_changed_by_who_publishes_and_by_nobody_else(store_url, next_version):
    publish_something(store_url)
    next_version()

    with pytest.raises(StoreError, match=rf"has schema {NOW}, and feedsvc \S+ needs {NOW + 1}; the next pass brings"):
        Store(store_url, migrates=False)
    Store(store_url).close()

    reader = read_only(store_url)
    with reader.snapshot() as connection:
        assert connection.scalars(text("SELECT name FROM editions")).all() == ["plain"]
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [str(NOW + 1)]
    assert reader.edition_number() == 1
    reader.close()


def test_a_change_of_the_tables_that_fails_leaves_them_as_they_were(store_url, next_version):
    publish_something(store_url)
    next_version(last="op.execute('SELECT nonsense FROM nowhere')")

    with pytest.raises(StoreError, match="nowhere"):
        Store(store_url)
    with pytest.raises(StoreError, match=f"has schema {NOW}"):
        read_only(store_url)


def test_a_pass_is_refused_when_a_newer_feedsvc_has_changed_the_tables_since(store_url):
    store = Store(store_url)
    with store.transaction() as connection:
        connection.execute(schema.versions.update().values(version_num=str(NOW + 1)))

    with pytest.raises(StoreError, match=f"has schema {NOW + 1}"), store.begin():
        pass
    store.close()


def test_tables_of_something_else_are_left_alone(store_url):
    store = Store(store_url)
    with store.transaction() as connection:
        schema.metadata.drop_all(connection)
        connection.execute(text("CREATE TABLE articles (id INTEGER)"))
    store.close()

    with pytest.raises(StoreError, match=r"has tables of something else, .* \(articles\); give feedsvc a database"):
        Store(store_url)


def test_a_store_is_opened_without_alembic_unless_it_is_behind(store_url):
    script = f"""
import sys
from feedsvc.stores.store import Store
Store({store_url!r}).close()
print("alembic" in sys.modules)
"""

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout == "False\n"
