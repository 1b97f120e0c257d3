"""Make HTML safe for every reader's page: an allow-list of elements and attributes, and absolute addresses only.

nh3 decides which elements stay. Before it sees the HTML, `bound_nesting` closes every element and leaves out those too
deep, because nh3, like a browser, needs time and space that grow with the square of the number of open elements.
source: docs/decisions/0031-shorter-ways.md
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Protocol
from urllib.parse import unquote

import nh3

from feedsvc.text.characters import strip_unwanted
from feedsvc.text.direction import direction
from feedsvc.text.embeds import EMBEDDING, embed_of
from feedsvc.text.web_addresses import WEB, absolute_address, absolute_url

ALLOWED = """
    a abbr article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure footer h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p picture pre q rb rp rt rtc ruby s
    samp section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr
"""
TAGS = frozenset(ALLOWED.split())
ATTRIBUTES = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"alt", "height", "sizes", "src", "srcset", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "source": {"height", "media", "sizes", "src", "srcset", "type", "width"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"height", "poster", "src", "width"},
}
WITH_CONTROLS = {"audio": {"controls": ""}, "video": {"controls": ""}}  # without them a reader shows nothing to press
LINKED = WEB | {"mailto", "tel"}
MAX_DATA_BYTES = 10_000
MAX_CANDIDATES = 20
DATA_IMAGE = re.compile(r"data:image/(?:gif|jpeg|png|webp);base64,[A-Za-z0-9+/]+={0,2}")
CANDIDATE = re.compile(r"([^\s,]\S*+)(?:\s++([^,]*+))?")
DESCRIPTOR = re.compile(r"[0-9]+(?:\.[0-9]+)?[wxh]?")
PICTURE = re.compile(r"<img\b", re.IGNORECASE)
NOT_RELATIVE = re.compile(r"\s{0,99}(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:|//|[?#]|\Z)")
ID = re.compile(r"[^\s\"'<>&]{1,200}")
WRITTEN_ID = re.compile(r"\sid=\"(?P<id>[^\"<>]{1,200})\"")

# Of what is left out, that which readers of the site itself can see or use.
TOLD = frozenset(
    {"applet", "button", "canvas", "embed", "form", "iframe", "input", "script", "select", "svg", "textarea"}
)
LEFT_OUT = re.compile(rf"<(?:{'|'.join(sorted(TOLD))})\b", re.IGNORECASE)
LINK_TO_NOTHING = re.compile(r"<a(?: title=\"[^\"]*+\")?>(?P<words>.*?)</a>", re.DOTALL)  # nh3 closes each
_NO_SOURCE = r"(?![^<>]*\s(?:src|srcset)=\")[^<>]*>"
BARE = (
    re.compile(rf"<(?:img|source)\b{_NO_SOURCE}"),
    re.compile(rf"<(?P<name>audio|video)\b{_NO_SOURCE}\s*+</(?P=name)>"),
    re.compile(r"<picture\b[^<>]*>\s*+</picture>"),
    re.compile(r"<a\b[^<>]*>\s*+</a>"),
    re.compile(
        r"<figure\b[^<>]*>\s*+(?:<figcaption\b[^<>]*>[^<>]*+(?:<(?!figure\b|/figcaption>)[^<>]*+>[^<>]*+)*+</figcaption>)?\s*+</figure>"
    ),
)
REFERRING: Mapping[str, tuple[str, ...]] = {
    "a": ("href",),
    "audio": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
}
# Paragraphs of text, which nothing below changes: a fifth of what it takes to compose wire copy.
_PARAGRAPH = r"<p>(?=[^\s<])[^<>&\r]*+(?:&(?:amp|lt|gt);[^<>&\r]*+)*+</p>"
PLAIN = re.compile(rf"{_PARAGRAPH}(?:\n{_PARAGRAPH})*+")
EMPTY_PARAGRAPH = re.compile(r"<p>\s*+</p>\s?")

MAX_DEPTH = 64
MAX_FORMATTING = 8  # within each other

TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))
    | <[!?][^>]*+(?:>|\Z)
    | <(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)
      (?P<attributes>(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>=]++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"?|'(?P<single>[^']*+)'?|(?P<bare>[^\s>"'][^\s>]*+)))?"""
)
ATTRIBUTE_NAME = re.compile("[a-z][a-z-]*")

# nh3 0.3.8 takes a time of their number squared for those that begin no reference: a second for 400 kB of them.
AMPERSAND = re.compile("&(?:#?[A-Za-z0-9]{1,40};?)?")

VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})
RAW = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"})
DROPPED = RAW | frozenset({"applet", "math", "noscript", "object", "select", "svg", "template"})
RENAMED = {
    "address": "div",
    "center": "div",
    "fieldset": "div",
    "form": "div",
    "h1": "h2",  # the one h1 is the article's own title
    "main": "div",
    "nav": "div",
    "strike": "s",
    "tt": "code",
}
# An object that has one of these within so many characters shows them to readers who cannot see the object itself.
FALLBACK = re.compile(r"<(?:a|audio|embed|iframe|img|picture|video)\b", re.IGNORECASE)
FALLBACK_CHARACTERS = 2_000
CONTAINERS = frozenset({"article", "aside", "blockquote", "details", "div", "figure", "header", "footer", "section"})
FORMATTING = frozenset({"a", "b", "code", "em", "i", "s", "small", "strong", "u"})
INLINE = """
    abbr audio bdi bdo br cite del dfn img ins kbd mark picture q rb rp rt rtc ruby samp source span sub sup time var
    video wbr
"""
PHRASING = FORMATTING.union(INLINE.split())
ROWS = frozenset({"tbody", "td", "tfoot", "th", "thead", "tr"})
CELLS = frozenset({"caption", "td", "th"})  # no end tag within reaches beyond
TABLE = ROWS | CELLS | {"table"}
CLOSED_BY = {
    "dd": frozenset({"dd", "dt"}),
    "dt": frozenset({"dd", "dt"}),
    "li": frozenset({"li"}),
    "rb": frozenset({"rb", "rp", "rt", "rtc"}),
    "rp": frozenset({"rb", "rp", "rt", "rtc"}),
    "rt": frozenset({"rb", "rp", "rt", "rtc"}),
    "tbody": frozenset({"tbody", "tfoot", "thead"}),
    "td": ROWS,
    "tfoot": frozenset({"tbody", "tfoot", "thead"}),
    "th": ROWS,
    "thead": frozenset({"tbody", "tfoot", "thead"}),
    "tr": ROWS - {"td", "th"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeFragment:
    """Safe HTML, and the relative addresses of its links and pictures as they were written, by what they became.

    others: further addresses on the site itself: whole ones, and those of films, sounds and sources.
    """

    html: str
    links: Mapping[str, str]
    pictures: Mapping[str, str]
    others: Mapping[str, str]


class Files(Protocol):
    """The files that relative addresses name."""

    def __contains__(self, written: object) -> bool:
        """Return whether *written* names a file, be it there or not; anything but a link does."""

    def get(self, written: str) -> str | None:
        """Return the absolute address of the file that *written* names, None if there is none to show."""


def safe_html(html: str, *, base: str, id_prefix: str = "", language: str = "en") -> str:
    """Return the HTML of `safe_fragment`."""
    return safe_fragment(html, base=base, id_prefix=id_prefix, language=language).html


def safe_fragment(
    html: str, *, base: str, id_prefix: str = "", language: str = "en", files: Files | None = None
) -> SafeFragment:
    """Return *html* as a fragment that harms no page it is put into.

    Only elements and attributes of an allow-list stay; the text of other elements stays, of scripts and the like it
    goes too. A link stands in the place of a frame or a player. Addresses become absolute; one that is none, or of
    another scheme than http, https, mailto or tel, goes with its attribute. Images may be ``data:`` up to 10 kB. An
    ``h1`` becomes an ``h2``. The cost is linear in the length of *html*.

    base:      absolute; the address of the article's page.
    id_prefix: put before each id, so that several fragments can share a page; without it no id stays. A link to an id
               that the fragment lacks is none.
    language:  of the words that name what was embedded without a title.
    files:     the only ones that relative addresses of pictures, films and sounds may name; None makes these addresses
               absolute like those of links.
    """
    allowed = strip_unwanted(html)[0]
    if PLAIN.fullmatch(allowed):
        return SafeFragment(html=allowed, links={}, pictures={}, others={})
    bounded = bound_nesting(allowed, tags=TAGS, language=language)
    ids = frozenset(found["id"] for found in WRITTEN_ID.finditer(bounded)) if id_prefix and "#" in bounded else None
    fragment = _Fragment(base=base, id_prefix=id_prefix, ids=ids, files=files)
    given = FRAGMENT.set(fragment)
    try:
        safe = CLEANER.clean(bounded)
    finally:
        FRAGMENT.reset(given)
    # Character references may name what was stripped; and XML knows no &nbsp;, should a reader parse it as XHTML.
    written = strip_unwanted(safe.replace("&nbsp;", "\u00a0"))[0]
    written = without_empty_links(without_bare(written) if fragment.is_bare else written).strip()
    return SafeFragment(html=written, links=fragment.links, pictures=fragment.pictures, others=fragment.others)


def without_empty_links(html: str) -> str:
    """Return safe *html* with the words of links that lead nowhere, and without the paragraphs that this empties."""
    return EMPTY_PARAGRAPH.sub("", LINK_TO_NOTHING.sub(r"\g<words>", html))


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Return the value to write of an attribute of the allow-list; None where it goes."""
    fragment = FRAGMENT.get()
    if attribute == "srcset":
        return _candidates(value, fragment)
    if attribute == "id":
        return fragment.prefixed(value)
    if attribute == "href":
        return fragment.link_to(value)
    if attribute == "src" and tag == "img":
        is_data = value.strip()[:5].lower() == "data:"
        return _data_image(value) if is_data else fragment.media(value, fragment.pictures)
    return _kept_of_others(attribute, value, fragment)


def _kept_of_others(attribute: str, value: str, fragment: _Fragment) -> str | None:
    if attribute in {"src", "poster"}:
        return fragment.media(value, fragment.others)
    if attribute == "cite":
        return fragment.noted(value, absolute_url(value, base=fragment.base), fragment.others)
    return value


@dataclass(slots=True, kw_only=True)
class _Fragment:
    """What the cleaner must know of a fragment: its base, the prefix of its ids, and these ids, None if unasked.

    is_bare: an address was left out, so that an element may show nothing.
    """

    base: str
    id_prefix: str
    ids: frozenset[str] | None
    files: Files | None = None
    is_bare: bool = False
    links: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def media(self, written: str, among: dict[str, str]) -> str | None:
        """Return the address of a picture, a film, a sound or another file, None if there is none; note it *among*."""
        if self.files is None or NOT_RELATIVE.match(written):
            return self.noted(written, absolute_url(written, base=self.base), among)
        found = self.files.get(written.strip())
        self.is_bare |= found is None
        return self.noted(written, found, among)

    def link_to(self, written: str) -> str | None:
        """Return the address of a link, None if there is none."""
        if self.files is not None and written.strip() in self.files:
            return self.media(written, self.others)
        inside = self.link(written) if written.startswith("#") else written
        return self.noted(written, absolute_address(inside, base=self.base, schemes=LINKED), self.links)

    def noted(self, written: str, address: str | None, among: dict[str, str]) -> str | None:
        """Return *address*; if it is relative as *written*, note it *among* others."""
        if address is None:
            return None
        if not NOT_RELATIVE.match(written):
            among.setdefault(address, written.strip())
        elif address.startswith(f"{self.base.rpartition('/articles/')[0]}/"):
            self.others.setdefault(address, written.strip())
        return address

    def prefixed(self, name: str) -> str | None:
        return f"{self.id_prefix}{name}" if self.id_prefix and ID.fullmatch(name) else None

    def link(self, href: str) -> str:
        """Return a link to an id with the prefix, nothing if no element has the id."""
        name = unquote(href[1:])
        if self.ids is None:
            return href
        return f"#{self.id_prefix}{name}" if name in self.ids else ""


FRAGMENT: ContextVar[_Fragment] = ContextVar("FRAGMENT")  # that CLEANER cleans
CLEANER = nh3.Cleaner(  # made once, for that takes as long as it takes to clean an article
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes=ATTRIBUTES,
    attribute_filter=_kept,
    set_tag_attribute_values=WITH_CONTROLS,
    link_rel=None,
    url_schemes={*LINKED, "data"},
)


def elements_left_out(html: str) -> tuple[str, ...]:
    """Return the names of the elements of *html* that no reader gets, and in whose place no link stands."""
    found: dict[str, None] = {}
    for token in TOKEN.finditer(html) if LEFT_OUT.search(html) else ():
        name = (token["name"] or "").lower()
        if name in TOLD and not token["end"]:
            is_link = name in EMBEDDING and embed_of(name, _values(token["attributes"]), language="en") is not None
            found |= {} if is_link else {name: None}
    return tuple(found)


def without_bare(safe: str) -> str:
    """Return *safe*, from the cleaner, without pictures, films, sounds and figures that show nothing."""
    for bare in BARE:
        safe = bare.sub("", safe)
    return safe


def references_in(html: str) -> Iterator[tuple[str, str]]:
    """Yield (tag, address) of each relative address in *html* of a picture, a film, a sound or a link, as written.

    These are all that `safe_fragment` may ask its files for, and a few more.
    """
    if "<" not in html:
        return
    for token in TOKEN.finditer(html):
        name = (token["name"] or "").lower()
        wanted = REFERRING.get(name)
        if wanted is None or token["end"]:
            continue
        values = _values(token["attributes"])
        for attribute in wanted:
            value = values.get(attribute, "")
            written = (
                [found[1].rstrip(",") for found in CANDIDATE.finditer(value)] if attribute == "srcset" else [value]
            )
            yield from ((name, one.strip()) for one in written[:MAX_CANDIDATES] if not NOT_RELATIVE.match(one))


def pictures_left_out(html: str) -> int:
    """Return how many pictures of *html* have an address that is none, or are written in it at too great a length."""
    if "<" not in html or PICTURE.search(html) is None:
        return 0
    count = 0
    for token in TOKEN.finditer(html):
        if (token["name"] or "").lower() != "img" or token["end"]:
            continue
        values = _values(token["attributes"])
        _load(values)
        source = values.get("src", "")
        if values.get("srcset") or (source and not NOT_RELATIVE.match(source)):
            continue
        is_data = source.strip()[:5].lower() == "data:"
        count += (_data_image(source) if is_data else absolute_url(source, base="https://a.example/")) is None
    return count


def _data_image(value: str) -> str | None:
    written = value.strip()
    payload = len(written) - written.find(",") - 1
    return written if payload * 3 // 4 <= MAX_DATA_BYTES and DATA_IMAGE.fullmatch(written) else None


def _candidates(value: str, fragment: _Fragment) -> str | None:
    """Return the candidates of a srcset whose addresses are good."""
    kept = []
    for found in CANDIDATE.finditer(value):
        url = fragment.media(found[1].rstrip(","), fragment.others)
        descriptor = (found[2] or "").strip()
        if url and (not descriptor or DESCRIPTOR.fullmatch(descriptor)):
            kept.append(f"{url} {descriptor}".rstrip())
        if len(kept) == MAX_CANDIDATES:
            break
    return ", ".join(kept) or None


def bound_nesting(html: str, *, tags: Collection[str], language: str | None = None) -> str:
    """Return *html* with every element closed, none deeper than 64, comments, scripts and the like left out.

    The tags of elements too deep are left out, their text stays. So it is for elements that are not in *tags*. Frames
    and players become links with words in *language*, and are left out where that is None.
    """
    writer = _Writer(tags, language)
    unclosed: set[str] = set()
    position = 0
    while token := TOKEN.search(html, position):
        writer.text(html[position : token.start()])
        position = token.end()
        name = (token["name"] or "").lower()
        name = RENAMED.get(name, name)
        if language and name in EMBEDDING and not token["end"]:
            if name == "object" and FALLBACK.search(html, position, position + FALLBACK_CHARACTERS):
                continue  # it brings along what is to be shown in its place
            found = embed_of(name, _values(token["attributes"]), language=language)
            if found is not None:
                writer.link(found.href, found.words)
        if name in DROPPED:
            if not token["end"] and name not in unclosed and not token["attributes"].endswith("/"):
                position = _after(html, name, position, unclosed)
        elif name in tags:
            if token["end"]:
                writer.end(name)
            elif name != "img" or not _is_counter(token["attributes"]):
                writer.start(name, token["attributes"])
    writer.text(html[position:])
    return writer.finish()


def _is_counter(attributes: str) -> bool:
    """Return whether a picture of these attributes is a pixel by which a former site counts readers."""
    values = _values(attributes)
    return {values.get("width"), values.get("height")} <= {"0", "1", "0px", "1px"}


def _after(html: str, name: str, position: int, unclosed: set[str]) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE).search(html, position)
    if end:
        return end.end()
    unclosed.add(name)
    return len(html) if name in RAW else position


def _ampersand(found: re.Match[str]) -> str:
    return found[0] if unescape(found[0]) != found[0] else f"&amp;{found[0][1:]}"


class _Writer:
    """Write tokens, and know which elements are open."""

    def __init__(self, tags: Collection[str], language: str | None) -> None:
        self.tags = tags
        self.language = language
        self.written: list[str] = []
        self.open: list[str] = []
        self.too_deep: Counter[str] = Counter()

    def text(self, text: str) -> None:
        said = AMPERSAND.sub(_ampersand, text) if "&" in text else text
        self.written.append(said.replace("<", "&lt;"))

    def start(self, name: str, attributes: str) -> None:
        if name == "a" and "a" in self.open:
            self.close(self.open.index("a"))
        self.close_implied(name)
        if name == "p" and self.open[-1:] == ["table"]:  # no table, but a word such as "<table>" in the copy
            self.close(len(self.open) - 1)
        if name in VOID:
            self.written.append(f"<{name}{_attributes(name, attributes, language=self.language)}>")
        elif len(self.open) >= MAX_DEPTH or (name in FORMATTING and not self.may_format()):
            self.too_deep[name] += 1
        else:
            self.written.append(f"<{name}{_attributes(name, attributes, language=self.language)}>")
            self.open.append(name)

    def link(self, href: str, words: str) -> None:
        """Write a link, in a paragraph of its own if it is between blocks."""
        is_alone = not self.open or self.open[-1] in CONTAINERS
        if is_alone:
            self.start("p", "")
        self.start("a", f'href="{escape(href)}"')
        self.written.append(escape(words, quote=False))
        self.end("a")
        if is_alone:
            self.end("p")

    def may_format(self) -> bool:
        """Return whether formatting may begin here: not within too much of it, nor in a table beside its cells.

        Browsers, and nh3, open formatting that begins there again in every cell and for every stray text.
        """
        part = next((name for name in reversed(self.open) if name in TABLE), "")
        return (not part or part in CELLS) and sum(name in FORMATTING for name in self.open) < MAX_FORMATTING

    def end(self, name: str) -> None:
        if self.too_deep.get(name):
            self.too_deep[name] -= 1
            return
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] == name:
                self.close(index)
                return
            if self.open[index] in CELLS and name not in ROWS and name != "table":
                return

    def close_implied(self, name: str) -> None:
        """Close the elements that *name* ends: a paragraph before a block, a list item before the next."""
        for index in range(len(self.open) - 1, -1, -1):
            opened = self.open[index]
            if name in CLOSED_BY.get(opened, ()) or (opened == "p" and name not in PHRASING):
                self.close(index)
            elif opened not in PHRASING or opened == "ruby":
                return

    def close(self, index: int) -> None:
        self.written.extend(f"</{name}>" for name in reversed(self.open[index:]))
        del self.open[index:]

    def finish(self) -> str:
        self.close(0)
        return "".join(self.written)


def _values(attributes: str) -> dict[str, str]:
    """Return the attributes of an element as they are meant."""
    values: dict[str, str] = {}
    for found in ATTRIBUTE.finditer(attributes):
        values.setdefault(found["name"].lower(), unescape(found["double"] or found["single"] or found["bare"] or ""))
    return values


def _own_direction(element: str, declared: str | None, around: str) -> str | None:
    """Return the direction of an element that runs against, or apart from, the text *around*; None for the others.

    Code is written from left to right in every language. declared: the language of the element.
    """
    if declared is None:
        return "ltr" if element == "pre" and direction(around) == "rtl" else None
    return direction(declared) if "rtl" in {direction(declared), direction(around)} else None


def _load(attributes: dict[str, str]) -> None:
    """Write the address of a picture that a script of its former site loads later: feed readers run no scripts."""
    for name in ("src", "srcset"):
        later = attributes.get(f"data-{name}") or attributes.get(f"data-lazy-{name}")
        original = attributes.get("data-original") if name == "src" else None
        if later:
            attributes[name] = later
        elif original and attributes.get(name, "data:").startswith("data:"):
            attributes[name] = original


def _attributes(element: str, text: str, *, language: str | None) -> str:
    if not text and element != "pre":  # nearly all tags
        return ""
    written: dict[str, str] = {}
    for found in ATTRIBUTE.finditer(text):
        name = found["name"].lower()
        name = "id" if (element, name) == ("a", "name") else name  # as old pages mark a place
        if ATTRIBUTE_NAME.fullmatch(name):
            value = found["double"] or found["single"] or found["bare"] or ""
            written.setdefault(name, value.replace('"', "&quot;"))
    if element in {"img", "source"}:
        _load(written)
    if language and "dir" not in written and (own := _own_direction(element, written.get("lang"), language)):
        written["dir"] = own
    return "".join(f' {name}="{value}"' for name, value in written.items())
