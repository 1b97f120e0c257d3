"""Tell by a file's name whether it is a document, or of which other kind.

By default only files with the ending of a text, or without an ending, are documents. Leftovers of tools, and files of a
repository or a site that keeps its articles in the folder, would else be published as news. Notes report the files left
out, by kind, except hidden files, files of the system, media, archives and office files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from feedsvc.config.globs import Globs

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
# Sheets, slides and fixed pages accompany articles. A text of an office program was meant as an article, so it is
# delivered, and its parser says what to do.
OFFICE = "key numbers odp ods pdf pps ppt pptm pptx xls xlsm xlsx"
ARCHIVES = "7z bz2 dmg gz iso jar rar tar tgz xz zip zst"
OTHERS = "a class db dll exe o otf pyc so sqlite sqlite3 ttc ttf woff woff2"
ENDINGS = frozenset(f"{IMAGES} {RECORDINGS} {OFFICE} {ARCHIVES} {OTHERS}".split())
# Of files that articles may show (feedsvc/stores/media_folder.py tells them by their content).
SHOWN = "aac avif flac gif jfif jpe jpeg jpg m4a m4v mov mp3 mp4 oga ogg ogv opus pdf png srt svg vtt wav webm webp"
MAY_BE_SHOWN = frozenset(SHOWN.split())
BY_EDITORS = "asd autosave backup bak bkp crswap lck old orig rej save swo swp swx temp tmp unison wbk"
BY_TRANSFERS = "aria2 crdownload download filepart ftptmp opdownload part partial"
LEFT_BEHIND = frozenset(f"{BY_EDITORS} {BY_TRANSFERS}".split())
ENDING = re.compile(r"[a-z0-9_+!-]*[a-z][a-z0-9_+!-]*")
LONGEST_ENDING = 12
Kind = Literal["document", "ignored", "conflict", "leftover", "furniture", "built", "shown", "other"]
# Endings of articles in our formats, and of texts in other formats, for which a parser says what to do.
COPY = "txt text md markdown mdown mkd mdx qmd rmd eml emlx wire wir anpa iptc iptc7901 tst zczc"
FOREIGN = "htm html xhtml xml rss atom opml nitf newsml json jsonl ninjs yaml yml toml csv tsv rst rest org adoc asc"
FOREIGN += " asciidoc textile wiki mediawiki creole tex latex typ doc docx odt rtf pages wpd msg mbox"
DELIVERED = frozenset(f"{COPY} {FOREIGN}".split())
COPY_ENDING = re.compile(rf"\.(?:{'|'.join(COPY.split())}|html?|docx?|odt|rtf)\.[^.]+$")
LEFTOVER = re.compile(
    r"^~|~$|~\.[^.]*$|~\d{8}-\d{6}|^#.+#$|^4913$"  # Vim writes 4913 to test whether it can write
    r"|\.(?:autosaved?|backup|bak|old|orig|save|temp|tmp)\.[^.]+$|\.sb-[0-9a-f]{4,}-\w+$|___jb_(?:tmp|old|bak)___"
    r"|\s-\s(?:copy|kopie|copie|copia|副本|コピー)(?:\s?\(\d+\))?(?:\.[^.]*)?$"
    r"|_(?:base|local|remote|backup)_\d+\.[^.]+$"  # git mergetool
)
IN_BRACKETS = (
    r"[^()（）\[\]]*(?:conflicted copy|case conflict|sfconflict|in konflikt stehende kopie|konfliktkopie"
    r"|copie en conflit|copia en conflicto|copia in conflitto|cópia em conflito|конфликтующая копия"
    r"|冲突副本|衝突副本|冲突文件|競合コピー|충돌하는 사본)[^()（）\[\]]*|conflict(?:[ \d:._-]*)"
)
CONFLICT = re.compile(
    rf"[(（\[](?:{IN_BRACKETS})[)）\]]|\.sync-conflict-\d{{8}}-|_conflict-\d{{8}}-\d{{6}}|\.conflict\d*(?:\.[^.]+)?$"
)
ONEDRIVE = re.compile(r"-(?:DESKTOP|LAPTOP)-[A-Z0-9]{7}(?:-\d+)?(?:\.[^.]+)?$")  # the machine's name
# Folders with parts and templates of pages (Jekyll, Hugo, Hexo, Sphinx).
TEMPLATES = frozenset({"_includes", "_layouts", "_sass", "_data", "_plugins", "_site", "_static", "_templates"})
TEMPLATES |= {"archetypes", "scaffolds", "examplesite", "layouts", "includes", "partials", "shortcodes"}
DOTTED = r"(?:\.[a-z]{2,3}(?:[_-][a-z]{2,4})?)?"  # the tag of a language
TEXT = r"(?:\.(?:md|markdown|mdx|txt|rst|adoc|html?))"
FURNITURE = re.compile(
    rf"(?:_index{DOTTED}|_(?:sidebar|navbar|footer|header|coverpage|navigation|toc)){TEXT}"
    rf"|404{DOTTED}\.(?:md|markdown|mdx|html?)"  # but not 404.txt, which follows 403.txt
    rf"|(?:(?:readme|contributing|code[_-]of[_-]conduct)(?:[._-][a-z]{{2,3}}(?:[_-][a-z]{{2,4}})?)?|changelog{DOTTED}|copying"
    r"|(?:pull_request|issue)_template|third[_-]party[_-](?:notices?|licen[cs]es?)"
    rf"|licen[cs]es?(?:[._-](?:mit|apache|bsd|isc|mpl|[al]?gpl|cc|ofl|code|docs?|content|\d)[\w.-]*?)?){TEXT}?"
    r"|(?:requirements(?:[._-][a-z]+)?|constraints|robots|humans|(?:app-)?ads"
    r"|security|llms(?:-full)?|cmakelists)\.txt"
    r"|(?:gnu)?makefile|(?:docker|container|gem|rake|proc|vagrant|jenkins|brew|pod|fast|just|guard|cap|pip|build)file"
    r"|cname|codeowners|gradlew|mvnw|_headers|_redirects"
)
# Only in capitals: otherwise they may be the names of articles.
SHOUTED = re.compile(
    r"(?:AUTHORS|CHANGES|CONTRIBUTORS|COPYRIGHT|CREDITS|HACKING|INSTALL|MAINTAINERS|NOTICES?|OWNERS|TODO|VERSION)"
    r"(?:\.(?:md|txt|rst))?"
    r"|(?:AGENTS|CLAUDE|GEMINI|GOVERNANCE|HISTORY|NEWS|RELEAS(?:ES?|ING)|ROADMAP|SECURITY|SUMMARY|SUPPORT|UPGRADING)"
    r"\.(?:md|rst)"
    r"|BUILD|WORKSPACE"
)
TOP = re.compile(rf"index{DOTTED}{TEXT}")  # the front page, at the top of a source
# Nearly every name matches, and is that of a document unless its first word is doubtful. Without this shortcut a pass
# over 1,000 unchanged documents takes 33.4 ms of user CPU, with it 29.6 ms (median of six).
PLAIN = re.compile(r"(?P<first>[a-z0-9]+)(?:-[a-z0-9-]*)?\.(?:txt|md)")
DOUBTFUL = "readme changelog contributing code copying pull issue third license licence licenses licences 404 index"
DOUBTFUL += " requirements constraints robots humans app ads security llms cmakelists"
DOUBTFUL_FIRST = frozenset(DOUBTFUL.split())
NAMED = 5  # files that a note names


def is_silent(name: str) -> bool:
    """Return whether a file or folder with that *name*, without its path, is ignored without a note."""
    folded = name.lower()
    return folded.startswith((".", "~$")) or folded in NAMES or ending_of(folded) in ENDINGS


def is_ignored(name: str) -> bool:
    """Return whether a name is silent or a leftover: such a folder is not read, and no change of it matters."""
    folded = name.lower()
    return (
        is_silent(name)
        or folded.endswith("~")
        or (len(folded) > 1 and folded[0] == "#" == folded[-1])
        or ending_of(folded) in LEFT_BEHIND
    )


def may_be_shown(name: str) -> bool:
    """Return whether a file with that *name*, without its path, may be shown by an article, and is no document."""
    folded = name.lower()
    return ending_of(folded) in MAY_BE_SHOWN and not folded.startswith((".", "~$"))


def media_type_of(name: str) -> str:
    """Return the media type of the ending of *name*, text/plain for other endings.

    ``mimetypes`` would read tables of the machine it runs on.
    """
    return MEDIA_TYPES.get(ending_of(name.lower()), "text/plain")


def ending_of(name: str) -> str:
    """Return the ending of *name*, a name in lower case, without its dot; "" if it has none.

    The number of a story, as in wire.0123, is no ending, nor is the end of a sentence.
    """
    stem, _, ending = name.rpartition(".")
    return ending if stem and len(ending) <= LONGEST_ENDING and ENDING.fullmatch(ending) else ""


def built_from(path: str) -> str | None:
    """Return the path of the Markdown that knitr or Quarto builds from the file at *path*; None for other files."""
    stem, _, ending = path.rpartition(".")
    return f"{stem}.md" if ending.lower() in {"rmd", "qmd"} and stem else None


def kind_of(path: str) -> Kind:
    """Return the kind of the file at *path*, which is relative to its source's folder."""
    folders, _, name = path.rpartition("/")
    plain = PLAIN.fullmatch(name)
    if plain is not None and plain["first"] not in DOUBTFUL_FIRST:
        kind: Kind = "document"
    else:
        kind = _kind_of_name(name, is_top=not folders)
    return "furniture" if kind == "document" and folders and _is_of_templates(folders) else kind


@lru_cache(maxsize=64)  # the files of a folder come one after the other
def _is_of_templates(folders: str) -> bool:
    return not TEMPLATES.isdisjoint(folders.lower().split("/"))


def _kind_of_name(name: str, *, is_top: bool) -> Kind:
    folded = name.lower()
    ending = ending_of(folded)
    if is_silent(name):
        return "ignored"
    if CONFLICT.search(folded) or ONEDRIVE.search(name):
        return "conflict"
    is_text = not ending or ending in DELIVERED
    if LEFTOVER.search(folded) or ending in LEFT_BEHIND or (ending not in DELIVERED and COPY_ENDING.search(folded)):
        return "leftover"
    if FURNITURE.fullmatch(folded) or SHOUTED.fullmatch(name) or (is_top and TOP.fullmatch(folded)):
        return "furniture"
    return "document" if is_text else "other"


class Selection:
    """The kinds of files under the settings of a source.

    include: globs; only files that they match are documents. A file that a glob names itself, and not only by its
             folder, is a document whatever its name, unless it is a leftover.
    exclude: globs; no file that they match is a document.
    """

    def __init__(self, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = Globs(include)
        self._exclude = Globs(exclude)

    def kind_of(self, path: str) -> Kind:
        """Return the kind of the file at *path*, "ignored" if the settings leave it out."""
        if self._exclude and self._exclude.match(path):
            return "ignored"
        kind = kind_of(path)
        if not self._include:
            return kind
        if kind in {"furniture", "other"} and self._include.match_file(path):
            return "document"
        return kind if self._include.match(path) else "ignored"

    def excludes(self, path: str) -> bool:
        """Return whether the settings exclude the file at *path*."""
        return bool(self._exclude) and self._exclude.match(path)

    def passes_over(self, folder: str) -> bool:
        """Return whether the settings exclude everything in *folder*."""
        return bool(self._exclude) and self._exclude.match(f"{folder}/")


EVERYTHING = Selection()


def notes_on_left_out(left_out: Iterable[tuple[str, Kind]]) -> tuple[str, ...]:
    """Return the notes on files left out, a sentence for each kind, with counts and names."""
    by_kind: dict[Kind, list[str]] = {}
    for path, kind in left_out:
        by_kind.setdefault(kind, []).append(path)
    said = []
    if conflicts := by_kind.get("conflict"):
        what = _counted(conflicts, "conflict copy", "conflict copies")
        said.append(f"{what}; merge each into its document, and delete it")
    if leftovers := by_kind.get("leftover"):
        said.append(_counted(leftovers, "leftover of an editor or a transfer", "leftovers of editors and transfers"))
    if furniture := by_kind.get("furniture"):
        said.append(_counted(furniture, "file of a site or a repository", "files of a site or a repository"))
    if built := by_kind.get("built"):
        what = _counted(built, "file that a document is built from", "files that documents are built from")
        said.append(f"{what}; the .md beside each is the article")
    if others := by_kind.get("other"):
        endings = Counter(ending_of(path.rpartition("/")[2].lower()) for path in others)
        shown = sorted(endings, key=lambda ending: (-endings[ending], ending))[:NAMED]
        more = "" if len(shown) == len(endings) else ", …"
        listed = ", ".join(f"{endings[ending]} .{ending}" for ending in shown)
        what = "file with an ending" if len(others) == 1 else "files with endings"
        cure = "if one is an article, name its ending in the source's `include`"
        said.append(f"{len(others)} {what} that no article has ({listed}{more}); {cure}")
    return tuple(said)


def _counted(paths: Sequence[str], one: str, several: str) -> str:
    shown = ", ".join(sorted(paths)[:NAMED])
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"{len(paths)} {one if len(paths) == 1 else several} ({shown}{more})"


def notes_on_former(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the note on published documents that would be left out now."""
    if not paths:
        return ()
    what = _counted(paths, "document that would be left out now", "documents that would be left out now")
    cure = "to withdraw one, remove its file, or name it in the source's `exclude`"
    return (f"{what}: published before, and so used as before; {cure}",)
