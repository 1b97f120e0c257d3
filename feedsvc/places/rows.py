"""Read ``places.tsv``: sorted rows of a key, a tab and a value (docs/places.md tells their grammar)."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from pathlib import Path

# From here on, scripts are written without spaces between words.
EAST_ASIAN = "\u2e80"


def row(key: str) -> str | None:
    """Return the value of the row of *key*, None when there is none."""
    if key[-1:] >= EAST_ASIAN:
        return _glued_rows().get(key)
    rows, probe = _rows(), f"{key}\t".encode(errors="replace")
    at = bisect_left(rows, probe)
    return rows[at][len(probe) :].decode() if at < len(rows) and rows[at].startswith(probe) else None


@cache
def _rows() -> list[bytes]:
    # Splitting and bisecting bytes costs a tenth of a dictionary of all rows, and a look-up is still two microseconds.
    path = Path(__file__).parents[1] / "places.tsv"
    return path.read_bytes().rstrip(b"\n").split(b"\n")  # UTF-8 sorts as code points do


@cache
def _glued_rows() -> dict[str, str]:
    """Return the rows of scripts without spaces: finding a name among others glued to it takes dozens of look-ups."""
    rows = _rows()
    regions = rows[bisect_left(rows, f"={EAST_ASIAN}".encode()) : bisect_left(rows, b"@")]
    names = rows[bisect_left(rows, EAST_ASIAN.encode()) :]
    pairs = b"\n".join((*names, *regions)).decode().split("\n")
    return dict(pair.split("\t") for pair in pairs)
