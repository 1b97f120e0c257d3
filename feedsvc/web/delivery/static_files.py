"""The stylesheet, scripts, icons and pictures of the site, each with its type and the time it may be kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from feedsvc.config.rights import rules_of_rights, tdm_declaration
from feedsvc.config.settings import Accent, Settings
from feedsvc.web.delivery.media_answer import SVG_POLICY
from feedsvc.web.theme import TYPES, Theme

STATIC = "/static/"
STYLES = "site.css"
SHIPPED = "shipped/"  # the shipped files that a theme replaces: its own site.css may import ours from there
ICON, DRAWN_ICON = "icon.png", "icon.svg"
FAVICON, TOUCH_ICON = "/favicon.ico", "/apple-touch-icon.png"
PLAIN = "text/plain; charset=utf-8"
KEY_FILE = re.compile(r"/[A-Za-z0-9-]{8,128}\.txt")
TDM = "/.well-known/tdmrep.json"
ROBOTS, SITEMAP = "/robots.txt", "/sitemap.xml"
# Anybody can invent searches without end.
ROBOTS_RULES = "User-agent: *\nDisallow: {mount}/search\nDisallow: {mount}/feeds/search\n"
# The address of a file changes with its bytes, be it by its path or by ?v=.
STATIC_CACHE_CONTROL = "public, max-age=31536000, immutable"
# These addresses never change.
FIXED_CACHE_CONTROL = "public, max-age=86400"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A file at an address; path: below the path at which the site is mounted."""

    path: str
    body: bytes
    media_type: str
    cache_control: str = STATIC_CACHE_CONTROL

    @property
    def version(self) -> str:
        """Return the beginning of the digest of its bytes."""
        return hashlib.sha256(self.body).hexdigest()[:12]

    @property
    def policy(self) -> str | None:
        """Return the Content-Security-Policy of a drawing, which may hold scripts; None for other files."""
        return SVG_POLICY if self.media_type.startswith("image/svg+xml") else None


def static_files(settings: Settings, theme: Theme) -> Mapping[str, StaticFile]:
    """Return all static files by path: the shipped ones, those of *theme* in their place, and those of the site.

    A picture of the site that cannot be read any more, or has changed since, is left out.
    """
    shipped = {file.name: file.read_bytes() for file in files("feedsvc").joinpath("web", "static").iterdir()}
    bodies = {
        **shipped,
        **{SHIPPED + name: body for name, body in shipped.items() if name in theme.files},
        **theme.files,
    }
    accent = settings.site.face.accent
    if accent is not None:
        bodies[STYLES] += _coloured(accent)
    found = [_static(name, body) for name, body in bodies.items()]
    return {file.path: file for file in (*found, *_of_the_site(settings, bodies), *_tdm(settings), _robots(settings))}


def _static(name: str, body: bytes) -> StaticFile:
    cache_control = FIXED_CACHE_CONTROL if name.startswith(SHIPPED) else STATIC_CACHE_CONTROL
    media_type = TYPES[PurePosixPath(name).suffix]
    return StaticFile(path=STATIC + name, body=body, media_type=media_type, cache_control=cache_control)


def _of_the_site(settings: Settings, bodies: Mapping[str, bytes]) -> Iterator[StaticFile]:
    """Yield the pictures of the site, and what browsers, readers and search engines ask for without being told."""
    face = settings.site.face
    for key in settings.search_keys:
        yield StaticFile(path=f"/{key}.txt", body=key.encode(), media_type=PLAIN, cache_control=FIXED_CACHE_CONTROL)
    for picture in dict.fromkeys((*face.files, *settings.covers)):
        try:
            body = (settings.pictures / picture.name).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(body).hexdigest().startswith(picture.digest):
            media_type = TYPES[PurePosixPath(picture.name).suffix.lower()]
            yield StaticFile(path=picture.path, body=body, media_type=media_type)
            if picture is face.icon:
                yield from _icons(body, media_type)
    if face.icon is None:
        yield from _icons(bodies[ICON], TYPES[".png"])


def _tdm(settings: Settings) -> Iterator[StaticFile]:
    """Yield the declaration of reserved rights, if there are any."""
    if settings.site.rights.tdm_reservation:
        body = tdm_declaration(settings.site)
        yield StaticFile(path=TDM, body=body, media_type="application/json", cache_control=FIXED_CACHE_CONTROL)


def _robots(settings: Settings) -> StaticFile:
    """Return the rules for crawlers: those of the configuration, else ours; rights; and where the sitemap is.

    source: RFC 9309
    """
    base_url = settings.site.base_url
    rules = settings.robots or ROBOTS_RULES.format(mount=urlsplit(base_url).path)
    parts = (rules.strip(), rules_of_rights(settings.site).strip(), f"Sitemap: {base_url}{SITEMAP}")
    body = ("\n\n".join(filter(None, parts)) + "\n").encode()
    return StaticFile(path=ROBOTS, body=body, media_type="text/plain; charset=utf-8", cache_control=FIXED_CACHE_CONTROL)


def _icons(body: bytes, media_type: str) -> Iterator[StaticFile]:
    """Yield the icon at its fixed addresses. Apple's devices show no drawings."""
    favicon = StaticFile(path=FAVICON, body=body, media_type=media_type, cache_control=FIXED_CACHE_CONTROL)
    yield favicon
    if not media_type.startswith("image/svg+xml"):
        yield replace(favicon, path=TOUCH_ICON)


def _coloured(accent: Accent) -> bytes:
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ --link: {accent.dark}; }} }}"
    return f"\n:root {{ --link: {accent.light}; }}\n{dark}\n".encode()
