"""Name the software that made an edition, so that other software makes it anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from feedsvc.config.settings import Settings

PACKAGE = Path(__file__).parents[1]


@cache
def software_digest() -> str:
    """Return a digest of the package's own modules and tables, but for those that print no feed.

    A version number would do for releases, and would be forgotten between them by whoever deploys from a checkout.
    """
    digest = hashlib.sha256()
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.tsv")]):
        name = path.relative_to(PACKAGE)
        if name.parts[0] != "web":
            digest.update(str(name).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def web_digest() -> str:
    """Return a digest of what pages are made with besides: the modules of the web, its templates, its stylesheet."""
    digest = hashlib.sha256()
    for path in sorted(each for each in (PACKAGE / "web").rglob("*") if each.is_file() and each.suffix != ".pyc"):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def made_with(settings: Settings) -> str:
    """Return the mark that an edition bears of the software and the settings it was made with."""
    return f"{software_digest()} {settings.digest}"
