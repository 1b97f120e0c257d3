"""The settings, as loading has checked them, and the digests of software and settings that an edition records."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from feedsvc.config.receivers import PURGING, Receiver
from feedsvc.model.article import Text
from feedsvc.model.feed import Category
from feedsvc.model.selection import Selection

SQLITE = "sqlite:///"
THEME = "theme"  # the folder of a site's own templates, beside that of the configuration
PACKAGE = Path(__file__).parents[1]
# Other keys that a configuration may leave out have their default beside their name in the classes below.
DEFAULT_LANGUAGES = ("en", "zh")
DEFAULT_TIME_ZONE = "UTC"
DEFAULT_STORE_URL = "sqlite:///var/feedsvc.db"
DEFAULT_CACHE_BYTES = 64_000_000
DEFAULT_PUBLISHER = "on"
DEFAULT_NEW_STORE = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFile:
    """A picture of the site, a file in the configuration folder.

    digest: of its bytes. width, height: in pixels; None for a drawing.
    """

    name: str
    digest: str
    media_type: str
    width: int | None = None
    height: int | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether it is an SVG, which has no pixels."""
        return self.media_type == "image/svg+xml"

    @property
    def path(self) -> str:
        """Return the path of its address, which changes with the bytes."""
        return f"/static/{self.digest}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """The colour of links, as "#rrggbb", readable on light and on dark pages."""

    light: str
    dark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What makes a site look and sound like its owner's.

    icon:    a square. contact: an e-mail or web address, "" for none.
    language_names: (language, name) where the usual name is not wanted.
    """

    logo: FaceFile | None = None
    icon: FaceFile | None = None
    accent: Accent | None = None
    footer: Text = field(default_factory=Text)
    contact: str = ""
    rights: Text = field(default_factory=Text)
    language_names: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> tuple[FaceFile, ...]:
        return tuple(file for file in (self.logo, self.icon) if file is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The table [rights]: what others may do with the articles; addresses are "" where there is none.

    license:     of articles that declare none. rsl: of a document of Really Simple Licensing.
    usage:       (use, "y" or "n") of IETF's usage preferences.
    tdm_reservation: the rights of text and data mining are reserved; tdm_policy says how they are given.
    """

    license: str = ""
    usage_terms: Text = field(default_factory=Text)
    rsl: str = ""
    usage: tuple[tuple[str, str], ...] = ()
    tdm_reservation: bool = False
    tdm_policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The table [site].

    languages:   primary first; a feed for each, and a bilingual one where there are two or more.
    title_order: the same languages, in the order of a bilingual title.
    authority, authority_date: of all tag: URIs; they must never change once something is published.
    """

    title: Text
    description: Text
    base_url: str
    authority: str
    authority_date: str
    author: str
    languages: tuple[str, ...]
    title_order: tuple[str, ...]
    time_zone: str
    face: Face = Face()
    rights: Rights = Rights()

    @property
    def page_languages(self) -> tuple[str, ...]:
        """The languages in which pages have addresses of their own: none if the site has only one."""
        return self.languages if len(self.languages) > 1 else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRules:
    """The table [feeds]; max_bytes is before compression."""

    limit: int = 100
    max_bytes: int = 500_000
    poll_interval_s: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRules:
    """The table [media]; folder: of the kept files, absolute here. max_bytes: of a file."""

    folder: Path = Path("var/media")
    max_bytes: int = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket of objects as a source.

    folder:   that is kept equal to it, absolute. every_s: seconds between polls.
    endpoint: web address of its storage; "" for that of the environment, or of AWS.
    """

    folder: Path
    every_s: int = 60
    endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """The settings that feeds show. An edition keeps them, for the pages of its archive that are rendered later."""

    site: Site
    feeds: FeedRules
    categories: tuple[Category, ...]
    own_feeds: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A feed of another site as a source.

    folder:  of its documents, absolute.
    every_s: seconds between polls.
    is_full: its bodies are published, and not only headlines and summaries.
    may_be_private: its host may be on a private network.
    """

    folder: Path
    every_s: int = 900
    is_full: bool = False
    may_be_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One table of [[sources]].

    url:          a folder, absolute here, or the address of a feed.
    category:     slug for documents that name none and are in no category's folder.
    bucket:       that it is, None for other sources.
    encoding:     tried first; None to detect it.
    max_bytes:    a larger document is rejected unread.
    include, exclude: globs of files; only included files are documents, and no excluded ones.
    silent_after_s: the status page warns if no document arrives for longer; None never warns.
    translations_by: "place" finds translations by paths and keys, "key" by keys alone.
    when_removed: "withdraw" withdraws an article whose document is gone, "keep" keeps it.
    inbox:        whether files may be put into its folder over HTTP.
    upstream:     the feed of another site that it is, None for a folder.
    """

    name: str
    url: str
    category: str
    encoding: str | None = None
    bucket: Bucket | None = None
    max_bytes: int = 10_000_000
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    translations_by: str = "place"
    when_removed: str = "withdraw"
    silent_after_s: int | None = None
    inbox: bool = False
    upstream: Upstream | None = None

    @property
    def is_polled(self) -> bool:
        return self.bucket is not None or self.upstream is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One table of partners.toml.

    title, description: of its feed; "" for those of the site. limit: of the articles in it.
    """

    name: str
    profile: str
    language: str
    limit: int
    selection: Selection
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings.

    root:      of relative paths: the parent of the configuration folder.
    folder:    the configuration folder.
    store_url: as SQLAlchemy takes it; an SQLite path is absolute here.
    publisher: whether the service runs a publisher. cache_bytes: of feeds in a worker's memory.
    hosts:     that the service answers for besides the host of the base URL; "*" for any.
    status_token: of the operators; "" if the environment has none.
    inbox_tokens: (source, token) of those that the environment has.
    previewing: marks that hold copy are told and not obeyed, because only one editor sees the pages.
    content_digest: of the settings that articles depend on; if it changes, every document is read again.
    feeds_digest:   of those that feeds show; if it changes, every feed is rendered again.
    sources_digest: of those that choose documents; if it changes, every source is looked through.
    makes_store: whether a missing store may be made.
    pictures:  the folder of the site's pictures: the configuration folder, or the copy that was loaded.
    covers:    of podcasts, which are there too.
    receivers: that are told of each edition.
    partners:  that get feeds of their own.
    own_feeds: feeds of the newsroom's own, which articles join by their selections.
    robots:    the rules for crawlers; "" for ours.
    warnings:  of settings that are used, though not as they are written.
    """

    root: Path
    folder: Path
    site: Site
    feeds: FeedRules
    store_url: str
    sources: tuple[SourceSettings, ...]
    categories: tuple[Category, ...]
    publisher: bool
    cache_bytes: int
    content_digest: str
    feeds_digest: str
    sources_digest: str
    makes_store: bool = True
    media: MediaRules = field(default_factory=MediaRules)
    hosts: tuple[str, ...] = ()
    status_token: str = field(default="", repr=False)
    inbox_tokens: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    previewing: bool = False
    pictures: Path = field(default=Path("config"), compare=False)
    covers: tuple[FaceFile, ...] = ()
    receivers: tuple[Receiver, ...] = ()
    partners: tuple[Partner, ...] = ()
    own_feeds: tuple[Category, ...] = ()
    robots: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def hubs(self) -> tuple[str, ...]:
        """The addresses of the WebSub hubs that subscribers of the feeds may ask."""
        return tuple(receiver.url for receiver in self.receivers if receiver.kind == "websub")

    @property
    def networks(self) -> frozenset[str]:
        """The kinds of content delivery networks that are told which copies to drop."""
        return frozenset(receiver.kind for receiver in self.receivers) & PURGING

    @property
    def search_keys(self) -> tuple[str, ...]:
        """The keys by which search engines know the site; each has a file of its own."""
        return tuple(dict.fromkeys(receiver.key for receiver in self.receivers if receiver.key))

    def category(self, slug: str) -> Category | None:
        """Return the category or the own feed with *slug*."""
        return next((each for each in self.all_feeds if each.slug == slug), None)

    @property
    def all_feeds(self) -> tuple[Category, ...]:
        """What has feeds: the categories, and the newsroom's own feeds."""
        return (*self.categories, *self.own_feeds)

    def encoding_of(self, source: str) -> str | None:
        """Return the encoding that the settings give a *source*, if any."""
        return next((settings.encoding for settings in self.sources if settings.name == source), None)

    @property
    def store_file(self) -> Path | None:
        """The file of an SQLite store, None for other stores."""
        return Path(self.store_url.removeprefix(SQLITE)) if self.store_url.startswith(SQLITE) else None

    @property
    def imprint(self) -> Imprint:
        """The settings that feeds show."""
        return Imprint(site=self.site, feeds=self.feeds, categories=self.categories, own_feeds=self.own_feeds)

    def under(self, imprint: Imprint) -> Settings:
        """Return these settings with *imprint* as those that feeds show."""
        return replace(
            self,
            site=imprint.site,
            feeds=imprint.feeds,
            categories=imprint.categories,
            own_feeds=imprint.own_feeds,
        )


@cache
def software_digest() -> str:
    """Return a digest of the modules and tables that feeds depend on: all except those of the web.

    Releases could use a version number, but whoever deploys from a checkout would forget to change it.
    """
    digest = hashlib.sha256()
    for path in sorted(file for ending in ("py", "tsv", "toml", "mo") for file in PACKAGE.rglob(f"*.{ending}")):
        name = path.relative_to(PACKAGE)
        if name.parts[0] != "web":
            digest.update(str(name).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def web_digest() -> str:
    """Return a digest of the modules, templates and static files that only pages depend on."""
    digest = hashlib.sha256()
    for path in sorted(file for file in (PACKAGE / "web").rglob("*") if file.is_file() and file.suffix != ".pyc"):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeWith:
    """The digests that an edition records: of the software, and of three kinds of settings (see `Settings`)."""

    software: str
    content: str
    feeds: str
    sources: str

    def __str__(self) -> str:
        return f"{self.software} {self.content} {self.feeds} {self.sources}"

    def makes_same_articles(self, recorded: str) -> bool:
        """Return whether articles need not be made again after the edition that *recorded* its digests."""
        return recorded.split()[:2] == [self.software, self.content]

    def makes_same_feeds(self, recorded: str) -> bool:
        """Return whether the same articles give the same feeds."""
        return recorded.split()[:3:2] == [self.software, self.feeds]


def made_with(settings: Settings) -> MadeWith:
    """Return the digests of software and *settings* that an edition records."""
    return MadeWith(
        software=software_digest(),
        content=settings.content_digest,
        feeds=settings.feeds_digest,
        sources=settings.sources_digest,
    )
