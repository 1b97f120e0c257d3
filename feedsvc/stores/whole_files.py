"""Tell by the end of a file whether it is whole: a picture or a film may be copied over a slow line, with pauses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

HEAD = 16  # bytes, which tell the form
TAIL = 65_536  # bytes of a JPEG in which its end is looked for: cameras write more behind it
MOST_BOXES = 10_000
BOX_HEAD, LONG_BOX_HEAD = 8, 16  # bytes


def is_whole(path: Path) -> bool:
    """Return whether the file at *path* ends as its form says; files of other forms count as whole.

    raises: OSError.
    source: PNG, 5.6 (IEND); ITU T.81, B.1.1.3 (EOI); GIF89a, 27; RIFF; ISO/IEC 14496-12, 4.2 (boxes).
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(HEAD)
        if head.startswith(b"\x89PNG"):
            return b"IEND\xaeB`\x82" in _last(file, size)
        if head.startswith(b"\xff\xd8\xff"):
            return b"\xff\xd9" in _last(file, size)
        if head.startswith(b"GIF8"):
            return _last(file, size).rstrip(b"\0").endswith(b";")
        if head.startswith(b"RIFF"):
            return int.from_bytes(head[4:8], "little") + BOX_HEAD <= size
        return _has_all_boxes(file, size) if head[4:8] == b"ftyp" else True


def _last(file: BinaryIO, size: int) -> bytes:
    file.seek(max(size - TAIL, 0))
    return file.read(TAIL)


def _has_all_boxes(file: BinaryIO, size: int) -> bool:
    at = 0
    for _ in range(MOST_BOXES):
        if at == size:
            return True
        file.seek(at)
        head = file.read(LONG_BOX_HEAD)
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[BOX_HEAD:])
        if length == 0:  # up to the end of the file, wherever that will be
            return True
        if len(head) < BOX_HEAD or length < BOX_HEAD or at + length > size:
            return False
        at += length
    return True
