"""Read the people that front matter names: a name, a list, tables by language, tables with a name."""

from __future__ import annotations

from dataclasses import replace

from feedsvc.model.drafts import Byline
from feedsvc.parsers.bylines import people_in
from feedsvc.parsers.frontmatter.front import Front, line_of
from feedsvc.parsers.frontmatter.names import role_of
from feedsvc.parsers.frontmatter.values import Items, Scalar, Table, Value


def read_people(front: Front, key: str, value: Value, language: str | None) -> None:
    """Read people; one text may name several of them, an item of a list is one person."""
    if isinstance(value, Items):
        for each in value.items:
            _person(front, key, each, language, item=True)
    elif isinstance(value, Scalar):
        people = people_in(line_of(value), role_of(key))
        front.into.credit(tuple(replace(each, language=language) for each in people))
    else:
        _person(front, key, value, language)


def _person(front: Front, key: str, value: Value, language: str | None, *, item: bool = False) -> None:
    """Read one person; item: it stands in a list, so that a name in each language is one name too, and they pair."""
    if isinstance(value, Table):
        name = next((each for written, each in value.items if written.text.lower() == "name"), None)
        if name is not None:
            _person(front, key, name, language)
            return
        for written, each in value.items:
            read = _person if item and isinstance(each, Scalar) else read_people
            read(front, key, each, front.tag(key, written))
    elif isinstance(value, Scalar):
        name_of = Byline(name=value.text, role=role_of(key), span=value.span, language=language)
        front.into.credit((name_of,) if value.text else ())
    else:
        raise front.fault(key, value, "a name, or a list of names")
