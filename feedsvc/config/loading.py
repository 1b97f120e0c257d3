"""Load config/*.toml and the environment into Settings, and report every fault with its cure.

source: docs/reference/settings.md; the keys are a contract with operators.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit
from zoneinfo import available_timezones

from feedsvc.config.own_feeds import FILE as OWN_FEEDS
from feedsvc.config.own_feeds import read_own_feeds
from feedsvc.config.partners import FILE as PARTNERS
from feedsvc.config.partners import read_partners
from feedsvc.config.podcasts import read_podcast
from feedsvc.config.receivers import read_receivers
from feedsvc.config.rights import read_rights
from feedsvc.config.settings import (
    DEFAULT_CACHE_BYTES,
    DEFAULT_LANGUAGES,
    DEFAULT_NEW_STORE,
    DEFAULT_PUBLISHER,
    DEFAULT_STORE_URL,
    DEFAULT_TIME_ZONE,
    SQLITE,
    Bucket,
    FaceFile,
    FeedRules,
    MediaRules,
    Settings,
    Site,
    SourceSettings,
    Upstream,
)
from feedsvc.config.site_face import read_face
from feedsvc.config.tables import REQUIRED, SLUG, Tables
from feedsvc.model.errors import SettingsError
from feedsvc.model.feed import Category
from feedsvc.model.host_names import in_ascii, is_domain, is_example

OF_BUCKETS = ("endpoint",)
OBJECTS = Path("var/objects")
BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[!-~]{0,500})?", re.IGNORECASE)
RESERVED = frozenset({"all", "search", "archive"})
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
OF_UPSTREAM = ("full", "private_network")
UPSTREAM = Path("var/upstream")
TOKEN = re.compile(r"[!-~]{16,}")
ROBOTS_LINE = re.compile(r"[A-Za-z][A-Za-z-]*:[^\x00-\x08\x0b-\x1f\x7f]*|#.*")


def load_settings(environ: Mapping[str, str], *, root: Path | None = None) -> Settings:
    """Return the settings of the folder that FEEDSVC_CONFIG names, "config" by default.

    environ: FEEDSVC_CONFIG, FEEDSVC_BASE_URL, FEEDSVC_STORE_URL, FEEDSVC_NEW_STORE, FEEDSVC_PUBLISHER,
             FEEDSVC_CACHE_BYTES, FEEDSVC_HOSTS, FEEDSVC_STATUS_TOKEN and FEEDSVC_INBOX_TOKENS are read.
    root:    of relative paths; the folder's parent if None, which a copy of the folder does not have.
    raises:  SettingsError with all faults.
    """
    folder = Path(environ.get("FEEDSVC_CONFIG") or "config").absolute()
    faults: list[str] = []
    if not folder.exists():
        cure = "run feedsvc in the folder that holds config/, set FEEDSVC_CONFIG to the configuration folder"
        raise SettingsError([f"{folder}: is missing; {cure}, or start a new site with feedsvc init"])
    main = _read(folder / "feedsvc.toml", faults)
    categories = _read(folder / "categories.toml", faults)
    partners = _read(folder / PARTNERS, faults) if (folder / PARTNERS).exists() else {}
    own_feeds = _read(folder / OWN_FEEDS, faults) if (folder / OWN_FEEDS).exists() else {}
    if faults:
        raise SettingsError(faults)
    check = _Check(folder, faults, own_feeds=own_feeds)
    check.keys(main, categories)
    settings = check.settings(main, categories, partners, environ, root=folder.parent if root is None else root)
    if faults:
        raise SettingsError(faults)
    return settings


def _read(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        faults.append(
            f"{path}: cannot be read ({error.strerror}); run feedsvc in the folder that holds config/, "
            "or set FEEDSVC_CONFIG to the configuration folder"
        )
    except UnicodeDecodeError as error:
        faults.append(f"{path}: is not UTF-8 at byte {error.start}; save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path}: {error}")
    return {}


class _Check(Tables):
    """Read the settings from the tables.

    own_feeds: the tables of feeds.toml. covers: of podcasts.
    """

    def __init__(self, folder: Path, faults: list[str], *, own_feeds: Mapping[str, Any]) -> None:
        super().__init__(folder, faults)
        self._own_feeds = own_feeds
        self.covers: list[FaceFile] = []

    def settings(
        self,
        main: dict[str, Any],
        categories: dict[str, Any],
        partner_tables: dict[str, Any],
        environ: Mapping[str, str],
        *,
        root: Path,
    ) -> Settings:
        site, warnings = self.site(self.table(main, "site"), environ, rights=self.table(main, "rights"))
        feeds = self.table(main, "feeds")
        rules = FeedRules()
        rules = FeedRules(
            limit=self.number(feeds, "limit", rules.limit, 1, place="feeds"),
            max_bytes=self.number(feeds, "max_bytes", rules.max_bytes, 10_000, place="feeds"),
            poll_interval_s=self.number(feeds, "poll_interval_s", rules.poll_interval_s, 60, place="feeds"),
        )
        kept = self.table(main, "media")
        folder = self.string(kept, "folder", str(MediaRules().folder), place="media")
        most = self.number(kept, "max_bytes", MediaRules().max_bytes, 1, place="media")
        known = self.categories(categories, site)
        url = environ.get("FEEDSVC_STORE_URL") or self.string(
            self.table(main, "store"), "url", DEFAULT_STORE_URL, place="store"
        )
        publisher = self.switch("FEEDSVC_PUBLISHER", DEFAULT_PUBLISHER, environ)
        makes_store = self.switch("FEEDSVC_NEW_STORE", DEFAULT_NEW_STORE, environ)
        cache_bytes = environ.get("FEEDSVC_CACHE_BYTES") or str(DEFAULT_CACHE_BYTES)
        if not (cache_bytes.isdecimal() and cache_bytes.isascii()):
            self.faults.append(f"environment: FEEDSVC_CACHE_BYTES: must be a whole number, not {cache_bytes!r}")
            cache_bytes = "0"
        sources = self.sources(main.get("sources", []), root, {category.slug for category in known})
        receivers = read_receivers(self, main.get("receivers", []), environ, root=root)
        hubs = tuple(receiver.url for receiver in receivers if receiver.kind == "websub")
        partners = read_partners(
            self,
            partner_tables,
            languages=site.languages,
            categories=[category.slug for category in known],
            sources=[source.name for source in sources],
        )
        slugs = [category.slug for category in known]
        own_feeds = read_own_feeds(
            self,
            self._own_feeds,
            languages=site.languages,
            taken={*RESERVED, *slugs},
            categories=slugs,
            sources=[source.name for source in sources],
        )
        looked = tuple(replace(source, silent_after_s=None, inbox=False, upstream=None) for source in sources)
        read = tuple(replace(source, include=(), exclude=(), when_removed="") for source in looked)
        # Documents name a category by either, and are told where they are no episode of a podcast.
        named = tuple(
            (category.slug, category.title, category.podcast is not None, category.subjects) for category in known
        )
        places = (site.languages, site.base_url, site.authority, site.authority_date, site.time_zone)
        return Settings(
            root=root,
            folder=self.folder,
            site=site,
            feeds=rules,
            store_url=_absolute_store(url, root),
            sources=sources,
            categories=known,
            publisher=publisher,
            makes_store=makes_store,
            cache_bytes=int(cache_bytes),
            pictures=self.folder,
            covers=tuple(self.covers),
            receivers=receivers,
            partners=partners,
            robots=self.robots(self.table(main, "site")),
            own_feeds=own_feeds,
            warnings=warnings,
            content_digest=_digest(places, read, named, folder, most),
            feeds_digest=_digest(site, rules, known, partners, own_feeds, *([hubs] if hubs else [])),
            sources_digest=_digest(looked),
            media=MediaRules(folder=root / folder, max_bytes=most),
            status_token=self.status_token(environ),
            inbox_tokens=self.inbox_tokens(environ),
            hosts=tuple(filter(None, (host.strip() for host in environ.get("FEEDSVC_HOSTS", "").split(",")))),
        )

    def robots(self, table: dict[str, Any]) -> str:
        """Return the rules for crawlers, one on a line."""
        rules = self.string(table, "robots", "", place="site")
        for line in rules.splitlines():
            if line.strip() and not ROBOTS_LINE.fullmatch(line):
                self.fault(self.main, "site.robots", f"{line!r} is no rule; write lines such as 'Disallow: /private/'")
        return rules

    def switch(self, name: str, default: str, environ: Mapping[str, str]) -> bool:
        """Return whether the variable *name* is "on", or *default* if it is not set."""
        value = environ.get(name, default)
        if value not in {"on", "off"}:
            self.faults.append(f"environment: {name}: must be on or off, not {value!r}")
        return value == "on"

    def status_token(self, environ: Mapping[str, str]) -> str:
        token = environ.get("FEEDSVC_STATUS_TOKEN", "")
        if token and not TOKEN.fullmatch(token):
            self.faults.append(
                "environment: FEEDSVC_STATUS_TOKEN: must be 16 or more letters, digits and signs of ASCII without "
                "spaces; `openssl rand -hex 24` makes one"
            )
        return token

    def inbox_tokens(self, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Return (source, token) of the inboxes; a message never shows a token."""
        name = "FEEDSVC_INBOX_TOKENS"
        found: dict[str, str] = {}
        for number, word in enumerate(environ.get(name, "").split(), 1):
            source, _, token = word.partition("=")
            if not TOKEN.fullmatch(token):
                self.faults.append(
                    f"environment: {name}: word {number} must be source=token, the token 16 or more letters, digits "
                    "and signs of ASCII; `openssl rand -hex 24` makes one"
                )
            found[source] = token
        return tuple(found.items())

    def site(
        self, table: dict[str, Any], environ: Mapping[str, str], *, rights: dict[str, Any]
    ) -> tuple[Site, tuple[str, ...]]:
        """Return the tables [site] and [rights], and warnings."""
        for key in REQUIRED:
            if key not in table:
                self.fault(self.main, f"site.{key}", "is missing")
        self.known_languages = self.languages(table.get("languages", list(DEFAULT_LANGUAGES)), "languages")
        languages = self.known_languages or ("en",)
        order = self.languages(table.get("title_order", list(languages)), "title_order")
        if sorted(order) != sorted(languages):
            self.fault(self.main, "site.title_order", "must have the same languages as site.languages")
        base_url = environ.get("FEEDSVC_BASE_URL") or self.string(table, "base_url", "http://x", place="site")
        if not _is_base_url(base_url):
            message = f"must be an http or https address without query, not {base_url!r}"
            is_given = bool(environ.get("FEEDSVC_BASE_URL"))
            said = f"environment: FEEDSVC_BASE_URL: {message}"
            self.faults.append(said if is_given else self.told(self.main, "site.base_url", message))
        zone = self.string(table, "time_zone", DEFAULT_TIME_ZONE, place="site")
        if zone not in available_timezones():
            self.fault(
                self.main, "site.time_zone", f"{zone!r} is not an IANA time zone; write one such as Asia/Shanghai"
            )
        authority_date = str(table.get("authority_date", "2026-01-01"))
        if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", authority_date):
            self.fault(self.main, "site.authority_date", f'must be a date such as "2026-01-01", not {authority_date!r}')
        authority = self.string(table, "authority", "example.org", place="site")
        if not re.fullmatch(r"[a-z0-9._-]+(@[a-z0-9.-]+)?|[a-z0-9._-]+@[a-z0-9.-]+", authority):
            self.fault(self.main, "site.authority", f"must be a domain name in lower case, not {authority!r}")
        host = urlsplit(base_url).hostname or "" if _is_base_url(base_url) else ""
        if "authority" in table and is_example(authority) and is_domain(host) and not is_example(host):
            cure = f"before anybody subscribes, put a domain name of yours here, such as {host}"
            self.fault(self.main, "site.authority", f"{authority!r} is nobody's, and is part of every id; {cure}")
        face, warnings = read_face(self, table, languages)
        site = Site(
            title=self.text(self.main, "site.title", table.get("title", "feedsvc"), languages),
            description=self.text(
                self.main, "site.description", table.get("description") or table.get("title", "feedsvc"), languages
            ),
            base_url=_in_ascii(base_url).rstrip("/"),
            authority=authority,
            authority_date=authority_date,
            author=self.string(table, "author", "feedsvc", place="site"),
            languages=languages,
            title_order=order,
            time_zone=zone,
            face=face,
            rights=read_rights(self, rights, languages),
        )
        return site, warnings

    def languages(self, value: object, key: str) -> tuple[str, ...]:
        good = isinstance(value, list) and all(isinstance(tag, str) and LANGUAGE.fullmatch(tag) for tag in value)
        if not good or not isinstance(value, list) or len(set(value)) != len(value) or not value:
            self.fault(self.main, f"site.{key}", 'must be a list of language tags such as ["en", "zh"]')
            return ()
        return tuple(value)

    def categories(self, tables: dict[str, Any], site: Site) -> tuple[Category, ...]:
        known, languages = [], site.languages
        if not tables:
            self.faults.append(f"{self.categories_file}: has no category; write at least one table, such as [world]")
        for slug, value in tables.items():
            if slug in RESERVED or not SLUG.fullmatch(slug):
                self.fault(
                    self.categories_file,
                    slug,
                    "must be lower-case letters, digits and hyphens, and none of " + ", ".join(sorted(RESERVED)),
                )
            table = value if isinstance(value, dict) else {}
            podcast = None
            if "podcast" in table:
                podcast, cover = read_podcast(self, slug, table["podcast"], author=site.author)
                self.covers += [cover] if cover is not None else []
            known.append(
                Category(
                    slug=slug,
                    title=self.text(self.categories_file, f"{slug}.title", table.get("title", slug), languages),
                    description=self.text(
                        self.categories_file,
                        f"{slug}.description",
                        table.get("description") or table.get("title", slug),
                        languages,
                    ),
                    podcast=podcast,
                    subjects=self.subjects(slug, table.get("subjects", [])),
                )
            )
        self.twice(known)
        return tuple(known)

    def subjects(self, slug: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(one, str) and any(map(str.isalnum, one)) for one in value):
            return tuple(value)
        said = f'must be a list of codes and names of agencies such as ["medtop:15000000", "Sport"], not {value!r}'
        self.fault(self.categories_file, f"{slug}.subjects", said)
        return ()

    def twice(self, categories: Sequence[Category]) -> None:
        """Add a fault for each subject that two categories have."""
        first: dict[str, str] = {}
        for category in categories:
            for subject in category.subjects:
                other = first.setdefault(subject.casefold(), category.slug)
                if other != category.slug:
                    said = f"{subject!r} is a subject of {other} too; leave it to one category"
                    self.fault(self.categories_file, f"{category.slug}.subjects", said)

    def bucket(self, table: dict[str, Any], source: SourceSettings, root: Path, *, place: str) -> SourceSettings:
        """Return *source* with what is said of the bucket that it is, if it is one."""
        if not source.url.lower().startswith("s3://"):
            for key in OF_BUCKETS:
                if key in table:
                    self.fault(
                        self.main, f"{place}.{key}", "is for a source whose url is a bucket, as in s3://desk/news"
                    )
            return source
        if BUCKET.fullmatch(source.url) is None:
            self.fault(self.main, f"{place}.url", "must name a bucket and perhaps a prefix, as in s3://desk/news")
        if source.inbox:
            self.fault(self.main, f"{place}.inbox", "is for a source whose url is a folder")
        default = Bucket(folder=root / OBJECTS / source.name)
        endpoint = self.string(table, "endpoint", "", place=place)
        if endpoint and not _is_base_url(endpoint):
            self.fault(self.main, f"{place}.endpoint", "must be an http or https address")
        every_s = self.number(table, "every_s", default.every_s, 5, place=place)
        return replace(source, bucket=replace(default, endpoint=endpoint, every_s=every_s))

    def sources(self, tables: object, root: Path, slugs: set[str]) -> tuple[SourceSettings, ...]:
        if not isinstance(tables, list) or not tables:
            self.fault(self.main, "sources", "is missing; write at least one [[sources]] with name and url")
            return ()
        default = SourceSettings(name="", url="", category="")
        found: list[SourceSettings] = []
        folders: list[tuple[str, Path]] = []
        for number, table in enumerate(tables, 1):
            place = f"sources[{number}]"
            if not isinstance(table, dict):
                self.fault(self.main, place, "must be a table with name, url and category")
                continue
            if lacking := [key for key in ("name", "url", "category") if key not in table]:
                self.fault(self.main, place, f"needs name, url and category; missing: {', '.join(lacking)}")
            source = SourceSettings(
                name=self.string(table, "name", "", place=place),
                url=_absolute_folder(self.string(table, "url", "", place=place), root),
                category=self.string(table, "category", "", place=place),
                encoding=table.get("encoding", default.encoding),
                max_bytes=self.number(table, "max_bytes", default.max_bytes, 1, place=place),
                include=self.globs(table, "include", default.include, place=place),
                exclude=self.globs(table, "exclude", default.exclude, place=place),
                translations_by=self.choice(
                    table, "translations_by", default.translations_by, ("place", "key"), place=place
                ),
                when_removed=self.choice(
                    table, "when_removed", default.when_removed, ("withdraw", "keep"), place=place
                ),
                inbox=self.flag(table, "inbox", default=False, place=place),
                silent_after_s=(
                    self.number(table, "silent_after_s", 0, 1, place=place)
                    if "silent_after_s" in table
                    else default.silent_after_s
                ),
            )
            if "name" in table and not (
                SLUG.fullmatch(source.name) and source.name not in {other.name for other in found}
            ):
                self.fault(self.main, f"{place}.name", f"must be a slug that no other source has, not {source.name!r}")
            if "category" in table and source.category not in slugs:
                self.fault(self.main, f"{place}.category", f"{source.category!r} is not in {self.categories_file.name}")
            source = self.bucket(table, source, root, place=place)
            source = self.upstream(table, source, root, place=place)
            folder = _folder(source.url) if "url" in table else None
            for other, its in folders:
                if folder and _overlap(folder, its):
                    where = "is also the folder" if folder == its else "overlaps the folder"
                    message = f"{folder} {where} of source {other!r} ({its}), so a document would be two articles"
                    self.fault(self.main, f"{place}.url", f"{message}; give each source a folder of its own")
            folders += [(source.name, folder)] if folder else []
            found.append(source)
        return tuple(found)

    def upstream(self, table: dict[str, Any], source: SourceSettings, root: Path, *, place: str) -> SourceSettings:
        """Return *source* with what is said of the feed that it is, if it is one."""
        if not source.url.lower().startswith(("http://", "https://")):
            for key in (key for key in OF_UPSTREAM if key in table):
                self.fault(self.main, f"{place}.{key}", "is for a source whose url is the address of a feed")
            if source.bucket is None and "every_s" in table:
                self.fault(
                    self.main, f"{place}.every_s", "is for a bucket or a feed; changes in a folder are heard at once"
                )
            return source
        parts = urlsplit(source.url) if _is_web_address(source.url) else None
        if parts is None or parts.username is not None:
            self.fault(self.main, f"{place}.url", "must be an http or https address without a user or a password")
        if source.inbox:
            self.fault(self.main, f"{place}.inbox", "is for a source whose url is a folder")
        default = Upstream(folder=root / UPSTREAM / source.name)
        upstream = replace(
            default,
            every_s=self.number(table, "every_s", default.every_s, 60, place=place),
            is_full=self.flag(table, "full", default=default.is_full, place=place),
            may_be_private=self.flag(table, "private_network", default=default.may_be_private, place=place),
        )
        # A feed lists its newest entries only, so one that is missing was not removed.
        return replace(source, upstream=upstream, when_removed="keep")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and url.isprintable() and " " not in url
    except ValueError:
        return False


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _is_base_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        in_ascii(parts)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        return False


def _in_ascii(url: str) -> str:
    """Return *url* with its host in ASCII: readers send that name, and so do the addresses in feeds."""
    return urlunsplit(in_ascii(urlsplit(url))) if _is_base_url(url) else url


def _absolute_folder(url: str, root: Path) -> str:
    return url if "://" in url else str(root / url)


def _folder(url: str) -> Path | None:
    """Return the folder of *url*, with symbolic links resolved; None if *url* names no folder."""
    scheme, mark, _ = url.partition("://")
    path = url if not mark else unquote(urlsplit(url).path) if scheme.lower() == "file" else ""
    return Path(os.path.realpath(path)) if path else None


def _overlap(one: Path, other: Path) -> bool:
    """Return whether one folder is inside the other, and not in a hidden folder of it, which is not read."""
    outer, inner = sorted((one, other), key=lambda folder: len(folder.parts))
    return inner.is_relative_to(outer) and not any(part.startswith(".") for part in inner.relative_to(outer).parts)


def _absolute_store(url: str, root: Path) -> str:
    return f"{SQLITE}{root / url.removeprefix(SQLITE)}" if url.startswith(SQLITE) else url
