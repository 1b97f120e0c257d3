"""Read ninjs 1 to 3, the JSON of the IPTC for news.

Versions differ in the spelling of names (versioncreated, versionCreated) and in whether headlines, bodies and
associations are one text, texts by role (headline_main), a table by name or a list with roles. All are read as one.

source: https://iptc.org/standards/ninjs/; docs/reference/agency-formats.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from feedsvc.model.dates import Span
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError
from feedsvc.parsers.agency.body_blocks import blocks_in, tree_of_html
from feedsvc.parsers.agency.renditions import Rendition, number_in, picture_of
from feedsvc.parsers.agency.story import AgencyStory
from feedsvc.parsers.agency.xml_tree import LONGEST
from feedsvc.parsers.lines import fault, readable
from feedsvc.parsers.markdown import is_markdown
from feedsvc.parsers.newsml_g2 import blocks_of_text

LOOKED_AT = 200_000  # characters in which a key of ninjs must stand
KEYS = re.compile(
    r'"(?:body_?\w{1,40}|bodies|headlines?|headline_\w{1,40}|version_?created|pub_?status)"\s*:',
    re.IGNORECASE | re.ASCII,
)
KEY = re.compile(r'"(?P<key>[A-Za-z_]{1,40})"[ \t]*:')
MOST_ASSOCIATIONS = 200
IDENTITY = re.compile(r'"(?:uri|guid)"\s*:')
MOST_DIGITS = 40
BODIES = ("bodyxhtml", "bodyhtml5", "bodyhtml", "bodytext")
_SUBJECTS = (
    "subjects subject genres genre organisations organisation people person objects object events event keywords"
)
SUBJECTS = tuple(_SUBJECTS.split())
PICTURES = frozenset({"picture", "graphic", "image"})
NO_MAIN = ("sub", "short", "web", "alt", "kicker", "slug", "teaser")

Table = Mapping[str, Any]


class NinjsParser:
    """Read a document in JSON that has the keys of ninjs."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "ninjs"

    def recognises(self, document: Document, text: str) -> bool:
        """Return whether *text* is a table in JSON with an id and another key of ninjs."""
        if is_markdown(document) or not text[:1_000].lstrip().startswith("{"):
            return False
        return IDENTITY.search(text, 0, LONGEST) is not None and KEYS.search(text, 0, LOOKED_AT) is not None

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield the one draft in *text*.

        raises: ParseError if it is no JSON, is no text, or a value is of the wrong kind.
        """
        item = _Item(values=_opened(text), text=text)
        kind = item.word("type") or "text"
        if kind not in {"text", "composite"}:
            raise item.fault("type", f"is of the type {kind!r}; only texts are published")
        story = AgencyStory(text=text, languages=languages)
        _read_state(item, story)
        _read_words(item, story)
        for key in SUBJECTS:
            _read_subjects(item, key, story)
        _read_pictures(item, story)
        if not story.builder.paragraphs and not story.builder.holds and not story.builder.headlines:
            raise ParseError("has neither a headline nor a body", line=1)
        yield story.draft(document)


def _opened(text: str) -> Table:
    """Return *text* as a table, its keys in small letters and without underscores.

    raises: ParseError if it is none, is too deep, or has a key twice, of which nobody knows which one counts.
    """
    if len(text) > LONGEST:
        raise ParseError(f"is longer than {LONGEST} characters")
    try:
        found = json.loads(text, object_pairs_hook=_table, parse_int=_number, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ParseError(f"is no JSON: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise ParseError("is nested too deeply") from error
    if not isinstance(found, dict):
        raise ParseError("is no table in JSON", line=1)
    return found


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    written: dict[str, object] = {}
    for key, value in pairs:
        # Names of associations are there twice in documents of agencies; no harm is done by taking the first.
        if key in written and not (isinstance(value, dict) and isinstance(written[key], dict)):
            raise ParseError(f"the key {key[:60]!r} occurs twice in one table; only one could count")
        written[key] = value
        table.setdefault(key.lower().replace("_", ""), value)
    return table


def _number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ParseError(f"has a number of {len(digits)} digits")
    return int(digits)


def _no_number(name: str) -> float:
    raise ParseError(f"has the number {name}, which JSON has not")


@dataclass(frozen=True, kw_only=True)
class _Item:
    """The values of an item, and the document's text, in which the places of its keys are looked for."""

    values: Table
    text: str

    def word(self, key: str) -> str:
        """Return a text, "" if it is missing or null; a number as it is written.

        raises: ParseError for a value of another kind.
        """
        value = self.values.get(key)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.fault(key, f"the value of {key} must be a text, not {_kind(value)}")
        return str(value).strip()

    def at(self, key: str) -> Span:
        """Return where the key stands, in whatever spelling, with the value behind it as far as its line goes."""
        start, end = self.places.get(key, (0, 0))
        line = self.text.find("\n", end, end + 200)
        return (
            Span(start=start, end=min(end + 200, len(self.text)) if line < 0 else line) if end else Span(start=0, end=0)
        )

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """Return where each key stands first; a key of a table within may be taken for one of the item."""
        found: dict[str, tuple[int, int]] = {}
        for key in KEY.finditer(self.text):
            found.setdefault(key["key"].lower().replace("_", ""), key.span())
        return found

    def fault(self, key: str, message: str) -> ParseError:
        return fault(self.text, self.at(key).start, message)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a table" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a number"


def tables_in(value: object) -> Iterator[Table]:
    """Yield the tables of a list, or of a table by name, or the one table that *value* is."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))
    elif isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
        yield from value.values()
    elif isinstance(value, dict):
        yield value


def _said(table: Table, *keys: str) -> str:
    """Return the first text that any of *keys* has."""
    return next((said.strip() for key in keys if isinstance(said := table.get(key), str) and said.strip()), "")


def _read_state(item: _Item, story: AgencyStory) -> None:
    key = "uri" if item.word("uri") else "guid"
    if not item.word(key):
        raise item.fault(key, "has no uri, by which its later versions are known")
    story.identify(item.word(key), item.at(key))
    story.version(item.word("version") or "1")
    story.builder.language = item.word("language") or None
    story.published(item.word("firstcreated"), item.at("firstcreated"))
    story.updated(item.word("versioncreated"), item.at("versioncreated"))
    story.expires(item.word("expires"), item.at("expires"))
    for key in ("embargoed", "embargoeduntil"):
        if key in item.values and item.values[key] is not None:
            story.release(item.word(key), item.at(key))
    if "pubstatus" in item.values:
        story.status(item.word("pubstatus"), item.at("pubstatus"))
    story.signal(item.word("signal").rpartition(":")[2].lower(), item.at("signal"))
    for key in ("ednote", "usageterms", "copyrightnotice"):
        story.note(item.word(key), item.at(key))
    story.publisher(item.word("creditline") or item.word("copyrightholder"), item.at("copyrightholder"))


def _read_words(item: _Item, story: AgencyStory) -> None:
    bodies = list(_bodies(item))
    headlines = list(_headlines(item))
    if len({language for language, *_ in (*bodies, *headlines) if language}) > 1:
        story.builder.language = None  # each part says its own
    for language, said, key in headlines:
        story.headline(said, item.at(key), language)
    for key in ("bylines", "byline", "by", "authors"):
        value = item.values.get(key)
        names = (
            [value] if isinstance(value, str) else [_said(one, "value", "name", "byline") for one in tables_in(value)]
        )
        for name in names if not story.builder.bylines else ():
            story.byline(name, item.at(key))
    for key in ("descriptions", "descriptiontext", "abstract"):
        value = item.values.get(key)
        texts = (_said(one, "value") for one in tables_in(value))
        for text in ([value] if isinstance(value, str) else list(texts)) if not story.builder.summaries else ():
            story.summary(_plain(text), item.at(key))
    place = item.values.get("dateline")
    if isinstance(place, str | dict):
        story.dateline(place if isinstance(place, str) else _said(place, "text", "value"), item.at("dateline"))
    located = item.values.get("located")
    named = located if isinstance(located, str) else next((_said(one, "name") for one in tables_in(located)), "")
    story.located(named, item.at("located"))
    for language, body, key in bodies:
        spoken = language or story.builder.language
        tree, at = tree_of_html(body, language=spoken) if "<" in body else None, item.at(key)
        blocks = blocks_of_text(body) if tree is None else blocks_in(tree)
        story.body(((block, at) for block in blocks), language)


def _plain(text: str) -> str:
    tree = tree_of_html(text) if "<" in text else None
    return readable(text) if tree is None else " ".join(block.text for block in blocks_in(tree))


def _headlines(item: _Item) -> Iterator[tuple[str | None, str, str]]:
    """Yield (language, text, key) of the headline in each language: the main one, else the first."""
    found: dict[str | None, tuple[bool, str]] = {}
    for one in tables_in(item.values.get("headlines")):
        said, language = _said(one, "value"), _said(one, "language", "lang") or None
        is_aside = any(word in _said(one, "role").lower() for word in NO_MAIN)
        if said and (language not in found or (found[language][0] and not is_aside)):
            found[language] = is_aside, said
    if len(found) > 1:
        found.pop(None, None)  # another form of one that says its language
    for language, (_, said) in found.items():
        yield language, _plain(said), "headlines"
    if not found:
        main = [key for key in item.values if key.startswith("headline") and not any(word in key for word in NO_MAIN)]
        key = next((key for key in ("headline", *main, "title") if key != "headlines" and item.word(key)), None)
        if key is not None:
            yield None, _plain(item.word(key)), key


def _bodies(item: _Item) -> Iterator[tuple[str | None, str, str]]:
    """Yield (language, text, key) of the best form of the body in each language: HTML, else plain text."""
    found: dict[str | None, tuple[int, str]] = {}
    for one in tables_in(item.values.get("bodies")):
        said, language = _said(one, "value"), _said(one, "language", "lang") or None
        kind = (_said(one, "contenttype") + " " + _said(one, "role")).lower()
        rank = 0 if "html" in kind else 2 if "xml" in kind else 1
        if said and rank < 2 and (language not in found or rank < found[language][0]):  # noqa: PLR2004 - of agencies' own
            found[language] = rank, said
    for language, (_, said) in found.items():
        yield language, said, "bodies"
    others = sorted(key for key in item.values if key.startswith("body") and isinstance(item.values[key], str))
    others.sort(key=lambda key: "<" not in item.word(key))
    key = next((key for key in (*BODIES, *others) if item.word(key)), None) if not found else None
    if key is not None:
        yield None, item.word(key), key


def _read_subjects(item: _Item, key: str, story: AgencyStory) -> None:
    value = item.values.get(key)
    at = item.at(key) if value else Span(start=0, end=0)
    for word in value if isinstance(value, list) else ():
        if isinstance(word, str):
            story.subject((), word, at)
    for one in tables_in(value):
        code, scheme = _said(one, "code", "literal", "qcode"), _said(one, "scheme")
        names = [_said(one, "uri"), f"{scheme}:{code}" if scheme and code else "", code, code.rpartition(":")[2]]
        story.subject(names, _said(one, "name"), at)


def _read_pictures(item: _Item, story: AgencyStory) -> None:
    at = item.at("associations")
    for one in islice(tables_in(item.values.get("associations")), MOST_ASSOCIATIONS):
        kind = _said(one, "type") or "picture"
        if kind not in PICTURES:
            told = f"an association of the type {kind!r} is left out; only texts and their pictures are published"
            story.leave_out(told)
            continue
        caption = next((_said(each, "value") for each in tables_in(one.get("descriptions"))), "")
        headline = next((_said(each, "value") for each in tables_in(one.get("headlines"))), "")
        picture = picture_of(
            list(_renditions(one)),
            alternative=_said(one, "alttext", "bodytext", "headline") or headline,
            caption=_plain(_said(one, "descriptiontext", "caption") or caption),
            credit=_said(one, "creditline", "byline", "by", "copyrightholder"),
            at=at,
        )
        if picture is not None:
            story.picture(picture)


def _renditions(association: Table) -> Iterator[Rendition]:
    value = association.get("renditions")
    named = (
        value.items()
        if isinstance(value, dict)
        else (("", one) for one in value if value)
        if isinstance(value, list)
        else ()
    )
    for name, one in named:
        if isinstance(one, dict):
            yield Rendition(
                url=_said(one, "href"),
                name=f"{name} {_said(one, 'name', 'title')}",
                media_type=_said(one, "mimetype", "contenttype").lower(),
                width=number_in(one.get("width")),
                bytes=number_in(one.get("sizeinbytes")),
            )
