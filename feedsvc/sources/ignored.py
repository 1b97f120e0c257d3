"""Say which files in a folder are no documents.

What is left out is nobody's article: hidden files, what editors and systems leave behind, and media, archives and
office files, which articles refer to. Everything else is a document, and a document that cannot be used is reported.
"""

from __future__ import annotations

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
LEFT_BEHIND = "bak crdownload orig part partial swo swp swx temp tmp"
OTHERS = "a class db dll exe o otf pyc so sqlite sqlite3 ttc ttf woff woff2"
ENDINGS = frozenset(f"{IMAGES} {RECORDINGS} {OFFICE} {ARCHIVES} {LEFT_BEHIND} {OTHERS}".split())


def is_ignored(name: str) -> bool:
    """Return whether a file or folder of that name, without its path, is no document by its name alone."""
    folded = name.lower()
    return (
        folded.startswith((".", "~$"))
        or folded.endswith("~")
        or (len(folded) > 1 and folded[0] == "#" == folded[-1])
        or folded in NAMES
        or _ending(folded) in ENDINGS
    )


def media_type_of(name: str) -> str:
    """Return the media type that the ending of *name* tells, text/plain where it tells none.

    Not ``mimetypes``, which reads tables of the machine it runs on.
    """
    return MEDIA_TYPES.get(_ending(name.lower()), "text/plain")


def _ending(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return ending if stem else ""
