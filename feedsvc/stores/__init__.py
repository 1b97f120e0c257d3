"""Open the store that the settings name: an SQLite file by default, or a PostgreSQL database."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

from feedsvc.config.settings import Settings
from feedsvc.model.errors import StoreError
from feedsvc.stores.private_files import StatusFile, take_from_others

if TYPE_CHECKING:
    from feedsvc.stores.publisher_locks import Lead
    from feedsvc.stores.store import Kind, Store

PATIENCE_S = 1.5  # for each answer of a server; a page is to be answered within two seconds


def open_store(settings: Settings, *, makes: bool = True) -> Store:
    """Open the store for publishing; it is made if it is missing, and brought up to date.

    makes:  False if a store was there before, in whose place none may be made.
    raises: StoreError.
    """
    _must_be_there(settings)
    return _store(settings, makes=makes and settings.makes_store)


def open_library(settings: Settings) -> Store:
    """Open the store for reading; it is made if it is missing, and never brought up to date.

    raises: StoreError, also for the store of an older feedsvc.
    """
    _must_be_there(settings)
    return _store(settings, makes=settings.makes_store, migrates=False)


def open_library_for_requests(settings: Settings) -> Store:
    """Open the store as `open_library` does, for readers who wait: no question takes longer than a moment.

    raises: StoreError.
    """
    _must_be_there(settings)
    return _store(settings, makes=settings.makes_store, migrates=False, patience_s=PATIENCE_S)


def _must_be_there(settings: Settings) -> None:
    if not settings.makes_store and not _kind(settings).is_there():
        raise StoreError(
            f"{settings.store_file}: is not there, and none is made in its place (FEEDSVC_NEW_STORE=off); bring it "
            "back, mount its disk, or restore a backup: feedsvc restore FILE"
        )


def open_existing_store(settings: Settings) -> Store | None:
    """Open the store if it was ever written; nothing is made or changed.

    raises: StoreError, also if the store is gone.
    """
    from feedsvc.stores.schema import EmptyStoreError  # noqa: PLC0415  see `_kind`

    kind = _kind(settings)
    if not kind.is_there():
        kind.must_be_new()
        return None
    try:
        return _store(settings, makes=False, migrates=False)
    except EmptyStoreError:
        return None


def keep_private(settings: Settings) -> list[Path]:
    """Take from other users their rights to the files that the service wrote here; return the files they could use.

    raises: StoreError for an unknown kind of store.
    """
    status_file = _kind(settings).status_path(var=_var(settings))
    of_store = status_file.parent.glob(f"{glob.escape(status_file.name.removesuffix('.trouble.json'))}*")
    copies = status_file.parent / "last-good"
    # os.walk, unlike Path.rglob, goes on if a worker removes a folder that was already listed.
    below = (Path(folder, name) for folder, folders, files in os.walk(copies) for name in (*folders, *files))
    return sorted(path for path in (*of_store, copies, *below) if take_from_others(path))


def check_kind(settings: Settings) -> None:
    """Check that the store's driver is installed, without connecting.

    raises: StoreError.
    """
    _kind(settings).engine(makes=False).dispose()


def lead_of(settings: Settings, purpose: str) -> Lead:
    """Return the lock for *purpose* ("leader", "watch") among all processes and nodes that share the store.

    raises: StoreError for an unknown kind of store.
    """
    return _kind(settings).lead(purpose, var=_var(settings), makes=settings.makes_store)


def status_file_of(settings: Settings) -> StatusFile:
    """Return the file that says why nothing is published here.

    raises: StoreError for an unknown kind of store.
    """
    return StatusFile(_kind(settings).status_path(var=_var(settings)))


def beside_store(settings: Settings, ending: str) -> Path:
    """Return a file of this node: beside an SQLite store, else in var.

    raises: StoreError for an unknown kind of store.
    """
    status_file = _kind(settings).status_path(var=_var(settings))
    return status_file.with_name(f"{status_file.name.removesuffix('trouble.json')}{ending}")


def ask_every_s(settings: Settings) -> float:
    """Return the shortest time between two questions of a web worker for the last edition.

    raises: StoreError for an unknown kind of store.
    """
    return _kind(settings).ask_every_s


def _var(settings: Settings) -> Path:
    return settings.root / "var"


def _store(settings: Settings, *, makes: bool, migrates: bool = True, patience_s: float | None = None) -> Store:
    from feedsvc.stores.store import Store  # noqa: PLC0415  see `_kind`

    return Store(settings.store_url, makes=makes, migrates=migrates, patience_s=patience_s)


def _kind(settings: Settings) -> Kind:
    # SQLAlchemy takes 0.3 s to import, and `feedsvc serve` only looks whether the file of the store can be written.
    from feedsvc.stores.store import kind_of  # noqa: PLC0415

    return kind_of(settings.store_url)
