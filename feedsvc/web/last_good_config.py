"""A copy of the last configuration without errors, so that an error stops no running service."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings
from feedsvc.model.errors import SettingsError
from feedsvc.stores.private_files import make_private_folder, write_private
from feedsvc.stores.sqlite import file_of

FILES = ("feedsvc.toml", "categories.toml")
FURTHER_FILES = ("feeds.toml", "partners.toml")  # that a configuration may lack

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings of a worker; faults: of the current configuration, if the settings are earlier ones."""

    settings: Settings
    faults: tuple[str, ...] = ()


def load_or_last_good(environ: Mapping[str, str]) -> Configuration:
    """Return the configuration that *environ* names or, if it has errors, the last one without.

    Every error is logged. If a worker raised it, gunicorn would stop the whole service.

    raises: SettingsError if there is no earlier one.
    """
    folder = Path(environ.get("FEEDSVC_CONFIG") or "config").absolute()
    copies = _copies(environ, folder.parent)
    try:
        settings = load_settings(environ)
    except SettingsError as error:
        for fault in error.faults:
            logger.error("configuration: %s", fault)  # noqa: TRY400  a traceback adds nothing
        try:
            kept = _load_copy(environ, copies / "current", root=folder.parent)
        except SettingsError:
            raise error from None
        logger.error("the configuration has errors, so the service uses the one that last loaded without errors")  # noqa: TRY400  the same
        return Configuration(
            settings=replace(kept, folder=folder),
            faults=tuple(fault.replace(f"{folder.parent}{os.sep}", "") for fault in error.faults),
        )
    try:
        _keep(environ, folder, copies, pictures=[file.name for file in (*settings.site.face.files, *settings.covers)])
    except OSError as error:
        logger.warning(
            "%s: cannot be written: %s; without this copy, an error in the configuration stops the service",
            copies,
            error.strerror,
        )
    return Configuration(settings=settings)


def _copies(environ: Mapping[str, str], root: Path) -> Path:
    """Return the folder of the copies, which must not depend on the configuration: it may be broken."""
    store = file_of(environ.get("FEEDSVC_STORE_URL", ""))
    return (root / "var" if store is None else (root / store).parent) / "last-good"


def _load_copy(environ: Mapping[str, str], folder: Path, *, root: Path) -> Settings:
    return load_settings({**environ, "FEEDSVC_CONFIG": str(folder.resolve())}, root=root)


def _keep(environ: Mapping[str, str], folder: Path, copies: Path, *, pictures: Iterable[str]) -> None:
    """Copy the files and the *pictures* that they name, and point "current" to the copy in one step.

    A copy that has the same content already stays.
    """
    further = [name for name in FURTHER_FILES if (folder / name).exists()]
    contents = {name: (folder / name).read_bytes() for name in (*FILES, *further, *pictures)}
    name = hashlib.sha256(b"\0".join([*contents.values(), *map(str.encode, further)])).hexdigest()[:16]
    current, kept = copies / "current", copies / name
    if current.is_symlink() and current.readlink() == Path(name):
        return
    make_private_folder(copies)  # the URL of the store may have a password
    fresh = Path(mkdtemp(dir=copies, prefix="new-"))
    try:
        copy = fresh / "copy"
        make_private_folder(copy)
        for file, content in contents.items():
            write_private(copy / file, content)
        # The files may have been edited since they were loaded; only a copy that loads is kept.
        _load_copy(environ, copy, root=folder.parent)
        _put(copy, kept)
        (fresh / "current").symlink_to(name)
        (fresh / "current").replace(current)
    except SettingsError:
        logger.warning("the configuration changed while it was read, so it is not kept as the last good one")
        return
    finally:
        shutil.rmtree(fresh)
    for former in copies.iterdir():
        if former not in {kept, current} and not former.name.startswith("new-"):
            shutil.rmtree(former, ignore_errors=True)


def _put(copy: Path, kept: Path) -> None:
    try:
        copy.rename(kept)
    except OSError:
        if not kept.is_dir():  # else another worker has made the same copy
            raise
