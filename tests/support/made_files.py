"""Small files of several types, made here."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image


def png(width: int = 4, height: int = 3, colour: bytes = b"\x20\x40\x60") -> bytes:
    rows = b"".join(b"\0" + colour * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def gif(width: int = 2, height: int = 2) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b";"


def photo(width: int = 900, height: int = 600, *, packet: bytes = b"", iim: bytes = b"", turned: int = 1) -> bytes:
    """Return a JPEG of stripes with an XMP packet, datasets of IIM, and an orientation."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = turned
    written = BytesIO()
    image.save(written, "JPEG", quality=95, exif=exif, xmp=packet)
    content = written.getvalue()
    if not iim:
        return content
    resource = b"Photoshop 3.0\08BIM\x04\x04\0\0" + struct.pack(">I", len(iim)) + iim + b"\0" * (len(iim) % 2)
    return content[:2] + b"\xff\xed" + struct.pack(">H", len(resource) + 2) + resource + content[2:]


def xmp(inside: str, *, before: str = "") -> bytes:
    """Return an XMP packet with properties in its only description."""
    spaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
    )
    root = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}><rdf:Description rdf:about="">{inside}'
    head = f'{before}<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{head}{root}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'.encode()


def alternatives(**by_language: str) -> str:
    """Return texts by language as XMP has them; x_default is that of no language."""
    items = (f'<rdf:li xml:lang="{key.replace("_", "-")}">{text}</rdf:li>' for key, text in by_language.items())
    return f"<rdf:Alt>{''.join(items)}</rdf:Alt>"


def dataset(number: int, text: bytes, record: int = 2) -> bytes:
    return bytes((0x1C, record, number)) + struct.pack(">H", len(text)) + text


SVG = b'<?xml version="1.0"?>\n<!-- a buoy -->\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\n'
MP3 = b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 40
PDF = b"%PDF-1.7\n%%EOF\n"
