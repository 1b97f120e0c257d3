"""Tell which files and folders are ignored without a note: they are no documents, and belong where they are.

Hidden files, what systems leave behind, and media, archives and office files, which articles refer to.
"""

from __future__ import annotations

import re

NAMES = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "lost+found", "__macosx", "__pycache__", "node_modules"}
    | {"$recycle.bin", "system volume information", "@eadir", "#recycle", "cvs"}
)
MEDIA_TYPES = {
    "md": "text/markdown",
    "markdown": "text/markdown",
    "mdown": "text/markdown",
    "mkd": "text/markdown",
    "htm": "text/html",
    "html": "text/html",
    "xhtml": "application/xhtml+xml",
    "xml": "application/xml",
    "rss": "application/xml",
    "atom": "application/xml",
    "opml": "application/xml",
    "svg": "image/svg+xml",
    "json": "application/json",
    "jsonl": "application/json",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "toml": "application/toml",
    "csv": "text/csv",
    "tsv": "text/csv",
}
IMAGES = "avif bmp cr2 eps gif heic heif ico indd jfif jpe jpeg jpg nef png psd raw svg tif tiff webp"
RECORDINGS = "aac aif aiff amr avi flac flv m4a m4v mid mkv mov mp3 mp4 mpeg mpg oga ogg ogv opus wav webm wma wmv"
# Sheets, slides and fixed pages lie beside articles. A text of an office program does not: it was meant as one, so it
# is delivered, and its parser says what to do.
OFFICE = "key numbers odp ods pdf pps ppt pptm pptx xls xlsm xlsx"
ARCHIVES = "7z bz2 dmg gz iso jar rar tar tgz xz zip zst"
OTHERS = "a class db dll exe o otf pyc so sqlite sqlite3 ttc ttf woff woff2"
ENDINGS = frozenset(f"{IMAGES} {RECORDINGS} {OFFICE} {ARCHIVES} {OTHERS}".split())
BY_EDITORS = "asd autosave backup bak bkp crswap lck old orig rej save swo swp swx temp tmp unison wbk"
BY_TRANSFERS = "aria2 crdownload download filepart ftptmp opdownload part partial"
LEFT_BEHIND = frozenset(f"{BY_EDITORS} {BY_TRANSFERS}".split())
ENDING = re.compile(r"[a-z0-9_+!-]*[a-z][a-z0-9_+!-]*")
LONGEST_ENDING = 12


def is_silent(name: str) -> bool:
    """Return whether a file or folder of that name, without its path, is ignored without a note."""
    folded = name.lower()
    return folded.startswith((".", "~$")) or folded in NAMES or ending_of(folded) in ENDINGS


def is_ignored(name: str) -> bool:
    """Return whether it is silent or left behind by a tool: no such folder is looked into, no change of it matters."""
    folded = name.lower()
    return (
        is_silent(name)
        or folded.endswith("~")
        or (len(folded) > 1 and folded[0] == "#" == folded[-1])
        or ending_of(folded) in LEFT_BEHIND
    )


def media_type_of(name: str) -> str:
    """Return the media type that the ending of *name* tells, text/plain where it tells none.

    Not ``mimetypes``, which reads tables of the machine it runs on.
    """
    return MEDIA_TYPES.get(ending_of(name.lower()), "text/plain")


def ending_of(name: str) -> str:
    """Return the ending of *name*, which is in small letters, without its dot; "" where it has none.

    The number of a story, as in wire.0123, is none, nor is the end of a sentence.
    """
    stem, _, ending = name.rpartition(".")
    return ending if stem and len(ending) <= LONGEST_ENDING and ENDING.fullmatch(ending) else ""
