"""A newsroom with a feed for a partner of every profile, and stories that some of them do not take."""

from __future__ import annotations

from feedsvc.config.partners import PROFILES
from made_files import png
from newsroom import Newsroom

PARTNERS = "".join(f'[{name}]\nprofile = "{name}"\n' for name in PROFILES)
LONG = " ".join(["The pilot wrote down how the tide came in over the old pier."] * 13)
PICTURE = '{ src: pier.png, alt: "Piers at dusk", caption: The pier, credit: Ines Duarte }'


def story(title: str, *rest: str, body: str = LONG) -> str:
    """Return a story that every profile takes, unless *rest*, lines of front matter, or *body* break a rule."""
    summary = "summary: " + "The pilot wrote it down again. " * 11
    head = [f"title: {title}", "date: 2026-10-30 10:00 +00:00", "author: Ines Duarte", f"image: {PICTURE}", summary]
    keys = {line.partition(":")[0] for line in rest}
    kept = [line for line in head if line.partition(":")[0] not in keys]
    return "\n".join(["---", *kept, *(line for line in rest if not line.endswith(": none")), "---", body, ""])


def with_partners(room: Newsroom, tables: str = PARTNERS) -> Newsroom:
    (room.folder / "config" / "partners.toml").write_text(tables, encoding="utf-8")
    room.file("pier.png", png(1400, 800))
    room.file("world/tide.md", story("The tide that came in twice over the old pier"))
    return room
