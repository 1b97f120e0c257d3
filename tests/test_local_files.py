"""Which places a relative address may name, and which types of files are served."""

from __future__ import annotations

import pytest

from feedsvc.articles.local_files import pictures_beside, places_of
from feedsvc.stores.media_folder import name_for, type_of
from made_files import MP3, PDF, SVG, gif, png

ROOTS = ["static/{}", "public/{}", "assets/{}", "source/{}"]


def rooted(name: str, *more: str) -> list[str]:
    return [name, *(root.format(name) for root in ROOTS), *more]


@pytest.mark.parametrize(
    ("written", "places"),
    [
        pytest.param("pier.jpg", ["world/pier.jpg", "world/fog/pier.jpg", *rooted("pier.jpg")], id="beside"),
        pytest.param("./a/pier.jpg", ["world/a/pier.jpg", "world/fog/a/pier.jpg", *rooted("a/pier.jpg")], id="below"),
        pytest.param("../pier.jpg", ["pier.jpg", "world/pier.jpg"], id="above"),
        pytest.param("/img/pier.jpg", rooted("img/pier.jpg", "world/img/pier.jpg"), id="from the root"),
        pytest.param("/img/pier.jpg?v=2#x", rooted("img/pier.jpg", "world/img/pier.jpg"), id="with a query"),
        pytest.param("/a%20b%2520.jpg", rooted("a b%20.jpg", "world/a b%20.jpg"), id="decoded once"),
        pytest.param("/%E7%A0%81.jpg", rooted("码.jpg", "world/码.jpg"), id="in Chinese"),
        pytest.param("../../pier.jpg", ["pier.jpg"], id="above the source, but not from the folder of the document"),
        pytest.param("../../../pier.jpg", [], id="out of the source"),
        pytest.param("/../pier.jpg", ["pier.jpg"], id="out of the source, but not of its folders"),
        pytest.param("%2e%2e/%2e%2e/%2e%2e/pier.jpg", [], id="out of the source in disguise"),
        pytest.param("..%2f..%2f..%2fpier.jpg", [], id="with slashes in disguise"),
        pytest.param("a\\pier.jpg", [], id="a backslash"),
        pytest.param("a%5Cpier.jpg", [], id="a backslash in disguise"),
        pytest.param("pier.jpg%00.png", [], id="a NUL"),
        pytest.param("a%0Ab.jpg", [], id="a control character"),
        pytest.param("/", [], id="no name"),
        pytest.param("?x=1", [], id="a query alone"),
        pytest.param(f"/{'a' * 600}.jpg", [], id="too long"),
    ],
)
def test_an_address_names_places_in_the_source(written, places):
    assert list(places_of(written, path="world/fog.md")) == places


def test_a_wire_document_has_its_picture_beside_it():
    assert pictures_beside("world/ferry.en.txt", ["en", "zh"]) == tuple(
        f"world/{stem}{ending}"
        for stem in ("ferry.en", "ferry")
        for ending in (".jpg", ".jpeg", ".png", ".webp", ".gif")
    )
    assert pictures_beside("world/ferry.md", ["en", "zh"]) == ()


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        pytest.param(png(), "image/png", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg", id="JPEG"),
        pytest.param(gif(), "image/gif", id="GIF"),
        pytest.param(b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp", id="WebP"),
        pytest.param(b"\0\0\0\x20ftypavif\0\0\0\0", "image/avif", id="AVIF"),
        pytest.param(SVG, "image/svg+xml", id="SVG"),
        pytest.param(b"\xef\xbb\xbf  <svg>", "image/svg+xml", id="SVG with a mark"),
        pytest.param(MP3, "audio/mpeg", id="MP3 with tags"),
        pytest.param(b"\xff\xfb\x90\x64\0", "audio/mpeg", id="MP3"),
        pytest.param(b"\xff\xf1\x50\x80\0", "audio/aac", id="AAC"),
        pytest.param(b"OggS\0\x02" + b"\0" * 22 + b"OpusHead", "audio/ogg", id="Opus"),
        pytest.param(b"OggS\0\x02" + b"\0" * 22 + b"\x80theora", "video/ogg", id="Theora"),
        pytest.param(b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav", id="WAV"),
        pytest.param(b"fLaC\0\0\0\x22", "audio/flac", id="FLAC"),
        pytest.param(b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4", id="M4A"),
        pytest.param(b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4", id="MP4"),
        pytest.param(b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "video/webm", id="WebM"),
        pytest.param(PDF, "application/pdf", id="PDF"),
        pytest.param(b"<!doctype html><svg>", None, id="HTML"),
        pytest.param(b"<html><body>", None, id="a page"),
        pytest.param(b"<?xml version='1.0'?><html xmlns='x'><svg/>", None, id="XHTML"),
        pytest.param(b"<!-- <svg> --><script>", None, id="a script behind a comment"),
        pytest.param(b"alert(1)", None, id="a script"),
        pytest.param(b"MZ\x90\0", None, id="a program"),
        pytest.param(b"PK\x03\x04", None, id="an archive"),
        pytest.param(b"\xff\xfe<\0h\0t\0m\0l\0", None, id="HTML in UTF-16"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_the_first_bytes_tell_the_type(head, media_type):
    assert type_of(head) == media_type


@pytest.mark.parametrize(
    ("path", "media_type", "name"),
    [
        pytest.param("world/Pier 1.JPG", "image/jpeg", "Pier-1.jpg", id="blanks"),
        pytest.param("pier.jpg", "image/png", "pier.png", id="another type"),
        pytest.param("灯塔.png", "image/png", "灯塔.png", id="Chinese"),
        pytest.param("pier.html", "image/svg+xml", "pier.svg", id="the ending of a page"),
        pytest.param('"><b>.png', "image/png", "b.png", id="markup"),
        pytest.param("???.gif", "image/gif", "file.gif", id="nothing left"),
        pytest.param(f"{'灯' * 90}.gif", "image/gif", f"{'灯' * 33}.gif", id="too long"),
    ],
)
def test_a_file_has_a_name_that_fits_its_type(path, media_type, name):
    assert name_for(path, media_type) == name
