"""Keep editions: one SQL schema, in an SQLite file by default, or in a database named by URL."""

from __future__ import annotations

from pathlib import Path

from feedsvc.errors import StoreError
from feedsvc.settings import Settings
from feedsvc.stores.store import Store, file_of


def open_store(settings: Settings) -> Store:
    """Return the store that *settings* names, made when it is not there.

    raises: StoreError.
    """
    return Store(settings.store_url)


def open_existing_store(settings: Settings) -> Store | None:
    """Return the store that *settings* names, None when nothing was ever kept in it; nothing is made.

    raises: StoreError.
    """
    path = file_of(settings.store_url)
    return None if path is not None and not path.exists() else Store(settings.store_url)


def file_beside(settings: Settings, ending: str) -> Path:
    """Return the file for what is kept beside the store that *settings* names: `feedsvc.db.leader.lock`.

    raises: StoreError if the store is no file.
    """
    path = file_of(settings.store_url)
    if path is None:
        raise StoreError(f"{settings.store_url}: only sqlite:/// stores are known")
    return path.with_name(path.name + ending)
