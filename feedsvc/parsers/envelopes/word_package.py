"""Open a Word document within bounds: its parts of XML without entities, and single pictures.

A document of Word is a ZIP archive. Its size when it is decompressed, its parts, their depth and the number of their
elements are bounded before anything reads it as a document.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from feedsvc.model.errors import ParseError

MOST_PARTS = 5_000
MOST_XML = 30_000_000  # bytes of all parts in XML
MOST_ELEMENTS = 100_000  # three hundred pages have as many, and take seven seconds of a processor
MOST_DEPTH = 100
CHUNK = 1 << 16
READ = re.compile(r"(?:\[Content_Types\]|_rels/.*|word/[^/]+|word/_rels/[^/]+)\.(?:xml|rels)", re.IGNORECASE)
OF_TEXT = "/officeDocument"
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def xml_parts(content: bytes) -> Mapping[str, etree._Element]:
    """Return the parts of a Word document that tell of its text, by their names.

    raises: ParseError if it is none, is damaged or encrypted, or is too large.
    """
    found: dict[str, etree._Element] = {}
    left, elements = MOST_XML, 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise ParseError(f"is a Word document of more than {MOST_PARTS} parts")
            for part in archive.infolist():
                if READ.fullmatch(part.filename) is None or part.filename in found:
                    continue
                written = _bytes(archive, part, left)
                left -= len(written)
                found[part.filename] = _tree(written)
                elements += _counted(found[part.filename])
                if elements > MOST_ELEMENTS:
                    raise ParseError(f"is a Word document of more than {MOST_ELEMENTS} elements")
    except DAMAGE as error:
        raise ParseError(f"is no Word document, or a damaged or encrypted one ({type(error).__name__})") from error
    if "[Content_Types].xml" not in found or _main(found) not in {name.lower() for name in found}:
        raise ParseError(f"is no Word document: its archive has no {_main(found)}")
    return found


def _main(parts: Mapping[str, etree._Element]) -> str:
    """Return the name of the part with the text, in small letters; some programs call it word/document2.xml."""
    relations = parts.get("_rels/.rels")
    found = (each for each in (relations if relations is not None else ()) if each.get("Type", "").endswith(OF_TEXT))
    return next((each.get("Target", "")[:200].lstrip("/").lower() for each in found), "word/document.xml")


def _bytes(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """Return the bytes of a part; its stated size is not believed."""
    written = bytearray()
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            written += chunk
            if len(written) > most:
                raise ParseError(f"is a Word document whose parts are larger than {most / 1e6:.1f} MB")
    return bytes(written)


def _tree(written: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(written, parser)
    except etree.XMLSyntaxError as error:
        raise ParseError("is a Word document with damaged XML") from error
    if root.getroottree().docinfo.doctype:
        raise ParseError("is a Word document with a DOCTYPE, which Word never writes")
    return root


def _counted(root: etree._Element) -> int:
    """Return how many elements *root* has.

    raises: ParseError if some are too deep.
    """
    count = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MOST_DEPTH:
            raise ParseError(f"is a Word document with more than {MOST_DEPTH} elements within each other")
    return count


def packed(parts: Mapping[str, etree._Element]) -> io.BytesIO:
    """Return an archive of *parts*, and nothing else."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, root in parts.items():
            archive.writestr(name, etree.tostring(root, encoding="utf-8", xml_declaration=True))
    file.seek(0)
    return file


def picture_in(path: Path, name: str, *, max_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of the part *name* of the document at *path*, chunk by chunk.

    raises: OSError if there is none, or it is damaged or larger than *max_bytes*.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as file:
            while chunk := file.read(CHUNK):
                max_bytes -= len(chunk)
                if max_bytes < 0:
                    raise OSError(0, "is too large")
                yield chunk
    except (KeyError, *DAMAGE) as error:
        strerror = getattr(error, "strerror", None) or "the document has no such part, or is damaged"
        raise OSError(0, strerror) from error
