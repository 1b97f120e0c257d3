"""Turn what a page embeds from elsewhere into links: no feed may hold a frame, and readers would see nothing.

A player's own address shows a bare player or refuses to open by itself, so the link leads to the page of the film where
that is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from feedsvc.text.catalogues import message, said

Medium = Literal["video", "audio", "map", "code", "content"]

EMBEDDING = frozenset({"embed", "iframe", "object", "script"})
SOURCES = {
    "embed": ("src",),
    "iframe": ("src", "data-src", "data-lazy-src", "data-litespeed-src"),  # scripts that load late move the address
    "object": ("data",),
    "script": ("src",),
}
WORDS: dict[Medium, str] = {
    "video": message("Video"),
    "audio": message("Audio"),
    "map": message("Map"),
    "code": message("Code"),
    "content": message("External content"),
}
NOWHERE = re.compile("about:|data:|javascript:", re.IGNORECASE)
NAME = re.compile(r"[\w.-]{1,100}")
YOUTUBE = frozenset({"youtube.com", "m.youtube.com", "youtube-nocookie.com"})
PLAYERS: dict[str, tuple[Medium, re.Pattern[str], str]] = {
    # By the host of the player, without "www.": what it plays, the path of the player, and the page of that.
    "player.vimeo.com": ("video", re.compile(r"/video/(\d{1,20})"), "https://vimeo.com/{}"),
    "dailymotion.com": ("video", re.compile(r"/embed/video/(\w{1,40})"), "https://www.dailymotion.com/video/{}"),
    "player.youku.com": ("video", re.compile(r"/embed/([\w=]{1,60})"), "https://v.youku.com/v_show/id_{}.html"),
    "open.spotify.com": ("audio", re.compile(r"/embed/(\w{1,20}/\w{1,60})"), "https://open.spotify.com/{}"),
}
PARAMETERS: dict[str, tuple[Medium, str, str]] = {
    # The same where a parameter of the address names it.
    "player.bilibili.com": ("video", "bvid", "https://www.bilibili.com/video/{}"),
    "v.qq.com": ("video", "vid", "https://v.qq.com/x/page/{}.html"),
}
CODE = {  # scripts that write a page's code or recording into it
    "gist.github.com": re.compile(r"(?P<page>/[\w-]{1,60}/[0-9a-f]{1,60})\.js"),
    "asciinema.org": re.compile(r"(?P<page>/a/\w{1,60})\.js"),
}
HOSTS: dict[Medium, str] = {
    "video": """
        bilibili.com dailymotion.com ixigua.com media.ccc.de odysee.com rutube.ru streamable.com ted.com twitch.tv
        vimeo.com vk.com youku.com youtu.be
    """,
    "audio": """
        anchor.fm bandcamp.com buzzsprout.com castbox.fm mixcloud.com music.163.com podbean.com podigee.io
        simplecast.com soundcloud.com spotify.com spreaker.com transistor.fm ximalaya.com
    """,
    "map": "map.baidu.com openstreetmap.org umap.openstreetmap.fr",
    "code": "codepen.io codesandbox.io jsfiddle.net stackblitz.com",
}
MEDIUM_OF: dict[str, Medium] = {host: medium for medium, hosts in HOSTS.items() for host in hosts.split()}
DOT = re.compile(r"\.")
FILM = re.compile(r"/(?:embed|v|shorts)/([\w-]{1,40})")
VIDEO_FILE = re.compile(r"\.(?:mp4|m4v|webm|ogv|mov)$", re.IGNORECASE)
AUDIO_FILE = re.compile(r"\.(?:mp3|m4a|ogg|oga|opus|wav|flac)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """The link that stands for what was embedded; words: of the link."""

    href: str
    words: str


def embed_of(element: str, attributes: dict[str, str], *, language: str) -> Embed | None:
    """Return the link in place of an *element*; None if it shows nothing from elsewhere.

    attributes: of the element, as they are meant. language: of the words where the element has no title.
    """
    addresses = (attributes.get(name, "").strip() for name in SOURCES[element])
    written = next((address for address in addresses if address and not NOWHERE.match(address)), "")
    try:
        parts = urlsplit(written)
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    if element == "script":
        page = CODE[host].fullmatch(parts.path) if host in CODE else None
        return _embed(f"https://{host}{page['page']}", "code", attributes, language) if page else None
    medium, shown = _page(host, parts.path, query)
    return _embed(shown or written, medium, attributes, language) if written else None


def _page(host: str, path: str, query: dict[str, list[str]]) -> tuple[Medium, str | None]:
    """Return what a player plays, and the page of that if it is known."""
    if host in YOUTUBE:
        return "video", _youtube(path, query)
    if host in PLAYERS:
        medium, player, page_of = PLAYERS[host]
        found = player.match(path)
        return medium, page_of.format(found[1]) if found else None
    if host in PARAMETERS:
        medium, parameter, page_of = PARAMETERS[host]
        name = query.get(parameter, [""])[0]
        return medium, page_of.format(name) if NAME.fullmatch(name) else None
    track = query.get("url", [""])[0] if host == "w.soundcloud.com" else ""
    return _medium(host, path), track if track.startswith("https://soundcloud.com/") else None


def _embed(href: str, medium: Medium, attributes: dict[str, str], language: str) -> Embed:
    title = " ".join((attributes.get("title") or attributes.get("aria-label") or "").split())
    parts = urlsplit(href)
    name = (parts.hostname or "").removeprefix("www.") or parts.path.rstrip("/").rsplit("/", 1)[-1]
    return Embed(href=href, words=title or _named(medium, name, language))


def _named(medium: Medium, name: str, language: str) -> str:
    """Return "Video: vimeo.com" in *language*, or in English."""
    word = said(WORDS[medium], language)[1]
    return said("{medium}: {name}", language)[1].format(medium=word, name=name) if name else word


def _medium(host: str, path: str) -> Medium:
    if VIDEO_FILE.search(path):
        return "video"
    if AUDIO_FILE.search(path):
        return "audio"
    if host.startswith("maps.google.") or (host.startswith("google.") and path.startswith("/maps")):
        return "map"
    domains = (host[at:] for at in (0, *(found.end() for found in DOT.finditer(host))))
    return next((MEDIUM_OF[domain] for domain in domains if domain in MEDIUM_OF), "content")


def _youtube(path: str, query: dict[str, list[str]]) -> str | None:
    """Return the page of the film, or of the list, that a player of YouTube shows."""
    playlist = query.get("list", [""])[0]
    found = FILM.match(path)
    if playlist and (found is None or found[1] == "videoseries") and NAME.fullmatch(playlist):
        return f"https://www.youtube.com/playlist?list={playlist}"
    if found is None or found[1] in {"videoseries", "live_stream"}:
        return None
    start = query.get("start", [""])[0]
    return f"https://www.youtube.com/watch?v={found[1]}{f'&t={start}' if start.isdecimal() and start.isascii() else ''}"
