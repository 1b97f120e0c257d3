"""Small files of several types, made here."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 4, height: int = 3, colour: bytes = b"\x20\x40\x60") -> bytes:
    rows = b"".join(b"\0" + colour * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def gif(width: int = 2, height: int = 2) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


SVG = b'<?xml version="1.0"?>\n<!-- a buoy -->\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\n'
MP3 = b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 40
PDF = b"%PDF-1.7\n%%EOF\n"
