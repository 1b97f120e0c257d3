"""Read the tables of categories that are podcasts, by what the directories of podcasts ask of a feed.

source: podcasters.apple.com, support pages 823 (requirements) and 1691 (categories).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feedsvc.config.settings import FaceFile
from feedsvc.config.site_face import EMAIL, NAME, read_picture
from feedsvc.config.tables import Tables, meant_key
from feedsvc.model.feed import Podcast

KEYS = ("author", "categories", "email", "explicit", "image", "locked", "owner", "type")
SMALLEST, LARGEST = 1400, 3000  # pixels of a side
ENDINGS = (".jpg", ".jpeg", ".png")
# With these spellings: directories refuse any other.
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        *("Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden"),
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        *("Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News"),
        "Tech News",
    ),
    "Religion & Spirituality": (
        *("Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion"),
        "Spirituality",
    ),
    "Science": (
        *("Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences", "Nature"),
        *("Physics", "Social Sciences"),
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        *("Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby", "Running"),
        *("Soccer", "Swimming", "Tennis", "Volleyball", "Wilderness", "Wrestling"),
    ),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
    "Technology": (),
    "True Crime": (),
}
BELOW = " > "
PATHS = tuple(
    sorted(path for one, under in CATEGORIES.items() for path in (one, *(one + BELOW + sub for sub in under)))
)


def read_podcast(check: Tables, slug: str, table: object, *, author: str) -> tuple[Podcast | None, FaceFile | None]:
    """Return the podcast that [slug.podcast] describes, and its picture if that is a file; *check* collects faults.

    author: of the site, who stands in for the podcast's.
    """
    if not isinstance(table, dict):
        check.fault(check.categories_file, f"{slug}.podcast", f"must be a table: [{slug}.podcast]")
        return None, None
    reading = _Reading(check, slug, table)
    for key in sorted(set(table) - set(KEYS)):
        reading.fault(key, f"unknown key{meant_key(key, KEYS)}; known keys are {', '.join(KEYS)}")
    image, file = reading.image()
    named = reading.text("author", author)
    kind = reading.text("type", "episodic")
    if kind not in {"episodic", "serial"}:
        reading.fault(
            "type", f'must be "episodic", for the newest first, or "serial", for the first first, not {kind!r}'
        )
    podcast = Podcast(
        author=named,
        owner=reading.text("owner", named),
        email=reading.email(),
        categories=reading.categories(),
        image=image,
        is_explicit=reading.switch("explicit", default=False),
        is_serial=kind == "serial",
        is_locked=reading.switch("locked", default=True),
    )
    return podcast, file


class _Reading:
    def __init__(self, check: Tables, slug: str, table: dict[str, Any]) -> None:
        self._check = check
        self._place = f"{slug}.podcast"
        self._table = table

    def fault(self, key: str, message: str) -> None:
        self._check.fault(self._check.categories_file, f"{self._place}.{key}", message)

    def text(self, key: str, default: str) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str) or not value.strip():
            self.fault(key, f"must be a text in quotes, not {value!r}")
            return default
        return value.strip()

    def switch(self, key: str, *, default: bool) -> bool:
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            self.fault(key, f"must be true or false without quotes, not {value!r}")
            return default
        return value

    def email(self) -> str:
        if "email" not in self._table:
            self.fault("email", "is missing; directories write to it to see whose podcast it is")
            return ""
        email = self.text("email", "nobody@example.org")
        if not EMAIL.fullmatch(email):
            self.fault("email", f"must be an e-mail address, not {email!r}")
        return email

    def categories(self) -> tuple[tuple[str, str | None], ...]:
        """Return the categories, each with its subcategory."""
        value = self._table.get("categories", [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed or not all(isinstance(path, str) for path in listed):
            example = 'categories = ["Society & Culture > Documentary"]'
            self.fault("categories", f"must be one or more of the categories of Apple, such as {example}")
            return ()
        found: list[tuple[str, str | None]] = []
        for path in listed:
            if path in PATHS:
                category, _, below = path.partition(BELOW)
                found.append((category, below or None))
            else:
                again = "write it as in podcasters.apple.com/support/1691, with > before a subcategory"
                self.fault("categories", f"{path!r} is no category of Apple{meant_key(path, PATHS)}; {again}")
        return tuple(found)

    def image(self) -> tuple[str, FaceFile | None]:
        """Return the address or path of the cover, and the cover if it is a file in the configuration folder."""
        need = f"a square JPEG or PNG of {SMALLEST} to {LARGEST} pixels"
        if "image" not in self._table:
            self.fault("image", f"is missing; put {need} into {self._check.folder}, and write its name")
            return "", None
        name = self.text("image", "")
        if name.startswith(("http://", "https://")):
            if not urlsplit(name).path.lower().endswith(ENDINGS):
                self.fault("image", f"{name!r} must end in {', '.join(ENDINGS)}; directories take no other picture")
            return name, None
        if not NAME.fullmatch(name) or Path(name).suffix.lower() not in ENDINGS:
            self.fault("image", f"must be the name of {need} in {self._check.folder}, or an address, not {name!r}")
            return "", None
        file = read_picture(self._check.folder / name)
        if isinstance(file, str):
            self.fault("image", file)
            return "", None
        if file.width != file.height or not SMALLEST <= (file.width or 0) <= LARGEST:
            self.fault("image", f"{name} has {file.width} × {file.height} pixels; make it {need}")
        return file.path, file
