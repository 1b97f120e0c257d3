"""Choose among the renditions of a picture the one to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedsvc.model.dates import Span
from feedsvc.model.draft import Enclosure
from feedsvc.parsers.lines import tidy
from feedsvc.text.html import NOT_RELATIVE
from feedsvc.text.web_addresses import absolute_url

WIDEST = 2_400  # pixels: more is for print
MOST_INSTEAD = 5
LONGEST_ADDRESS = 2_000
SHOWN = frozenset({"image/avif", "image/gif", "image/jpeg", "image/jpg", "image/png", "image/webp"})
SMALL = ("thumb", "icon", "preview")  # in the name of a rendition


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One rendition of a picture. name: its role, as "rnd:highRes". media_type: "" where it is not said."""

    url: str
    name: str = ""
    media_type: str = ""
    width: int | None = None
    bytes: int | None = None


def picture_of(
    renditions: Sequence[Rendition], *, alternative: str, caption: str, credit: str, at: Span
) -> Enclosure | None:
    """Return the picture that is best shown on a page, the others instead of it; None if none can be shown."""
    shown = sorted(filter(_may_be_shown, renditions), key=_rank)
    if not shown:
        return None
    best = shown[0]
    return Enclosure(
        url=best.url.strip(),
        media_type=best.media_type or "image/jpeg",
        bytes=best.bytes,
        alternative=tidy(alternative),
        caption=tidy(caption) or None,
        credit=tidy(credit) or None,
        instead=tuple(other.url.strip() for other in shown[1 : MOST_INSTEAD + 1]),
        span=at,
    )


def _may_be_shown(rendition: Rendition) -> bool:
    url = rendition.url.strip()
    if not 0 < len(url) <= LONGEST_ADDRESS or (rendition.media_type and rendition.media_type not in SHOWN):
        return False
    return NOT_RELATIVE.match(url) is None or absolute_url(url, base="https://none.invalid") is not None


def _rank(rendition: Rendition) -> tuple[bool, bool, int]:
    """Return a key by which the widest that is made for screens comes first."""
    width = rendition.width or 0
    is_small = any(word in rendition.name.lower() for word in SMALL)
    return (width > WIDEST, is_small and not width, width if width > WIDEST else -width)


def number_in(text: object) -> int | None:
    """Return a size, as attributes and JSON have it; None if *text* is none."""
    if isinstance(text, bool):
        return None
    if isinstance(text, float | int):
        return int(text) if 0 < text < 10**12 else None
    said = str(text or "").strip().removesuffix("px")
    return int(said) if said.isascii() and said.isdigit() and 0 < len(said) <= len("999999999999") else None
