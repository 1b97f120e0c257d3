"""Find the documents that the links in bodies name, and write bodies with links that lead to their articles.

A link names a document by its path beside its own document, by its path in the source, or by the address that a
generator of sites would give it. Places are kept as digests, like titles, so that a link is resolved whenever its
document comes, moves or goes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape, unescape
from itertools import islice
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from feedsvc.articles.identity import article_url, split_language
from feedsvc.model.article import Article, Entry, Media, Reference, Sought, Target, Text
from feedsvc.model.document import Document, KnownDocument, suffix
from feedsvc.model.draft import Draft

MOST_REFERENCES = 500  # links of a body; further ones stay as they are
DOCUMENTS = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd", ".txt", ".text"})
PAGES = frozenset({"", ".html", ".htm"})
ROOTS = frozenset({"content", "docs", "pages", "site", "source", "src"})  # of documents, which no address repeats
POSTS = frozenset({"_posts", "_drafts"})
INDEX = frozenset({"index", "_index", "readme"})
# Parts of addresses that say nothing of the document.
PLAIN_PARTS = frozenset({"archive", "archives", "article", "articles", "blog", "entry", "news", "p", "post", "posts"})
OWN_PAGES = frozenset({"categories", "feeds", "search", "status", "static"})  # of this service: they name no document
DATED = re.compile(r"(?P<year>\d{4})[-_](?P<month>\d{1,2})[-_](?P<day>\d{1,2})[-_](?P<rest>.+)", re.DOTALL)
ADDRESS_DATE = re.compile(r"(?P<year>(?:19|20)\d\d)(?:/(?P<month>\d{1,2})(?:/(?P<day>\d{1,2}))?)?")
DATE_PARTS = 3
WHOLE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
ARTICLE_PAGE = re.compile(r"(?:^|/)articles/(?P<slug>[A-Za-z0-9-]{1,200})(?![A-Za-z0-9-])")
ADDRESSED = re.compile(r' (?P<name>cite|href|poster|src|srcset)="(?P<value>[^"]*)"')
ANCHOR = re.compile(
    r'<a(?P<before>(?: [a-z]+="[^"]*")*?) href="(?P<href>[^"]*)"(?P<after>(?: [a-z]+="[^"]*")*)>(?P<words>.*?)</a>',
    re.DOTALL,
)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def slug_digest(slug: str) -> str:
    """Return the digest of the address of an article; a folded title has no such mark."""
    return digest_of(f"/{slug}")


def place_digests(source: str, path: str, languages: Sequence[str]) -> frozenset[str]:
    """Return the digests that links may ask for the document at *path* by."""
    stem = path.removesuffix(suffix(path))
    bare = split_language(path, languages)[0]
    names = {digest for part in (stem, bare) for digest in (_place(source, part), _page(source, _leaf(part)))}
    dated = DATED.fullmatch(_leaf(bare))
    if dated:
        names.add(_page(source, dated["rest"]))
        names.add(_page(source, dated["rest"], date=_date(dated)))
    return frozenset(names)


def places_named(written: str, place: Place) -> tuple[str, ...]:
    """Return the digests of the documents that a path such as "../world/b.md" names; none for other text."""
    if suffix(written).lower() not in DOCUMENTS or "://" in written:
        return ()
    named = _reference("", written, place)
    return named.places if named else ()


def name_digest(source: str, name: str) -> str:
    """Return the digest of a slug that a document declares: addresses end with it, also if it is only a number.

    name: with a leading "/", it is a path that leads to the document, and all of it counts.
    """
    if name.startswith("/"):
        path = unquote(re.split("[?#]", name, maxsplit=1)[0]).strip("/")
        stem = path.removesuffix(suffix(path)) if suffix(path).lower() in PAGES else path
        return _place(source, normpath(stem))
    return _page(source, name.strip().strip("/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the addresses of a document are read from.

    source, path: of the document. languages: of the site. base_url: of the site.
    """

    source: str
    path: str
    languages: Sequence[str]
    base_url: str

    @classmethod
    def of(cls, document: Document | Draft | KnownDocument, languages: Sequence[str], base_url: str) -> Place:
        return cls(source=document.source, path=document.path, languages=languages, base_url=base_url)

    def exact(self, places: Iterable[str]) -> tuple[str, ...]:
        """Return the digests of documents at *places* in the source, with a language or without."""
        forms = (form for place in places for form in (place, split_language(f"{place}.x", self.languages)[0]))
        return tuple(dict.fromkeys(_place(self.source, form) for form in forms))

    def on_site(self, written: str) -> str | None:
        """Return *written* as a path, from the root if it is a whole address of the site; None if of another."""
        if not WHOLE.match(written):
            return written
        home = self.base_url.partition("://")[2]
        rest = written.partition("//")[2]
        return rest.removeprefix(home) if rest.startswith(f"{home}/") else None


def references_of(
    links: Mapping[str, str], pictures: Mapping[str, str], others: Mapping[str, str], place: Place
) -> tuple[Reference, ...]:
    """Return what the addresses of a body name.

    links, pictures, others: as the document has them, by the absolute address that they became.
    """
    found = [
        reference
        for address, written in islice(links.items(), MOST_REFERENCES)
        if (reference := _reference(address, written, place))
    ]
    shown = islice(pictures.items(), MOST_REFERENCES)
    found += [
        Reference(written=written, address=address, is_told=False, hiding=hiding)
        for address, written in shown
        if (hiding := beside(written, place))
    ]
    found += [
        Reference(written=written, address=address, is_told=False, hiding=hiding)
        for address, written in islice(others.items(), MOST_REFERENCES)
        if (hiding := all_named(written, place))
    ]
    return tuple(found)


def _reference(address: str, written: str, place: Place) -> Reference | None:
    name = _name(written)
    parts = [part for part in name.split("/") if part]
    if not parts or (name.startswith("/") and parts[0] in OWN_PAGES):
        return None
    ending = suffix(parts[-1]).lower()
    if ending not in DOCUMENTS | PAGES and DATED.match(parts[-1]) is None:
        return Reference(written=written, address=address, hiding=beside(written, place))
    stem = name.removesuffix(suffix(parts[-1])).rstrip("/") if ending else name.rstrip("/")
    folder, _, _ = place.path.rpartition("/")
    rooted = normpath(stem.lstrip("/"))
    places = [] if name.startswith("/") else [normpath(f"{folder}/{stem}".lstrip("/"))]
    if not name.startswith("/") and ending in PAGES:  # the address of a page ends with a folder of its own
        places.append(normpath(f"{place.path.removesuffix(suffix(place.path))}/{stem}"))
    pages, rest = _pages(place.source, rooted)
    return Reference(
        written=written,
        address=address,
        places=place.exact([*places, rooted]),
        pages=pages,
        parts=rest,
        hiding=_own_page(name),
        is_document=ending in DOCUMENTS,
    )


def _name(written: str) -> str:
    return unquote(re.split("[?#]", written.strip(), maxsplit=1)[0])


def _own_page(name: str) -> tuple[str, ...]:
    """Return the digest of the article of which *name* is a page: "/articles/pier.json", "/articles/pier/explain"."""
    found = ARTICLE_PAGE.search(name)
    return (slug_digest(found["slug"].lower()),) if found else ()


def beside(written: str, place: Place) -> tuple[str, ...]:
    """Return the digests of the documents beside which a file lies: "pier.jpg" or "pier/a.jpg" beside "pier.md"."""
    on_site = place.on_site(written.strip())
    name = _name(on_site) if on_site is not None else ""
    *folders, leaf = [part for part in name.split("/") if part] or [""]
    if not leaf:
        return ()
    own, _, _ = place.path.rpartition("/")
    stems = ["/".join([*folders, leaf.removesuffix(suffix(leaf))])]
    stems += ["/".join(folders)] if folders else []
    places = [normpath(stem) for stem in stems]
    if not name.startswith("/"):
        places += [normpath(f"{own}/{stem}".lstrip("/")) for stem in stems]
    page = place.path.removesuffix(suffix(place.path))
    return (*place.exact(name for name in places if name not in {".", "..", own, page}), *_own_page(name))


def all_named(written: str, place: Place) -> tuple[str, ...]:
    """Return the digests of all documents that an address might name; none for an address of another site."""
    on_site = place.on_site(written.strip())
    found = None if on_site is None else _reference("", on_site, place)
    if on_site is None or found is None:
        return ()
    return tuple(dict.fromkeys((*found.places, *found.pages, *found.hiding, *beside(on_site, place))))


def _pages(source: str, rooted: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the digests of the page at the end of an address, and the parts before it, which are to agree."""
    *before, leaf = [part for part in rooted.split("/") if part not in {".", ".."}] or [""]
    if leaf in INDEX and before:
        leaf = before.pop()
    if not leaf:
        return (), ()
    found = [_page(source, leaf), slug_digest(leaf.lower())]
    dated = DATED.fullmatch(leaf)
    date = ADDRESS_DATE.search("/".join(before))
    if dated:
        found.insert(0, _page(source, dated["rest"], date=_date(dated)))
    elif date and date["day"]:
        found.insert(0, _page(source, leaf, date=_date(date)))
    return tuple(found), tuple(part.lower() for part in before if part.lower() not in PLAIN_PARTS | ROOTS | POSTS)


def _date(found: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(found[part]) for part in ("year", "month", "day") if found[part])


def _place(source: str, stem: str) -> str:
    return digest_of(f"place:{source}/{'/'.join(_named(stem)).lower()}")


def _page(source: str, leaf: str, *, date: tuple[int, ...] = ()) -> str:
    slug = "-".join(re.split(r"[\s_-]+", leaf.lower()))
    return digest_of(f"page:{source}/{'-'.join(map(str, date))}/{slug}")


def _named(stem: str) -> list[str]:
    """Return the parts of a path without those that no address has."""
    parts = [part for part in stem.split("/") if part not in POSTS]
    while len(parts) > 1 and parts[0].lower() in ROOTS:
        del parts[0]
    return parts[:-1] if len(parts) > 1 and parts[-1].lower() in INDEX else parts


def _leaf(stem: str) -> str:
    return _named(stem)[-1]


def asked_by_references(references: Iterable[Reference]) -> frozenset[str]:
    """Return the digests that *references* ask for."""
    return frozenset(
        digest for reference in references for digest in (*reference.places, *reference.pages, *reference.hiding)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """The links of a body once they were looked up.

    leads:   (address, where it leads), None where only words are to be shown.
    nowhere: those that lead to no document.
    """

    leads: tuple[tuple[str, str | None], ...] = ()
    nowhere: tuple[Reference, ...] = ()


def look_up(article: Article, sought: Mapping[str, Sought], targets: Mapping[str, Target], *, base_url: str) -> Led:
    """Return where the references of *article* lead.

    A link to a document that is held, withdrawn or killed leads nowhere, and so does a link that can only mean a
    document, and means none: nobody can tell the two apart. Other addresses that name no document stay as they are.

    sought:  by digest. targets: live articles by id.
    """
    leads: dict[str, str | None] = {}
    nowhere: list[Reference] = []
    for reference in article.references:
        if any(digest in sought and sought[digest].state != "live" for digest in reference.hiding):
            leads[reference.address] = None
            continue
        named = next(_named_by(reference, article, sought, targets), None)
        if isinstance(named, Article | Target):
            leads[reference.address] = _address(named, urlsplit(reference.address).fragment, base_url=base_url)
        elif named is not None or reference.is_document:
            leads[reference.address] = None
        if named is None and reference.is_told:
            nowhere.append(reference)
    return Led(leads=tuple(leads.items()), nowhere=tuple(nowhere))


def _named_by(
    reference: Reference, article: Article, sought: Mapping[str, Sought], targets: Mapping[str, Target]
) -> Iterator[Article | Target | Sought]:
    """Yield the live articles that a reference may name, surest first, or what is known of one that is not live."""
    for digest in (*reference.places, *reference.pages):
        found = sought.get(digest)
        if found is None:
            continue
        target = article if found.target is None else targets.get(found.target)
        if found.state != "live" or target is None:
            yield found
        elif digest in reference.places or _agrees(target, reference.parts):
            yield target


def _agrees(target: Article | Target, parts: Collection[str]) -> bool:
    """Return whether each of the *parts* of an address is a folder, a category, a language or the date of *target*."""
    numbers = [int(part) for part in parts if part.isdecimal()]
    words = {part for part in parts if not part.isdecimal()}
    known = {*target.categories, *target.languages, *map(str.lower, target.tags)}
    for path in target.origins:
        known |= {part.lower() for part in path.split("/")}
    return words <= known and (not numbers or numbers in [day[: len(numbers)] for day in _days(target)])


def _days(target: Article | Target) -> Iterator[list[int]]:
    """Yield the days that an address of *target* may have: of its names, and of its dates in any zone."""
    for path in target.origins:
        dated = DATED.fullmatch(_leaf(path.removesuffix(suffix(path))))
        if dated:
            yield list(_date(dated))
    for version in target.versions:
        for hours in (-24, 0, 24):
            moved = version.published.instant + timedelta(hours=hours)
            yield [moved.year, moved.month, moved.day]


def _address(target: Article | Target, fragment: str, *, base_url: str) -> str:
    """Return the address of *target*, at the place that *fragment* names in its body if there is such a place."""
    url = article_url(base_url, target.slug)
    if not fragment:
        return url
    for language, body in target.body.items:
        place = f"{target.slug}-{language}-{unquote(fragment)}"
        if f' id="{escape(place)}"' in body:
            return f"{url}#{place}"
    return f"{url}#{fragment}"


def media_of(entry: Entry) -> tuple[Media, ...]:
    """Return the media of *entry* whose addresses may be shown."""
    leads = dict(entry.leads)
    return tuple(medium for medium in entry.article.media if leads.get(medium.url, "") is not None)


def body_of(entry: Entry) -> Text:
    """Return the body of *entry*, its links leading where they were found to lead."""
    body = entry.article.body
    if not entry.leads:
        return body
    leads = dict(entry.leads)
    hidden = {address for address, lead in entry.leads if lead is None}

    def led(found: re.Match[str]) -> str:
        href = unescape(found["href"])
        if href not in leads:
            return found[0]
        lead = leads[href]
        if lead is None:
            return found["words"]
        return f'<a{found["before"]} href="{escape(lead)}"{found["after"]}>{found["words"]}</a>'

    led_bodies = ((language, ANCHOR.sub(led, html)) for language, html in body.items)
    return Text(items=tuple((language, without_addresses(html, hidden)) for language, html in led_bodies))


def without_addresses(html: str, hidden: Collection[str]) -> str:
    """Return safe *html* without the attributes that have *hidden* addresses; the words about them stay."""

    def kept(found: re.Match[str]) -> str:
        value = unescape(found["value"])
        named = [part.split(" ")[0] for part in value.split(", ")] if found["name"] == "srcset" else [value]
        return "" if any(address in hidden for address in named) else found[0]

    return ADDRESSED.sub(kept, html) if hidden else html
