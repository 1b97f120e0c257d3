from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from feedsvc.config.settings import Bucket, SourceSettings
from feedsvc.model.document import Document, Problem, Unchanged
from feedsvc.model.errors import SourceError
from feedsvc.model.packing import pack
from feedsvc.sources import SOURCES, _open, open_sources
from feedsvc.sources import folder as listing
from feedsvc.sources import folder as reading
from feedsvc.sources.folder import FolderSource, read_file
from feedsvc.sources.polled import STATE, PollState, read_state

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
EARLIER = NOW - timedelta(days=1)
RULES = SourceSettings(name="desk", url="", category="world")


def put(path: Path, content: bytes | str = "Ferry sails\n", *, at: datetime = EARLIER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def listed(root: Path, **known: str) -> list[Document | Unchanged | Problem]:
    return list(FolderSource(name="desk", root=root, max_bytes=10_000_000).documents(known=known, now=NOW))


def listed_among(root: Path, *places: str) -> list[str]:
    source = FolderSource(name="desk", root=root, max_bytes=10_000_000)
    return [found.path for found in source.documents(known={}, now=NOW, among=places)]


def paths(root: Path) -> list[str]:
    return [found.path for found in listed(root)]


def problems(root: Path) -> list[str]:
    return [str(found) for found in listed(root) if isinstance(found, Problem)]


def test_a_document_is_delivered_with_all_that_is_known_of_it(tmp_path):
    status = put(tmp_path / "world" / "ferry.txt").stat()

    (document,) = listed(tmp_path)

    assert document == Document(
        source="desk",
        path="world/ferry.txt",
        content=b"Ferry sails\n",
        arrival=EARLIER,
        fingerprint=f"12-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}",
        media_type="text/plain",
    )


def test_documents_come_in_the_order_of_their_paths(tmp_path):
    for name in ("b.txt", "a/z.txt", "a.txt", "a-b/c.md", "港口.txt", "Z.txt"):
        put(tmp_path / name)

    assert paths(tmp_path) == ["Z.txt", "a-b/c.md", "a.txt", "a/z.txt", "b.txt", "港口.txt"]


def test_an_unchanged_document_is_not_read_again(tmp_path, monkeypatch):
    put(tmp_path / "a.txt")
    put(tmp_path / "b.txt")
    first, second = listed(tmp_path)
    put(tmp_path / "b.txt", "Ferry sails again\n")
    opened = []
    real_open = os.open
    monkeypatch.setattr(reading.os, "open", lambda path, *rest: opened.append(path) or real_open(path, *rest))

    found = listed(tmp_path, **{"a.txt": first.fingerprint, "b.txt": second.fingerprint})

    assert found == [Unchanged(source="desk", path="a.txt"), replace(found[1], content=b"Ferry sails again\n")]
    assert [Path(os.fsdecode(path)).name for path in opened] == ["b.txt"]


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_document_changed_just_now_is_read_again_next_time(tmp_path, seconds):
    put(tmp_path / "a.txt", at=NOW + timedelta(seconds=seconds))

    (document,) = listed(tmp_path)

    assert document.fingerprint == ""
    assert not isinstance(listed(tmp_path, **{"a.txt": ""})[0], Unchanged)


@pytest.mark.parametrize(
    "name",
    [
        ".hidden",
        ".git/config.txt",
        "ferry.txt~",
        "#ferry.txt#",
        ".#ferry.txt",
        "~$ferry.txt",
        ".ferry.txt.swp",
        "ferry.txt.swp",
        "ferry.tmp",
        "ferry.TXT.BAK",
        "ferry.part",
        "Thumbs.db",
        "desktop.ini",
        "__MACOSX/ferry.txt",
        "lost+found/ferry.txt",
        "node_modules/ferry.txt",
        "ferry.jpg",
        "ferry.JPEG",
        "ferry.mp3",
        "ferry.mp4",
        "ferry.pdf",
        "ferry.xlsx",
        "ferry.zip",
        "ferry.tar.gz",
        "ferry.woff2",
        "ferry.svg",
    ],
)
def test_what_is_no_document_is_left_out(tmp_path, name):
    put(tmp_path / name)

    assert listed(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        pytest.param("ferry.txt", "text/plain", id="text"),
        pytest.param("ferry", "text/plain", id="no ending"),
        pytest.param("ferry.text", "text/plain", id="unknown ending"),
        pytest.param("ferry.md", "text/markdown", id="Markdown"),
        pytest.param("FERRY.Markdown", "text/markdown", id="Markdown, spelt out"),
        pytest.param("ferry.html", "text/html", id="HTML, for its parser to refuse"),
        pytest.param("ferry at 5%.txt", "text/plain", id="blanks and a per cent sign"),
        pytest.param("..ferry/..txt", "text/plain", id="hidden, for its dots"),
        pytest.param("a..b/ferry...txt", "text/plain", id="dots inside"),
        pytest.param("港口/大钟 快.txt", "text/plain", id="Chinese"),
    ],
)
def test_every_other_name_is_a_document(tmp_path, name, media_type):
    put(tmp_path / name)

    found = [(each.path, each.media_type) for each in listed(tmp_path)]

    assert found == ([] if name.startswith(".") else [(name, media_type)])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param(b"ferry\xff.txt", r"ferry\xff.txt: its name is not UTF-8; rename it", id="Latin-1"),
        pytest.param(b"a\nb.txt", r"a\nb.txt: its name holds a control character; rename it", id="a line feed"),
        pytest.param(b"a\x1bb.txt", r"a\x1bb.txt: its name holds a control character; rename it", id="an escape"),
    ],
)
def test_a_name_that_is_no_text_is_a_problem_and_shown_as_text(tmp_path, name, message):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"Ferry sails\n")

    assert problems(tmp_path) == [message]


def test_a_file_over_the_limit_is_not_read(tmp_path):
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(60_000_000)

    assert problems(tmp_path) == ["big.txt: is 60.0 MB, over the limit of 10.0 MB"]


def test_an_empty_file_is_delivered_for_its_parser_to_refuse(tmp_path):
    put(tmp_path / "empty.txt", b"")

    assert [each.content for each in listed(tmp_path)] == [b""]


@pytest.mark.parametrize(
    ("changed", "arrival"),
    [
        pytest.param(0, NOW, id="never set"),
        pytest.param(-86_400 * 365, NOW, id="before 1970"),
        pytest.param(315_532_800, NOW, id="the first day of archives"),
        pytest.param(32_503_680_000, NOW, id="the year 3000"),
        pytest.param(1_495_764_000, datetime(2017, 5, 26, 2, tzinfo=timezone.utc), id="as it was"),
    ],
)
def test_arrival_is_when_the_file_was_changed_and_never_after_now(tmp_path, changed, arrival):
    os.utime(put(tmp_path / "a.txt"), (changed, changed))

    (document,) = listed(tmp_path)

    assert (document.arrival, document.arrival.utcoffset()) == (arrival, timedelta(0))


def test_a_missing_folder_cannot_be_listed(tmp_path):
    with pytest.raises(SourceError, match=r"articles: cannot be listed \(No such file or directory\)"):
        listed(tmp_path / "articles")


def failing(error: OSError, place: bytes, function=os.scandir):
    """Return os.scandir, but that it fails at *place*; the tests may run as root, whom no rights stop."""

    def scandir(path: bytes) -> object:
        if path.endswith(place):
            raise error
        return function(path)

    return scandir


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(PermissionError(13, "Permission denied"), "Permission denied", id="closed"),
        pytest.param(OSError(5, "Input/output error"), "Input/output error", id="a broken disk"),
        pytest.param(OSError(116, "Stale file handle"), "Stale file handle", id="a server that forgot it"),
    ],
)
def test_a_folder_that_cannot_be_listed_is_a_problem_and_the_others_go_on(tmp_path, monkeypatch, error, said):
    put(tmp_path / "a.txt")
    put(tmp_path / "closed" / "b.txt")
    put(tmp_path / "open" / "c.txt")
    monkeypatch.setattr(listing.os, "scandir", failing(error, b"/closed"))

    message = f"closed: cannot be listed ({said}); its articles stay published"
    assert (paths(tmp_path), problems(tmp_path)) == (["a.txt", "closed", "open/c.txt"], [message])


def test_the_sources_folder_itself_must_be_listed(tmp_path, monkeypatch):
    put(tmp_path / "articles" / "a.txt")
    monkeypatch.setattr(listing.os, "scandir", failing(PermissionError(13, "Permission denied"), b"/articles"))

    with pytest.raises(SourceError, match=r"articles: cannot be listed \(Permission denied\)"):
        listed(tmp_path / "articles")


def test_an_entry_that_cannot_even_be_looked_at_is_a_problem_and_the_others_go_on(tmp_path, monkeypatch):
    put(tmp_path / "a.txt")
    put(tmp_path / "b 1.txt")
    real_scandir = os.scandir

    class Entry:
        """An entry of a file system that does not say of what kind it is, and fails when it is asked."""

        def __init__(self, entry):
            self.name, self.path = entry.name, entry.path

        def is_dir(self, **_):
            raise OSError(5, "Input/output error")

    class Entries(list):
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    def scandir(path: bytes) -> Entries:
        return Entries(Entry(each) if each.name == b"b 1.txt" else each for each in real_scandir(path))

    monkeypatch.setattr(listing.os, "scandir", scandir)

    assert (paths(tmp_path), problems(tmp_path)) == (
        ["a.txt", "b 1.txt"],
        ["b 1.txt: cannot be looked at (Input/output error)"],
    )


def deep(root: Path, *, name: str, levels: int) -> None:
    """Make folders in each other, deeper than any path that the system takes, with a file in the last."""
    descriptor = os.open(root, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=descriptor)
        inner = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)


def test_a_path_that_is_longer_than_the_system_takes_is_a_problem_and_the_others_go_on(tmp_path):
    put(tmp_path / "a.txt")
    deep(tmp_path, name="n" * 200, levels=30)
    put(tmp_path / "z.txt")

    shown = "n" * 200 + "…"
    told = "its path is longer than 2000 bytes; give it or a folder above it a shorter name"
    assert (paths(tmp_path), problems(tmp_path)) == (["a.txt", shown, "z.txt"], [f"{shown}: {told}"])


def test_a_folder_whose_name_is_not_utf_8_is_one_problem_whatever_it_holds(tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    put(folder / "a.txt")
    put(folder / "deep" / "b.txt")

    assert problems(tmp_path) == [r"caf\xe9: its name is not UTF-8; rename it"]


def test_a_folder_that_goes_away_again_and_again_is_a_problem_and_the_others_go_on(tmp_path, monkeypatch):
    put(tmp_path / "a.txt")
    put(tmp_path / "moving" / "b.txt")
    gone = FileNotFoundError(2, "No such file or directory")
    monkeypatch.setattr(listing.os, "scandir", failing(gone, b"/moving"))

    message = "moving: cannot be listed (No such file or directory); its articles stay published"
    assert (paths(tmp_path), problems(tmp_path)) == (["a.txt", "moving"], [message])


def test_a_folder_in_a_files_place_and_a_file_in_a_folders_are_listed_as_what_they_are(tmp_path):
    put(tmp_path / "a.txt" / "b.txt")
    put(tmp_path / "world")

    assert paths(tmp_path) == ["a.txt/b.txt", "world"]


@pytest.mark.parametrize("name", [".keep", "world"], ids=["a hidden file", "a folder"])
def test_a_folder_is_bare_when_nothing_at_all_lies_in_it(tmp_path, name):
    source = FolderSource(name="desk", root=tmp_path, max_bytes=100)

    before = source.is_bare()
    (tmp_path / name).mkdir()

    assert (before, source.is_bare()) == (True, False)


def test_a_folder_that_goes_away_while_listing_is_listed_anew(tmp_path, monkeypatch):
    put(tmp_path / "a.txt")
    put(tmp_path / "moving" / "b.txt")
    real_scandir = os.scandir

    def scandir(path: bytes) -> object:
        if path.endswith(b"/moving"):
            (tmp_path / "moving").rename(tmp_path / "new")
        return real_scandir(path)

    monkeypatch.setattr(listing.os, "scandir", scandir)

    assert paths(tmp_path) == ["a.txt", "new/b.txt"]


def test_a_file_that_cannot_be_read_is_a_problem_and_the_others_go_on(tmp_path, monkeypatch):
    put(tmp_path / "a.txt")
    put(tmp_path / "b.txt")
    real_open = os.open

    def refuse(path: bytes, *rest: int) -> int:
        if path.endswith(b"/a.txt"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *rest)

    monkeypatch.setattr(reading.os, "open", refuse)

    found = listed(tmp_path)

    assert [str(each) for each in found[:1]] == ["a.txt: cannot be read (Permission denied)"]
    assert found[1].path == "b.txt"


def test_a_file_that_vanishes_after_listing_is_a_problem(tmp_path):
    put(tmp_path / "a.txt")
    put(tmp_path / "b.txt")
    documents = FolderSource(name="desk", root=tmp_path, max_bytes=100).documents(known={}, now=NOW)

    first = next(documents)
    (tmp_path / "b.txt").unlink()
    second = next(documents)

    assert first.path == "a.txt"
    assert str(second) == "b.txt: vanished before it could be read"


def test_a_file_that_grows_while_it_is_read_is_read_again(tmp_path, monkeypatch):
    path = put(tmp_path / "a.txt", "half")
    real_read, reads = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        content = real_read(descriptor, size)
        reads.append(content)
        if len(reads) == 1:
            with path.open("ab") as file:
                file.write(b" whole")
        return content

    monkeypatch.setattr(reading.os, "read", read)

    (document,) = listed(tmp_path)

    assert document.content == b"half whole"
    assert reads[0] == b"half"


def test_a_file_that_is_rewritten_in_the_same_size_while_read_is_read_again(tmp_path, monkeypatch):
    path = put(tmp_path / "a.txt", "first")
    real_read, reads = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        content = real_read(descriptor, size)
        reads.append(content)
        if len(reads) == 1:
            put(path, "other", at=NOW - timedelta(hours=1))
        return content

    monkeypatch.setattr(reading.os, "read", read)

    (document,) = listed(tmp_path)

    assert document.content == b"other"


def test_a_file_that_never_stops_growing_is_a_problem(tmp_path, monkeypatch):
    path = put(tmp_path / "a.txt", "x")
    real_read = os.read

    def read(descriptor: int, size: int) -> bytes:
        content = real_read(descriptor, size)
        if not content:
            with path.open("ab") as file:
                file.write(b"x")
        return content

    monkeypatch.setattr(reading.os, "read", read)

    assert problems(tmp_path) == ["a.txt: kept changing while it was read, 3 times"]


def test_a_file_that_grows_over_the_limit_while_it_is_read_is_read_no_further(tmp_path, monkeypatch):
    path = put(tmp_path / "a.txt", "x" * 60)
    real_read, reads = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        if not reads:
            path.write_bytes(b"x" * 5_000_000)
        reads.append(size)
        return real_read(descriptor, size)

    monkeypatch.setattr(reading.os, "read", read)
    documents = FolderSource(name="desk", root=tmp_path, max_bytes=1_000_000).documents(known={}, now=NOW)

    assert str(next(documents)) == "a.txt: is 1048576 bytes, over the limit of 1000000 bytes"
    assert len(reads) == 1


def test_a_file_that_ends_short_of_its_size_is_read_again(tmp_path, monkeypatch):
    put(tmp_path / "a.txt", "whole")
    real_read, reads = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        reads.append(size)
        return b"" if len(reads) == 1 else real_read(descriptor, size)

    monkeypatch.setattr(reading.os, "read", read)

    (document,) = listed(tmp_path)

    assert document.content == b"whole"


def test_a_pipe_in_a_files_place_is_a_problem_and_stops_nothing(tmp_path):
    os.mkfifo(tmp_path / "a.txt")

    assert problems(tmp_path) == ["a.txt: is no regular file"]


def test_a_link_out_of_the_source_is_a_problem(tmp_path):
    put(tmp_path / "outside.txt")
    put(tmp_path / "elsewhere" / "b.txt")
    root = tmp_path / "articles"
    root.mkdir()
    (root / "file.txt").symlink_to(tmp_path / "outside.txt")
    (root / "folder").symlink_to("../elsewhere")

    assert problems(root) == [
        "file.txt: is a symbolic link out of the source",
        "folder: is a symbolic link out of the source",
    ]
    assert len(listed(root)) == 2


def test_a_folder_whose_name_begins_like_the_sources_is_outside(tmp_path):
    put(tmp_path / "articles-old" / "a.txt")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").symlink_to(tmp_path / "articles-old" / "a.txt")

    assert problems(tmp_path / "articles") == ["a.txt: is a symbolic link out of the source"]


def test_a_link_that_leads_nowhere_is_a_problem(tmp_path):
    (tmp_path / "a.txt").symlink_to("gone.txt")
    (tmp_path / "b.txt").symlink_to("b.txt")

    assert problems(tmp_path) == [
        "a.txt: is a symbolic link that leads nowhere (No such file or directory)",
        "b.txt: is a symbolic link that leads nowhere (Too many levels of symbolic links)",
    ]


def test_a_link_to_what_is_delivered_anyway_delivers_nothing_more(tmp_path):
    put(tmp_path / "world" / "a.txt")
    (tmp_path / "again.txt").symlink_to("world/a.txt")
    (tmp_path / "all").symlink_to("world")
    (tmp_path / "world" / "loop").symlink_to("..")

    assert paths(tmp_path) == ["world/a.txt"]


def test_a_link_to_a_hidden_place_inside_delivers_what_is_there_once(tmp_path):
    put(tmp_path / ".store" / "a.txt")
    put(tmp_path / ".store" / "more" / "b.txt")
    (tmp_path / "one.txt").symlink_to(".store/a.txt")
    (tmp_path / "two.txt").symlink_to(".store/a.txt")
    (tmp_path / "three").symlink_to(".store/more")

    assert paths(tmp_path) == ["one.txt", "three/b.txt"]


def test_the_folder_itself_may_be_a_link(tmp_path):
    put(tmp_path / "real" / "a.txt")
    (tmp_path / "articles").symlink_to("real")

    assert paths(tmp_path / "articles") == ["a.txt"]


def test_a_file_replaced_by_a_link_after_listing_is_not_followed(tmp_path):
    put(tmp_path / "secret.txt", "secret")
    path = put(tmp_path / "articles" / "a.txt")
    (tmp_path / "articles" / "b.txt").symlink_to("a.txt")
    documents = FolderSource(name="desk", root=path.parent, max_bytes=100).documents(known={}, now=NOW)
    put(tmp_path / "articles" / "0.txt")

    first = next(documents)
    path.unlink()
    path.symlink_to(tmp_path / "secret.txt")
    second = next(documents)

    assert first.path == "0.txt"
    assert str(second) == "a.txt: cannot be read (Too many levels of symbolic links)"


def test_any_one_file_can_be_read_by_its_path(tmp_path):
    put(tmp_path / "a.md")
    (tmp_path / "link.md").symlink_to("a.md")

    document = read_file(tmp_path / "link.md", source="", name="link.md", now=NOW, max_bytes=100)

    assert (document.path, document.content, document.media_type) == ("link.md", b"Ferry sails\n", "text/markdown")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("gone.txt", "gone.txt: vanished before it could be read", id="missing"),
        pytest.param("folder", "folder: is no regular file", id="a folder"),
        pytest.param("a.txt/b.txt", "a.txt/b.txt: cannot be read (Not a directory)", id="below a file"),
    ],
)
def test_a_path_that_cannot_be_read_is_a_problem(tmp_path, name, message):
    put(tmp_path / "a.txt")
    (tmp_path / "folder").mkdir()

    assert str(read_file(tmp_path / name, source="", name=name, now=NOW, max_bytes=100)) == message


@pytest.mark.parametrize("url", ["{}", "file://{}", "FILE://{}", "file://localhost{}"])
def test_a_folder_is_opened_by_path_or_by_file_url(tmp_path, url):
    put(tmp_path / "a b" / "a.txt")
    path = str(tmp_path / "a b").replace(" ", "%20" if "://" in url else " ")

    source = _open(replace(RULES, url=url.format(path)))

    assert [each.path for each in source.documents(known={}, now=NOW)] == ["a.txt"]
    assert source.name == "desk"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("ftp://wire/a", "no source reads ftp:// URLs; known are a plain path, file://", id="scheme"),
        pytest.param("file://other/a", "must name a folder of this machine", id="another machine"),
    ],
)
def test_a_url_that_no_source_reads_is_refused(url, message):
    with pytest.raises(SourceError, match=message):
        _open(replace(RULES, url=url))


def test_sources_are_opened_in_their_configured_order(tmp_path):
    class Settings:
        sources = (replace(RULES, name="a", url=str(tmp_path)), replace(RULES, name="b", url=str(tmp_path)))

    assert [source.name for source in open_sources(Settings())] == ["a", "b"]


def test_every_source_in_the_folder_is_registered():
    modules = (Path(__file__).parent.parent / "feedsvc" / "sources").glob("*.py")
    bucket = Bucket(folder=Path("/"))
    with_a_source = {path.stem for path in modules if "def documents(" in path.read_text(encoding="utf-8")}
    registered = {
        type(make(replace(RULES, url="/", bucket=bucket))).__module__.rsplit(".", 1)[-1] for make in SOURCES.values()
    }

    assert with_a_source == registered == {"folder", "polled"}


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        pytest.param(["world/a.txt"], ["world/a.txt"], id="a file"),
        pytest.param(["world"], ["world/a.txt", "world/deep/b.txt"], id="a folder and those below it"),
        pytest.param(["science/c.txt", "world/deep"], ["science/c.txt", "world/deep/b.txt"], id="both, in order"),
        pytest.param(["world/gone.txt", "gone/x.txt", "world/a.txt/x"], [], id="what is not there"),
        pytest.param([".git/x.txt", "world/draft.txt~", ".git"], [], id="what is no document"),
        pytest.param(["../outside.txt", "world/../../outside.txt", "/outside.txt", ""], [], id="what is not below"),
        pytest.param(["worl", "world/deep/b"], [], id="the beginning of a name"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_some_places_are_looked_at_alone(tmp_path, places, expected):
    root = tmp_path / "articles"
    for name in ("world/a.txt", "world/deep/b.txt", "science/c.txt", ".git/x.txt", "world/draft.txt~"):
        put(root / name)
    put(tmp_path / "outside.txt")

    assert listed_among(root, *places) == expected


@pytest.mark.parametrize("place", ["world/link.txt", "linked/b.txt", "world"], ids=["a link", "through one", "beside"])
def test_where_links_are_concerned_a_file_has_the_name_that_the_whole_tree_gives_it(tmp_path, place):
    put(tmp_path / "world" / "a.txt")
    put(tmp_path / "deep" / "b.txt")
    put(tmp_path / ".kept" / "c.txt")
    (tmp_path / "linked").symlink_to(tmp_path / "deep")
    (tmp_path / "world" / "link.txt").symlink_to(tmp_path / ".kept" / "c.txt")

    whole = {"world": ["world/a.txt", "world/link.txt"], "world/link.txt": ["world/link.txt"], "linked/b.txt": []}

    assert listed_among(tmp_path, place) == whole[place]


def test_no_place_of_a_missing_folder_can_be_looked_at(tmp_path):
    with pytest.raises(SourceError, match=r"articles: cannot be listed \(No such file or directory\)"):
        listed_among(tmp_path / "articles", "world/a.txt")


@pytest.mark.parametrize("name", ["key", "so", "part", "a", "notes.", "tide.txt", "#", "#tide"])
def test_a_name_without_an_ending_of_media_is_a_document(tmp_path, name):
    put(tmp_path / name)

    assert paths(tmp_path) == [name]


def calls_to_list(root: Path) -> int:
    """Return how many functions are called to list *root*: as good as a time, and the same each time."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        listing.list_all(root)
    finally:
        sys.setprofile(None)
    return calls


def test_to_list_twenty_times_as_many_files_costs_twenty_times_as_much(tmp_path):
    names = (
        "ferry-{}.txt",
        "港口 {}.md",
        "assets/{}.css",
        "quay (conflicted copy 2026-11-20 {}).md",
        "deep/{}/index.md",
    )
    for size in (10, 200):
        for number in range(size):
            for name in names:
                put(tmp_path / str(size) / name.format(number), "")

    assert calls_to_list(tmp_path / "200") < 22 * calls_to_list(tmp_path / "10")


@pytest.mark.parametrize(
    "damaged",
    [b"", b"[]", b'{"next_at": "soon"}', b'{"failures": null}', b'{"notes": 5}', b'{"asked": 7}', b"\xff", b"{" * 5000],
)
def test_a_damaged_state_of_polls_is_that_of_a_source_never_polled(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / STATE).write_bytes(damaged)
    assert read_state(tmp_path) == PollState()


def test_the_state_of_polls_outlasts_their_process(tmp_path: Path) -> None:
    state = PollState(asked="https://a.example/", etag='"é"', next_at=5.5, failures=2, notes=("one", "two"))
    (tmp_path / STATE).write_bytes(pack(state))
    assert read_state(tmp_path) == state
