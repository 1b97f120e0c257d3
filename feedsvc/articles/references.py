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
from feedsvc.model.article import Article, Entry, Reference, Sought, Text
from feedsvc.model.document import suffix

MOST_REFERENCES = 500  # links of a body, and as many pictures; further ones stay as they are
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


def places_named(written: str, *, source: str, path: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the digests of the documents that *written*, a path such as "../world/b.md", names; none for other text.

    source, path: of the document that has it. languages: of the site.
    """
    if suffix(written).lower() not in DOCUMENTS or "://" in written:
        return ()
    named = _reference("", written, source=source, path=path, languages=languages)
    return named.places if named else ()


def name_digest(source: str, name: str) -> str:
    """Return the digest of a slug that a document declares: addresses end with it, also if it is only a number."""
    return _page(source, name.strip().strip("/"))


def references_of(
    links: Mapping[str, str], pictures: Mapping[str, str], *, source: str, path: str, languages: Sequence[str]
) -> tuple[Reference, ...]:
    """Return what the relative links and pictures of a body name.

    links, pictures: as the document has them, by the absolute address that they became.
    source, path:    of the document. languages: of the site.
    """
    found = [
        reference
        for address, written in islice(links.items(), MOST_REFERENCES)
        if (reference := _reference(address, written, source=source, path=path, languages=languages))
    ]
    shown = islice(pictures.items(), MOST_REFERENCES)
    found += [Reference(written=written, address=address, is_picture=True) for address, written in shown]
    return tuple(found)


def _reference(address: str, written: str, *, source: str, path: str, languages: Sequence[str]) -> Reference | None:
    name = unquote(re.split("[?#]", written.strip(), maxsplit=1)[0])
    parts = [part for part in name.split("/") if part]
    if not parts or (name.startswith("/") and parts[0] in OWN_PAGES):
        return None
    ending = suffix(parts[-1]).lower()
    if ending not in DOCUMENTS | PAGES and DATED.match(parts[-1]) is None:
        return Reference(written=written, address=address)
    stem = name.removesuffix(suffix(parts[-1])).rstrip("/") if ending else name.rstrip("/")
    folder, _, _ = path.rpartition("/")
    rooted = normpath(stem.lstrip("/"))
    places = [] if name.startswith("/") else [normpath(f"{folder}/{stem}".lstrip("/"))]
    if not name.startswith("/") and ending in PAGES:  # the address of a page ends with a folder of its own
        places.append(normpath(f"{path.removesuffix(suffix(path))}/{stem}"))
    places += [rooted]
    exact = [_place(source, form) for place in places for form in (place, split_language(f"{place}.x", languages)[0])]
    pages, rest = _pages(source, rooted)
    return Reference(
        written=written,
        address=address,
        places=tuple(dict.fromkeys(exact)),
        pages=pages,
        parts=rest,
        is_document=ending in DOCUMENTS,
    )


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
    return frozenset(digest for reference in references for digest in (*reference.places, *reference.pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """The links of a body once they were looked up.

    leads:   (address, where it leads), None where only words are to be shown.
    nowhere: those that lead to no document.
    """

    leads: tuple[tuple[str, str | None], ...] = ()
    nowhere: tuple[Reference, ...] = ()


def look_up(article: Article, sought: Mapping[str, Sought], targets: Mapping[str, Article], *, base_url: str) -> Led:
    """Return where the references of *article* lead.

    A link to a document that is held, withdrawn or killed leads nowhere, and so does a link that can only mean a
    document, and means none: nobody can tell the two apart. Other addresses that name no document stay as they are.

    sought:  by digest. targets: live articles by id.
    """
    leads: dict[str, str | None] = {}
    nowhere: list[Reference] = []
    for reference in article.references:
        named = next(_named_by(reference, article, sought, targets), None)
        if isinstance(named, Article):
            leads[reference.address] = _address(named, urlsplit(reference.address).fragment, base_url=base_url)
        elif named is not None or reference.is_document:
            leads[reference.address] = None
        if named is None:
            nowhere.append(reference)
    return Led(leads=tuple(leads.items()), nowhere=tuple(nowhere))


def _named_by(
    reference: Reference, article: Article, sought: Mapping[str, Sought], targets: Mapping[str, Article]
) -> Iterator[Article | Sought]:
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


def _agrees(target: Article, parts: Collection[str]) -> bool:
    """Return whether each of the *parts* of an address is a folder, a category, a language or the date of *target*."""
    numbers = [int(part) for part in parts if part.isdecimal()]
    words = {part for part in parts if not part.isdecimal()}
    known = {*target.categories, *target.languages, *map(str.lower, target.tags)}
    for path in target.origins:
        known |= {part.lower() for part in path.split("/")}
    return words <= known and (not numbers or numbers in [day[: len(numbers)] for day in _days(target)])


def _days(target: Article) -> Iterator[list[int]]:
    """Yield the days that an address of *target* may have: of its names, and of its dates in any zone."""
    for path in target.origins:
        dated = DATED.fullmatch(_leaf(path.removesuffix(suffix(path))))
        if dated:
            yield list(_date(dated))
    for version in target.versions:
        for hours in (-24, 0, 24):
            moved = version.published.instant + timedelta(hours=hours)
            yield [moved.year, moved.month, moved.day]


def _address(target: Article, fragment: str, *, base_url: str) -> str:
    """Return the address of *target*, at the place that *fragment* names in its body if there is such a place."""
    url = article_url(base_url, target.slug)
    if not fragment:
        return url
    for language, body in target.body.items:
        place = f"{target.slug}-{language}-{unquote(fragment)}"
        if f' id="{escape(place)}"' in body:
            return f"{url}#{place}"
    return f"{url}#{fragment}"


def body_of(entry: Entry) -> Text:
    """Return the body of *entry*, its links leading where they were found to lead."""
    body = entry.article.body
    if not entry.leads:
        return body
    leads = dict(entry.leads)

    def led(found: re.Match[str]) -> str:
        href = unescape(found["href"])
        if href not in leads:
            return found[0]
        lead = leads[href]
        if lead is None:
            return found["words"]
        return f'<a{found["before"]} href="{escape(lead)}"{found["after"]}>{found["words"]}</a>'

    return Text(items=tuple((language, ANCHOR.sub(led, html)) for language, html in body.items))
