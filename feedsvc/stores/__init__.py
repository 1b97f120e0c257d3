"""Keep editions: one SQL schema, in an SQLite file by default, or in a database named by URL."""

from __future__ import annotations

import glob
from pathlib import Path

from feedsvc.config.settings import Settings
from feedsvc.stores.private_files import StatusFile, shut
from feedsvc.stores.schema import EmptyStoreError
from feedsvc.stores.store import Lead, Store, kind_of

__all__ = [
    "Lead",
    "ask_every_s",
    "beside_store",
    "check_kind",
    "keep_private",
    "lead_of",
    "open_existing_store",
    "open_library",
    "open_store",
    "trouble_of",
]


def open_store(settings: Settings) -> Store:
    """Return the store that *settings* names, for publishing: made when it is not there, brought up to date.

    raises: StoreError.
    """
    return Store(settings.store_url)


def open_library(settings: Settings) -> Store:
    """Return the store that *settings* names, for reading; made when it is not there, and never brought up to date.

    raises: StoreError, also while the store is of an older feedsvc.
    """
    return Store(settings.store_url, migrates=False)


def open_existing_store(settings: Settings) -> Store | None:
    """Return the store that *settings* names, None when nothing was ever kept in it; nothing is made or changed.

    raises: StoreError.
    """
    if not kind_of(settings.store_url).is_there():
        return None
    try:
        return Store(settings.store_url, makes=False, migrates=False)
    except EmptyStoreError:
        return None


def keep_private(settings: Settings) -> list[Path]:
    """Keep from others all that the service wrote here, also before it did so by itself; return what they could use.

    raises: StoreError for a kind of store that is not known.
    """
    trouble = kind_of(settings.store_url).trouble_file(var=_var(settings))
    of_store = trouble.parent.glob(f"{glob.escape(trouble.name.removesuffix('.trouble.json'))}*")
    copies = trouble.parent / "last-good"
    return sorted(path for path in (*of_store, copies, *copies.rglob("*")) if not path.is_symlink() and shut(path))


def check_kind(settings: Settings) -> None:
    """See that stores of the kind that *settings* name can be opened here; nothing is connected to.

    raises: StoreError.
    """
    kind_of(settings.store_url).engine().dispose()


def lead_of(settings: Settings, purpose: str) -> Lead:
    """Return the lock for *purpose* ("leader", "watch") over all processes, and all nodes, that share the store.

    raises: StoreError for a kind of store that is not known.
    """
    return kind_of(settings.store_url).lead(purpose, var=_var(settings))


def status_file_of(settings: Settings) -> StatusFile:
    """Return where it is told why nothing is published here.

    raises: StoreError for a kind of store that is not known.
    """
    return StatusFile(kind_of(settings.store_url).trouble_file(var=_var(settings)))


def beside_store(settings: Settings, ending: str) -> Path:
    """Return a file of this node beside the store that *settings* name, where that is a file, or else in var.

    raises: StoreError for a kind of store that is not known.
    """
    trouble = kind_of(settings.store_url).trouble_file(var=_var(settings))
    return trouble.with_name(f"{trouble.name.removesuffix('trouble.json')}{ending}")


def ask_every_s(settings: Settings) -> float:
    """Return how often a web worker may ask the store for the last edition, in seconds.

    raises: StoreError for a kind of store that is not known.
    """
    return kind_of(settings.store_url).ask_every_s


def _var(settings: Settings) -> Path:
    return settings.root / "var"
