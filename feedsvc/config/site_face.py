"""Read the face of a site from its settings: pictures, colour, words at the foot, and names of languages."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feedsvc.config.settings import Accent, Face, FaceFile
from feedsvc.config.tables import Tables
from feedsvc.model.article import Text

# What a picture of each ending begins with, and its type.
PICTURES = {
    ".svg": (b"<", "image/svg+xml"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".gif": (b"GIF8", "image/gif"),
    ".webp": (b"RIFF", "image/webp"),
}
ICONS = (".svg", ".png")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
MOST_BYTES = 1_000_000  # of a picture, which the service keeps in memory
SMALLEST_ICON = 48  # pixels of a side; smaller ones are in no list of search engines and readers
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
EMAIL = re.compile(r"[^@\s<>,;:\"']+@[^@\s<>,;:\"']+")
READABLE = 4.5  # the contrast of text; source: WCAG 2.2, 1.4.3
# The grounds on which feedsvc/web/static/site.css has links.
GROUNDS = {"light": ("#fdfdfb", "#f4f4f0"), "dark": ("#15181a", "#1e2225")}
ENDS = {"light": (0, 0, 0), "dark": (255, 255, 255)}
STEPS = 64

Colour = tuple[int, int, int]


def read_face(check: Tables, table: dict[str, Any], languages: tuple[str, ...]) -> tuple[Face, tuple[str, ...]]:
    """Return the face that the table [site] describes, and warnings; *check* collects the faults."""
    accent, warnings = _accent(check, table.get("accent"))
    face = Face(
        logo=_picture(check, table, "logo", tuple(PICTURES)),
        icon=_icon(check, table),
        accent=accent,
        footer=words(check, table, "footer", languages),
        contact=_contact(check, table),
        rights=words(check, table, "rights", languages),
        language_names=_names(check, table.get("language_names", {}), languages),
    )
    return face, warnings


def words(check: Tables, table: dict[str, Any], key: str, languages: tuple[str, ...], *, place: str = "site") -> Text:
    found = check.text(check.main, f"{place}.{key}", table.get(key, ""), languages)
    return Text(items=tuple((language, words.strip()) for language, words in found.items if words.strip()))


def _picture(check: Tables, table: dict[str, Any], key: str, endings: Iterable[str]) -> FaceFile | None:
    """Return the picture that *key* names, a file beside feedsvc.toml."""
    name = check.string(table, key, "", place="site")
    if not name:
        return None
    if not NAME.fullmatch(name) or Path(name).suffix.lower() not in endings:
        message = f"must be the name of a file in {check.folder} that ends in {', '.join(endings)}, not {name!r}"
        check.fault(check.main, f"site.{key}", f"{message}; use letters, digits, '.', '_' and '-'")
        return None
    found = read_picture(check.folder / name)
    if isinstance(found, str):
        check.fault(check.main, f"site.{key}", found)
        return None
    return found


def read_picture(path: Path) -> FaceFile | str:
    """Return the picture at *path*, or what is wrong with it."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); put the picture there, or remove the key"
    beginning, media_type = PICTURES[path.suffix.lower()]
    is_drawing = path.suffix.lower() == ".svg"
    width, height = (-1, -1) if is_drawing else _size(body)
    if len(body) > MOST_BYTES:
        return f"{path.name} has more than {MOST_BYTES:,} bytes, which every page would load; make it smaller"
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(beginning) or (is_drawing and b"<svg" not in body):
        kind = path.suffix[1:].upper()
        return f"{path.name} is no picture of the kind that its ending says; export it as {kind}"
    if not is_drawing and width <= 0:
        return f"{path.name} is damaged: it tells no size; export it again"
    return FaceFile(
        name=path.name,
        digest=hashlib.sha256(body).hexdigest()[:32],
        media_type=media_type,
        width=width if width > 0 else None,
        height=height if height > 0 else None,
    )


def _size(body: bytes) -> tuple[int, int]:
    """Return width and height in pixels, -1 where the picture is damaged."""
    import imagesize  # noqa: PLC0415  it imports an HTTP client: 0.04 s of each start, and 3 MB

    try:
        width, height = imagesize.get(BytesIO(body))
    except (ValueError, TypeError, IndexError, struct.error):
        return -1, -1
    return int(width), int(height)


def _icon(check: Tables, table: dict[str, Any]) -> FaceFile | None:
    """Return the icon, which is a square: readers and browsers show it at all sizes."""
    icon = _picture(check, table, "icon", ICONS)
    if icon is None or icon.is_drawing:
        return icon
    if icon.width != icon.height or not icon.width or icon.width < SMALLEST_ICON:
        size = f"{icon.width} × {icon.height} pixels"
        message = f"{icon.name} has {size}; make it a square of {SMALLEST_ICON} pixels or more, best of 512"
        check.fault(check.main, "site.icon", message)
    return icon


def _contact(check: Tables, table: dict[str, Any]) -> str:
    contact = check.string(table, "contact", "", place="site").strip()
    if contact and not EMAIL.fullmatch(contact) and not is_web_address(contact):
        message = f"must be an e-mail address or a web address that begins with https://, not {contact!r}"
        check.fault(check.main, "site.contact", message)
    return contact


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text


def _names(check: Tables, table: object, languages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return (language, name) of the languages that the site gives a name of its own."""
    if not isinstance(table, dict) or not all(isinstance(name, str) and name.strip() for name in table.values()):
        message = f'must be a table of names by language such as {{ {languages[0]} = "…" }}'
        check.fault(check.main, "site.language_names", message)
        return ()
    for stranger in sorted(table.keys() - set(languages)):
        message = f"is not a language of the site; site.languages are {', '.join(languages)}"
        check.fault(check.main, f"site.language_names.{stranger}", message)
    return tuple((language, table[language].strip()) for language in languages if language in table)


def _accent(check: Tables, value: object) -> tuple[Accent | None, tuple[str, ...]]:
    """Return the colour of links in light and in dark pages, and warnings of colours that nobody could read."""
    if value is None:
        return None, ()
    given = {"light": value} if isinstance(value, str) else value
    is_right = isinstance(given, dict) and given and set(given) <= set(GROUNDS)
    if not (isinstance(given, dict) and is_right and all(map(_is_colour, given.values()))):
        example = 'accent = "#0b5c8a" or accent = { light = "#0b5c8a", dark = "#7cc0ea" }'
        check.fault(check.main, "site.accent", f"must be a colour in hexadecimal, such as {example}, not {value!r}")
        return None, ()
    used, warnings = {}, []
    for theme, grounds in GROUNDS.items():
        first = _colour(given.get(theme, next(iter(given.values()))))
        used[theme] = _readable(first, theme)
        if theme in given and used[theme] != first:
            worst = min(contrast(first, _colour(ground)) for ground in grounds)
            message = f"links in {_written(first)} on a {theme} page have a contrast of {worst:.1f}, and readers need"
            cure = f"{READABLE}; {_written(used[theme])} is used instead; name another colour for {theme} pages"
            warnings.append(check.told(check.main, "site.accent", f"{message} {cure}"))
    return Accent(light=_written(used["light"]), dark=_written(used["dark"])), tuple(warnings)


def _is_colour(value: object) -> bool:
    return isinstance(value, str) and COLOUR.fullmatch(value) is not None


def _colour(text: str) -> Colour:
    digits = text[1:] if len(text) == len("#rrggbb") else "".join(digit * 2 for digit in text[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _written(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def _readable(colour: Colour, theme: str) -> Colour:
    """Return *colour*, as little darker (or lighter, in the dark) as text needs on all grounds of *theme*."""
    for step in range(STEPS + 1):
        red, green, blue = (
            round(part + (end - part) * step / STEPS) for part, end in zip(colour, ENDS[theme], strict=True)
        )
        mixed = (red, green, blue)
        if all(contrast(mixed, _colour(ground)) >= READABLE for ground in GROUNDS[theme]):
            return mixed
    return ENDS[theme]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 to 21.

    source: WCAG 2.2, the definitions of contrast ratio and relative luminance.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  sRGB's own
        for share in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
