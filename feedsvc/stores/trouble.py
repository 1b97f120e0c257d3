"""Keep why nothing is published, beside the store: it must be told when the store itself is what fails."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path


class Trouble:
    """Write and read one file, whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, reason: str, *, since: str) -> None:
        """Note *reason*; one that cannot be written is lost, for whoever tells it also logs it.

        since: an RFC 3339 instant.
        """
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            fresh.write_text(json.dumps({"since": since, "reason": reason}), encoding="utf-8")
            fresh.replace(self._path)
        except OSError:
            with suppress(OSError):
                fresh.unlink()

    def clear(self) -> None:
        """Note that all is well again."""
        with suppress(OSError):  # mostly there is nothing to remove
            self._path.unlink()

    def read(self) -> dict[str, str] | None:
        """Return "since" and "reason", None when all is well."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return {name: str(found[name]) for name in ("since", "reason") if name in found}
