"""Keep editions: one SQL schema, in an SQLite file by default, or in a database named by URL."""

from __future__ import annotations

from feedsvc.settings import Settings
from feedsvc.stores.store import Store


def open_store(settings: Settings) -> Store:
    """Return the store that *settings* names, made when it is not there.

    raises: StoreError.
    """
    return Store(settings.store_url)
