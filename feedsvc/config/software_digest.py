"""Digests of the software that made an edition, so that a changed one renders everything again."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from feedsvc.config.settings import Settings

PACKAGE = Path(__file__).parents[1]


@cache
def software_digest() -> str:
    """Return a digest of the modules and tables that feeds depend on: all but the web.

    A version number would do for releases, and would be forgotten between them by whoever deploys from a checkout.
    """
    digest = hashlib.sha256()
    for path in sorted(file for ending in ("py", "tsv", "toml") for file in PACKAGE.rglob(f"*.{ending}")):
        name = path.relative_to(PACKAGE)
        if name.parts[0] != "web":
            digest.update(str(name).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def web_digest() -> str:
    """Return a digest of the modules, templates and static files that only pages depend on."""
    digest = hashlib.sha256()
    for path in sorted(file for file in (PACKAGE / "web").rglob("*") if file.is_file() and file.suffix != ".pyc"):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def made_with(settings: Settings) -> str:
    """Return the digests that an edition records: of the software and of the settings."""
    return f"{software_digest()} {settings.digest}"
