"""Make the tables of a store, and bring those of an older feedsvc up to date."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, inspect, select

from feedsvc import __version__
from feedsvc.model.errors import StoreError
from feedsvc.stores import schema

MIGRATIONS = Path(__file__).with_name("migrations")
FIRST_VERSION = 9  # of the first release; feedsvc/stores/migrations begins with it


class EmptyStoreError(StoreError):
    """Say that nothing was ever kept in a store."""


def version_of(connection: Connection, *, name: str) -> int:
    """Return the version of the tables; 0 when there are none.

    name:   of the store, for messages.
    raises: StoreError for tables of something else, of a newer feedsvc, or of one before the first release.
    """
    there = set(inspect(connection).get_table_names()) & set(schema.metadata.tables)
    if not there:
        return 0
    noted = connection.scalar(select(schema.versions.c.version_num)) if schema.versions.name in there else None
    if noted is None or not noted.isdecimal():
        raise StoreError(
            f"{name}: has tables of something else, or from before the first release ({', '.join(sorted(there))}); "
            "give feedsvc a database or a schema of its own"
        )
    version = int(noted)
    if version < FIRST_VERSION:
        raise StoreError(
            f"{name}: has schema {version}, from before the first release, and feedsvc {__version__} cannot read it; "
            "name a new store (FEEDSVC_STORE_URL) and publish into it: feedsvc publish"
        )
    if version > schema.SCHEMA_VERSION:
        raise StoreError(
            f"{name}: has schema {version}, and feedsvc {__version__} knows {schema.SCHEMA_VERSION} and older ones; "
            "use the feedsvc that wrote it or a later one, or name another store (FEEDSVC_STORE_URL)"
        )
    return version


def must_be_current(connection: Connection, *, name: str) -> None:
    """See that the tables are those that this feedsvc reads and writes.

    raises: StoreError; EmptyStoreError when there are none.
    """
    version = version_of(connection, name=name)
    if version == 0:
        raise EmptyStoreError(f"{name}: nothing was ever published to it; run: feedsvc publish")
    if version < schema.SCHEMA_VERSION:
        raise StoreError(
            f"{name}: has schema {version}, and feedsvc {__version__} needs {schema.SCHEMA_VERSION}; "
            "the next pass brings it up to date: run feedsvc publish, unless a service with a publisher is about to"
        )


def bring_up(connection: Connection, *, name: str, migrates: bool) -> None:
    """Make the tables where there are none, and bring them up to date, inside the transaction of *connection*.

    migrates: older tables are changed; else only missing ones are made.
    raises:   StoreError.
    """
    version = version_of(connection, name=name)
    if version == 0:
        schema.metadata.create_all(connection)
        connection.execute(schema.versions.insert().values(version_num=str(schema.SCHEMA_VERSION)))
        connection.execute(schema.meta.insert().values(key=schema.IDENTITY, value=uuid4().hex))
    elif migrates and version < schema.SCHEMA_VERSION:
        migrate(connection, to=schema.SCHEMA_VERSION)


def migrate(connection: Connection, *, to: int) -> None:
    """Run the revisions that lead to version *to*, inside the transaction of *connection*."""
    # Alembic takes a sixth of a second to import, and is needed once a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, str(to))
