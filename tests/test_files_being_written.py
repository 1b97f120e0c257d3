"""Pictures and films that are copied slowly are not shown in half, and a former one stays until they are whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from feedsvc.publish.context import PassRequest
from feedsvc.publish.debounce import Debounce
from feedsvc.publish.pipeline import publish
from feedsvc.stores.whole_files import is_whole
from made_files import gif, photo, png
from newsroom import Newsroom

STORY = "---\ntitle: Fog\ndate: 2026-10-30 10:00 +00:00\nimage: pier.jpg\n---\nA text.\n"
LARGE = photo(900, 600)


@dataclass
class Watched:
    """Passes over a newsroom as a watcher makes them, at times of a clock that the test sets."""

    room: Newsroom
    at: float = 0.0
    debounce: Debounce = field(init=False)

    def __post_init__(self) -> None:
        self.debounce = Debounce(lambda: self.at)

    def write(self, content: bytes) -> None:
        """Write the picture as a copy does, which sets no times."""
        self.path.write_bytes(content)
        self.at = self.path.stat().st_mtime

    @property
    def path(self) -> Path:
        return self.room.articles / "pier.jpg"

    def pass_after(self, seconds: float, *, among: bool = True) -> None:
        self.at += seconds
        now = datetime.fromtimestamp(self.at, UTC)
        looked = {"desk": ["pier.jpg"]} if among else None
        publish(
            self.room.store, PassRequest(settings=self.room.settings, now=now, among=looked, debounce=self.debounce)
        )

    def shown(self) -> list[str]:
        return [medium.url.split("/")[-2] for medium in self.room.store.entry("fog").article.media]

    def notes(self) -> list[str]:
        return [problem.message.partition(";")[0] for problem in self.room.store.edition().problems]


@pytest.fixture
def watched(newsroom: Newsroom) -> Watched:
    newsroom.file("fog.md", STORY)
    return Watched(newsroom)


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


def test_a_picture_that_is_copied_with_pauses_is_shown_once_it_is_whole(watched):
    watched.write(LARGE[:9000])
    watched.pass_after(0.1, among=False)
    moving, due = watched.shown(), watched.debounce.due()
    watched.pass_after(0.4)
    paused, told = watched.shown(), watched.notes()
    watched.write(LARGE)
    watched.pass_after(2.1)

    assert (moving, due is not None, paused) == ([], True, [])
    assert told == ["the file 'pier.jpg' is not whole yet"]
    assert (watched.shown(), watched.notes()) == ([digest(LARGE)], [])


def test_the_former_picture_stays_while_another_is_copied_over_it(watched):
    watched.room.file("pier.jpg", photo(500, 300))
    watched.at = watched.path.stat().st_ctime
    watched.pass_after(9.0, among=False)
    watched.write(LARGE[:9000])
    watched.pass_after(0.1)
    moving, silent = watched.shown(), watched.notes()
    watched.pass_after(0.4)
    paused, told = watched.shown(), watched.notes()
    watched.write(LARGE)
    watched.pass_after(2.1)

    former = [digest(photo(500, 300))]
    assert (moving, silent, paused) == (former, [], former)
    assert told == ["the file 'pier.jpg' is not whole yet"]
    assert (watched.shown(), watched.notes()) == ([digest(LARGE)], [])


def test_a_picture_that_stays_cut_off_is_shown_in_the_end(watched):
    watched.write(LARGE[:9000])
    watched.pass_after(0.5, among=False)
    before = watched.shown()
    watched.pass_after(60.0, among=False)

    assert (before, watched.shown()) == ([], [digest(LARGE[:9000])])


def box(name: bytes, size: int) -> bytes:
    return size.to_bytes(4) + name + b"\0" * (size - 8)


FILM = box(b"ftyp", 24) + box(b"moov", 200) + box(b"mdat", 4000)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(png(99, 99), id="PNG"),
        pytest.param(LARGE, id="JPEG"),
        pytest.param(gif(), id="GIF"),
        pytest.param(b"RIFF" + (4000).to_bytes(4, "little") + b"WEBP" + b"\0" * 3996, id="WebP"),
        pytest.param(FILM, id="film"),
    ],
)
def test_each_form_tells_its_end(tmp_path, content):
    path = tmp_path / "file"
    ends = []
    for length in (len(content), len(content) // 2, len(content) - 5):
        path.write_bytes(content[:length])
        ends.append(is_whole(path))

    assert ends == [True, False, False]
