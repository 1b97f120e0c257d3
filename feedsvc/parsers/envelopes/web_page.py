"""Read a web page, as a site or a word processor saves it, for the article in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from feedsvc.datelines import read_printed
from feedsvc.model.document import Document, suffix
from feedsvc.model.draft import Passage, Transmission
from feedsvc.model.errors import DateError, ParseError
from feedsvc.model.ports import Decode
from feedsvc.parsers.envelopes.page_body import AUTHORING, DATING, PageBlock, article_in, blocks_in
from feedsvc.parsers.envelopes.page_metadata import PageMetadata, dated, page_metadata
from feedsvc.parsers.lines import cut, lines_of, tidy
from feedsvc.parsers.marks import find_mark
from feedsvc.parsers.names import bylines_in, name_alone
from feedsvc.text.html import ATTRIBUTE, TOKEN
from feedsvc.text.scripts import is_foreign, tell_script

ENDINGS = frozenset({".html", ".htm", ".xhtml"})
OF_TEMPLATES = (b"---", b"+++", b"{")
LEADING = b"\x00\r\n \t\xef\xbb\xbf"
BEGINNING = re.compile(
    rb"(?:<\?xml[^<>]{0,200}\?>\s{0,99})?(?:<!--.{0,500}?-->\s{0,99}){0,3}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
CHARSET = re.compile(
    rb"<(?:\?xml|meta)\b[^<>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
LOOKED_AT = 4_096  # bytes, in which a page names its charset
LONGEST_PAGE = 10_000_000  # characters
FEW_CHARACTERS = 20_000
MOST_ATTRIBUTES = 2_000
COMMENT = re.compile(r"<!--(.{1,300}?)-->", re.DOTALL)
MOST_COMMENTS = 500
REFRESH = re.compile(r"\s*\d{0,4}\s*[;,]\s*url\s*=\s*['\"]?(.{1,300})", re.IGNORECASE)
PARTS_OF_TITLE = re.compile(r"\s+[|–—·•:»«-]\s+|\s+::\s+|｜|_(?=[^_]{2,40}$)")
# Classes of elements that say something of authors and dates.
SAYING = frozenset(
    {"meta", "post-meta", "entry-meta", "article-meta", "post-info", "posted-on", "post__meta", "postmeta"}
)
PARTS_OF_LINE = re.compile(r"\s*[|·•—]\s*|\s+(?=on\s)|\s+-\s+")
PARTS_OF_HEADING = ("span", "small", "strong", "div")
PARTS_OF_CREDIT = re.compile(r"\s*[|·•—]\s*|\s+[-/]\s+")
BY = re.compile(r"^(?:(?:posted|written|published)\s+)?by\b\s*:?\s*", re.IGNORECASE)
POSTED = re.compile(r"^(?:posted|written|published)\s+(?=by\s)", re.IGNORECASE)
LONGEST_SHOWN, MOST_SHOWN = 200, 20
LONGEST_NAMELESS = 60  # characters of an element for authors in which no name is recognised
NOT_LETTERS = re.compile(r"[\W_]+")
MOST_PASSAGES = 20_000
QUOTED = 60  # characters of a summary that are looked for in the copy


class WebPage:
    """Read HTML pages for their article."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "page"

    def recognises(self, document: Document, content: bytes) -> bool:
        """Return whether the name or the beginning is that of a page, and not that of a template of pages."""
        head = content[:LOOKED_AT].lstrip(LEADING)
        if suffix(document.path.lower()) in ENDINGS:
            return not head.startswith(OF_TEMPLATES)
        return head.startswith(b"<") and BEGINNING.match(head) is not None

    def open(self, content: bytes, *, decode: Decode) -> Transmission:
        """Return what the page states of its article, and the blocks of its copy.

        raises: ParseError if the page has no article, or leads to another page.
        """
        named = CHARSET.search(content[:LOOKED_AT])
        text = decode(content, named[1].decode("ascii") if named else None).replace("\x00", "")
        if not text.strip():
            raise ParseError("is empty")
        root = _tree(text)
        _refuse_redirect(root)
        metadata = page_metadata(root)
        if metadata.is_list:
            raise ParseError("is a web page that describes several articles; save the page of each")
        shown = _shown(root)
        _part_headings(root)
        headings = [tidy("".join(each.itertext())) for each in root.iter("h1")]
        article = article_in(root, is_article=metadata.is_article)
        blocks = list(blocks_in(article))
        passages = [*_head(metadata, headings, shown, blocks), *_marks(text), *passages_of(blocks)]
        return Transmission(form="a web page", passages=tuple(passages))


def passages_of(blocks: Sequence[PageBlock]) -> Iterator[Passage]:
    """Yield the copy, block by block.

    raises: ParseError if there are more blocks than are read.
    """
    if len(blocks) > MOST_PASSAGES:
        raise ParseError(f"has more than {MOST_PASSAGES} paragraphs, which no article has")
    for block in blocks:
        yield Passage(role="copy", text=block.text, html=block.html)


def _tree(text: str) -> etree._Element:
    """Return the root of the page.

    raises: ParseError if it has none, or is too long.
    """
    if len(text) > LONGEST_PAGE:
        raise ParseError(f"is a web page of {len(text)} characters, over the limit of {LONGEST_PAGE}")
    if len(text) > FEW_CHARACTERS and any(_has_many_attributes(token["attributes"]) for token in TOKEN.finditer(text)):
        raise ParseError(f"is a web page with a tag of more than {MOST_ATTRIBUTES} attributes")
    parser = etree.HTMLParser(encoding="utf-8", remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ParseError("is no web page: no element can be read in it") from error
    if root is None:
        raise ParseError("is no web page: no element can be read in it")
    return root


def _has_many_attributes(written: str | None) -> bool:
    """Return whether a tag has so many attributes that libxml2, which compares each with all others, takes minutes."""
    if written is None or len(written) < FEW_CHARACTERS:
        return False
    return sum(1 for _ in islice(ATTRIBUTE.finditer(written), MOST_ATTRIBUTES + 1)) > MOST_ATTRIBUTES


def _part_headings(root: etree._Element) -> None:
    """Put a blank between parts of a heading that only the style of a page keeps apart: a kicker and its headline."""
    for heading in root.iter("h1", "h2", "h3"):
        for part in islice(heading.iter(*PARTS_OF_HEADING), MOST_SHOWN):
            following = part.getnext()
            is_kicker = part.getprevious() is None and not (part.getparent().text or "").strip()
            left, right = "".join(part.itertext()), part.tail or ""
            if not right and following is not None and following.tag in PARTS_OF_HEADING:
                right, is_kicker = "".join(following.itertext()), True
            if is_kicker and len(left) > 1 < len(right) and left[-1].islower() and right[0].isupper():
                part.tail = f" {part.tail or ''}"


def _refuse_redirect(root: etree._Element) -> None:
    for meta in root.iter("meta"):
        found = REFRESH.match(meta.get("content") or "")
        if (meta.get("http-equiv") or "").lower() == "refresh" and found is not None:
            address = found[1].strip(" '\"")
            raise ParseError(f"is a web page that only leads to another: {address!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What the page shows of its article beside the copy, for pages whose head does not state it."""

    people: tuple[str, ...]
    dates: tuple[str, ...]


def _shown(root: etree._Element) -> _Shown:
    people: list[str] = []
    dates: list[str] = []
    lines: list[str] = []
    for each in root.iter():
        if not isinstance(each.tag, str) or each.tag in {"head", "meta", "html", "body"}:
            continue
        names = set(f"{each.get('class') or ''} {each.get('itemprop') or ''} {each.get('rel') or ''}".lower().split())
        if not (names & AUTHORING or names & DATING or names & SAYING or each.tag == "time"):
            continue
        said = tidy("".join(each.itertext()))[:LONGEST_SHOWN]
        if each.tag == "time" or names & DATING:
            dates += [(each.get("datetime") or each.get("content") or "").strip(), said]
        elif names & AUTHORING:
            people.append(_name_in(next((one for one in each.iter() if one.get("itemprop") == "name"), each)))
        if not (each.tag == "time" or names & DATING) and len(said) < LONGEST_SHOWN and len(lines) < MOST_SHOWN:
            lines.append(said)
    parts = [POSTED.sub("", part) for line in lines for part in (line, *PARTS_OF_LINE.split(line))]
    people += [person.name for part in parts for person in bylines_in(cut(part, 0, block=0, indented=False))]
    return _Shown(people=tuple(filter(None, people)), dates=tuple(filter(None, (*dates, *map(_printed, parts)))))


def _name_in(element: etree._Element) -> str:
    """Return the names that an element consists of, else the first in it: jobs, days and buttons stand beside it."""
    texts = [tidy(text) for text in islice(element.itertext(), MOST_SHOWN)]
    whole = " ".join(filter(None, texts))
    parts = (BY.sub("", part) for text in (whole, *texts) for part in PARTS_OF_CREDIT.split(text))
    named = (part for part in parts if part and name_alone(cut(part, 0, block=0, indented=False), "author"))
    return next(named, whole if len(whole) < LONGEST_NAMELESS else "")


def _printed(line: str) -> str:
    """Return *line* if a date is printed in it."""
    try:
        return line if read_printed(line) is not None else ""
    except DateError:
        return ""


def _head(
    metadata: PageMetadata, headings: Sequence[str], shown: _Shown, blocks: Sequence[PageBlock]
) -> Iterator[Passage]:
    copy = "\n".join(block.text for block in blocks)
    published = metadata.published or dated(shown.dates)
    picture = metadata.picture.rpartition("/")[2].partition("?")[0]
    has_picture = bool(picture) and any(picture in block.html for block in blocks)
    summary = "" if _begins(copy, metadata.summary) else metadata.summary
    yield from _said("headline", title_of(metadata.titles, headings, site=metadata.site))
    yield from _said("language", next((tag for tag in metadata.languages if not _contradicts(copy, tag)), ""))
    for name in metadata.authors or shown.people[:1]:
        yield from _said("author", name)
    yield from _said("date", published)
    yield from _said("updated", metadata.modified if metadata.modified != published else "")
    yield from _said("expiry", metadata.expires)
    yield from _said("summary", summary if summary != metadata.site else "")
    yield from _said("canonical", metadata.canonical)
    yield from _said("picture", "" if has_picture else f"{metadata.picture} {metadata.alternative}".strip())


def _said(role: str, text: str) -> Iterator[Passage]:
    if text:
        yield Passage(role=role, text=text)  # type: ignore[arg-type]  # one of them, from just above


def _contradicts(copy: str, tag: str) -> bool:
    """Return whether the copy is in another script than *tag* is written in: templates name a language at random."""
    script = tell_script(copy[:5_000])
    return script is not None and is_foreign(script, [tag.replace("_", "-")])


def _begins(copy: str, summary: str) -> bool:
    """Return whether *summary* is only the beginning of the copy, as many templates cut it off."""
    folded = NOT_LETTERS.sub("", summary)[:QUOTED]
    return bool(folded) and folded in NOT_LETTERS.sub("", copy[:3_000])


def title_of(titles: Sequence[str], headings: Sequence[str], *, site: str) -> str:
    """Return the title as the page shows it, without the name of the site that many put beside it."""
    shown = {_folded(heading): heading for heading in reversed(headings)}
    for title in titles:
        parts = PARTS_OF_TITLE.split(title)
        last = parts[-1] if len(parts[-1]) > len(title) / 2 else title  # the site is named first
        for whole in (title, *("".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)), last):
            if (folded := _folded(whole)) and folded != _folded(site) and folded in shown:
                return shown[folded]
        cut_off = _folded(title) if title.endswith(("…", "...")) else ""
        for folded, heading in shown.items():
            if cut_off and folded.startswith(cut_off):
                return heading
    if not titles:
        return headings[0] if headings else ""
    parts = PARTS_OF_TITLE.split(titles[0])
    is_named = len(parts) > 1 and (_folded(parts[-1]) == _folded(site) or (not site and len(titles) == 1))
    return titles[0][: titles[0].rindex(parts[-1])].rstrip(" |–—·•:»«-｜_") if is_named else titles[0]


def _folded(text: str) -> str:
    return NOT_LETTERS.sub("", text).casefold()


def _marks(text: str) -> Iterator[Passage]:
    """Yield the comments that are marks: who writes one there means the desk."""
    for number, found in enumerate(COMMENT.finditer(text)):
        if number >= MOST_COMMENTS:
            return
        for line in lines_of(found[1])[:5]:
            if find_mark(line, sole=True) is not None:
                yield Passage(role="note", text=line.text)
