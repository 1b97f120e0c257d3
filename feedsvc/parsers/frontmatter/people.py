"""Read the people of front matter: names, links to people, tables about them, and lists of all these."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from feedsvc.model.draft import Byline, Remark
from feedsvc.parsers.frontmatter.key_names import LANGUAGE, language_tag, role_of, spelling
from feedsvc.parsers.frontmatter.values import Front, Items, Scalar, Table, Value
from feedsvc.parsers.lines import is_han, line_number, tidy
from feedsvc.parsers.names import LONGEST_NAME, SUFFIX, han_names, is_publisher, latin_names

# "[Lin Xiao](https://…)" of Markdown, "[[Lin Xiao]]" and "[[people/lin|Lin Xiao]]" of Obsidian.
LINK = re.compile(
    r"\[\[(?:[^\[\]|\n]{1,200}\|)?(?P<noted>[^\[\]|\n]{1,200})\]\]|\[(?P<linked>[^\[\]\n]{1,200})\]\([^()\n]{0,2000}\)"
)
TAG = re.compile(r"<[^<>\n]{0,2000}>")  # of HTML, or an address: "Lin Xiao <lin@example.org>"
ADDRESS = re.compile(
    r"[(（]?(?:(?:https?://|mailto:|www\.)[^\s()（）]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})[)）]?"
)
# "(Harbour Wire, Inc.)" behind a name says whose the person is.
BRACKETED = re.compile(r"(?<=\S)\s{0,3}(?:\([^()\n]{0,200}\)|（[^（）\n]{0,200}）)(?=\s{0,3}(?:$|[,;，；、&]|and\b))")
# "Lin Xiao (Harbour Wire) Ben Marsh (Quay Lamps)": nothing else parts the names.
BRACKETS = re.compile(r"\s{0,3}[(（][^()（）\n]{0,200}[)）]\s{0,3}")
PARTED = re.compile(r"[,;，；、&]|\band\b")
WORD = r"[^\W\d_][\w'’.-]{0,30}"
LAST_FIRST = re.compile(rf"(?P<last>(?:[a-z]{{2,3}} )?{WORD}), (?!{SUFFIX})(?P<first>{WORD}(?: {WORD})?)")
SLASH = re.compile(r"(?<=\w)/(?=\w)")  # of "Lamp/Wick Team", which is one
# The keys of a table about somebody, and those of a table that is a name.
NAMES = ("name", "display_name", "displayname", "full_name", "fullname", "literal", "nickname", "nick")
NAME_PARTS = (("given", "family"), ("first", "last"), ("first_name", "last_name"), ("firstname", "lastname"))
ABOUT = frozenset({"url", "img", "bio", "web", "org", "id", "dr"})  # as short as tags of languages
QUARTO_EDITORS = frozenset({"visual", "source"})


def read_people(front: Front, key: str, value: Value, language: str | None) -> None:
    """Read people; one text may name several of them, an item of a list is one person.

    A table with neither a name nor languages, such as Quarto's `editor: {markdown: …}`, names nobody.
    """
    if key == "editor" and isinstance(value, Scalar) and value.text in QUARTO_EDITORS:
        return
    people = tuple(_people(key, value, language))
    front.into.credit(people)
    is_blank = isinstance(value, Scalar) and not any(map(str.isalnum, value.text))  # "-", as a template leaves it
    if not people and key != "editor" and not is_blank:
        told = f"{key} names nobody"
        front.into.misspelt.append(Remark(text=told, line=line_number(front.text, value.span.start)))


def _people(key: str, value: Value, language: str | None) -> Iterator[Byline]:
    if isinstance(value, Scalar):
        yield from _named(key, value, language)
        return
    for item in value.items if isinstance(value, Items) else ():
        yield from _of_item(key, item, language)
    if isinstance(value, Table):
        yield from _of_table(key, value, language, _named)


def _of_item(key: str, item: Value, language: str | None) -> Iterator[Byline]:
    """Yield the person that an item of a list is; a list in it, as R's tools write it, is one more list."""
    if isinstance(item, Table):
        yield from _of_table(key, item, language, _of_item)
    elif isinstance(item, Items):
        yield from _people(key, item, language)
    elif len(LINK.findall(item.text)) > 1:
        yield from _named(key, item, language)
    else:
        yield from _byline(key, _in_order(_bare(item.text)), item, language)


def _named(key: str, value: Scalar, language: str | None) -> Iterator[Byline]:
    """Yield each person that one text names: "Lin Xiao and Ben Marsh", "林晓、王立", "Duarte, Ines; Marsh, Ben"."""
    bare = _bare(value.text)
    if is_han(bare):
        names = han_names(bare)
    elif ";" in bare:
        names = tuple(_in_order(tidy(part)) for part in bare.split(";"))
    else:
        names = tuple(name.replace("\0", "/") for name in latin_names(SLASH.sub("\0", bare)))
    for name in tuple(name for name in names if not is_publisher(name)) or names:
        yield from _byline(key, name, value, language)


def _bare(text: str) -> str:
    """Return *text* without links, addresses and the brackets behind names."""
    text = LINK.sub(lambda found: found["noted"] or found["linked"], text) if "[" in text else text
    text = TAG.sub(" ", text) if "<" in text else text
    text = ADDRESS.sub(" ", text) if "@" in text or "://" in text or "www." in text else text
    if text.rstrip().endswith((")", "）")) and len(BRACKETS.findall(text)) > 1 and not PARTED.search(text):
        text = ", ".join(BRACKETS.split(text))
    return tidy(BRACKETED.sub("", text)).strip(",; ")


def _in_order(name: str) -> str:
    """Return "Ines Duarte" for "Duarte, Ines", as bibliographies have it."""
    found = LAST_FIRST.fullmatch(name)
    in_order = found is not None and found["last"][-1:].islower() and found["first"][0].isupper()
    return f"{found['first']} {found['last']}" if found is not None and in_order and not is_publisher(name) else name


def _byline(key: str, name: str, value: Value, language: str | None) -> Iterator[Byline]:
    if any(map(str.isalnum, name)) and len(name) <= LONGEST_NAME:
        yield Byline(name=name, role=role_of(key), span=value.span, language=language)


Reader = Callable[[str, Scalar, str | None], Iterator[Byline]]


def _of_table(key: str, table: Table, language: str | None, of_text: Reader) -> Iterator[Byline]:
    """Yield the person of a table, or the people that it names by language. of_text: how its texts name them."""
    fields = {spelling(written.text): value for written, value in table.items}
    name = next((fields[field] for field in NAMES if field in fields), None)
    parts = [fields[part] for pair in NAME_PARTS for part in pair if part in fields]
    if isinstance(name, Scalar):
        yield from _byline(key, _bare(name.text), name, language)
    elif name is not None:
        yield from _people(key, name, language)
    elif parts:
        given = " ".join(part.text for part in parts if isinstance(part, Scalar))
        yield from _byline(key, _bare(given), replace(table, span=parts[0].span), language)
    elif all(LANGUAGE.fullmatch(written.text) and written.text.lower() not in ABOUT for written, _ in table.items):
        for written, value in table.items:
            own = language_tag(written.text)
            yield from of_text(key, value, own) if isinstance(value, Scalar) else _people(key, value, own)
    else:  # by the names of files, as in `author: {lin: {name: Lin Xiao}}`
        for _, value in table.items:
            if isinstance(value, Table):
                yield from _people(key, value, language)
