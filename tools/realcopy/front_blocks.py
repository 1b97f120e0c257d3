"""Split a document into front matter and body, as the generators do, without feedsvc's parsers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml

Form = Literal["yaml", "toml", "json", "pelican", "nikola", "none"]

YAML = re.compile(r"---[ \t]*\n(?P<block>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
HEXO = re.compile(r"(?P<block>(?:[A-Za-z_]+:.*\n(?:[ \t-].*\n)*)+)---+[ \t]*\n")  # Hexo needs no first fence
TOML = re.compile(r"\+\+\+[ \t]*\n(?P<block>.*?)(?:^|\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
JSON = re.compile(r"(?:;;;[ \t]*\n)?\{\s*\"")
PELICAN = re.compile(r"(?P<block>(?:[A-Za-z][\w -]{0,30}:.*\n(?:[ \t]+\S.*\n)*){2,})[ \t]*\n")
PELICAN_TITLE = re.compile(r"^title:", re.IGNORECASE | re.MULTILINE)
NIKOLA = re.compile(r"<!--\s*\n(?P<block>(?:\s*\.\. [\w-]+:.*\n)+)\s*-->[ \t]*\n?")
NIKOLA_FIELD = re.compile(r"\.\. (?P<key>[\w-]+):[ \t]*(?P<value>.*)")
TABS = re.compile(r"^\t+", re.MULTILINE)
KEY = re.compile(r"""[ \t]*(?:\.\. )?["']?(?P<key>[\w-]+)["']?[ \t]*[:=]""")
LEADING_COMMENT = re.compile(r"\s*(?:<!--.*?-->\s*)*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A document in two parts.

    fields:     with folded keys, see `folded`; values as written (YAML and Pelican) or typed (TOML, JSON).
    head:       all text above the body. first_line: of the body, 1-based.
    fault:      why the front matter cannot be read; "" if it can.
    """

    form: Form
    fields: Mapping[str, Any]
    head: str
    body: str
    first_line: int
    fault: str = ""

    def line_of(self, keys: Collection[str]) -> int:
        """Return the line on which the first of the folded *keys* stands, 0 if none does."""
        for number, line in enumerate(self.head.splitlines(), start=1):
            found = KEY.match(line)
            if found and folded(found["key"]) in keys:
                return number
        return 0


def folded(key: str) -> str:
    """Return *key* as generators of different habits would agree on it: `publish_date`, `publishDate`."""
    return re.sub(r"[\s_-]", "", key).lower()


def split(text: str) -> Split:
    """Return the parts of *text*, whose front matter may be in any form that a generator reads."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    start = LEADING_COMMENT.match(text)
    position = start.end() if start and NIKOLA.match(text.lstrip()) is None else 0
    forms: tuple[tuple[Form, re.Pattern[str]], ...] = (("yaml", YAML), ("toml", TOML))
    for form, pattern in forms:
        found = pattern.match(text, position)
        if found:
            return _read(form, found["block"], text, found.end())
    if JSON.match(text):
        return _json(text)
    nikola = NIKOLA.match(text.lstrip())
    if nikola:
        block = "".join(f"{key}: {json.dumps(value)}\n" for key, value in NIKOLA_FIELD.findall(nikola["block"]))
        return _read("nikola", block, text, len(text) - len(text.lstrip()) + nikola.end())
    hexo = HEXO.match(text)
    if hexo and PELICAN_TITLE.search(hexo["block"]):
        return _read("yaml", hexo["block"], text, hexo.end())
    pelican = PELICAN.match(text)
    if pelican and PELICAN_TITLE.search(pelican["block"]):
        return Split(form="pelican", fields=_pelican(pelican["block"]), **_rest(text, pelican.end()))
    return Split(form="none", fields={}, head="", body=text, first_line=1)


def _rest(text: str, end: int) -> dict[str, Any]:
    return {"head": text[:end], "body": text[end:], "first_line": text.count("\n", 0, end) + 1}


def _read(form: Form, block: str, text: str, end: int) -> Split:
    rest = _rest(text, end)
    try:
        value = tomllib.loads(block) if form == "toml" else _yaml(block)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError) as error:
        return Split(form=form, fields={}, fault=str(error).splitlines()[0], **rest)
    if not isinstance(value, dict):
        return Split(form=form, fields={}, fault="" if value in (None, "") else "no table of keys", **rest)
    return Split(form=form, fields={folded(str(key)): item for key, item in value.items()}, **rest)


def _yaml(block: str) -> object:
    """Return all values of *block* as text; each parser takes what the other refuses, such as a tab behind a colon.

    Tabs that begin a line are blanks, as Hexo has it.
    """
    block = TABS.sub(lambda found: "  " * len(found[0]), block)
    try:
        return yaml.load(block, Loader=yaml.CBaseLoader)  # noqa: S506 (it builds nothing but text)
    except yaml.YAMLError:
        return yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506


def _json(text: str) -> Split:
    begin = text.index("{")
    try:
        value, end = json.JSONDecoder().raw_decode(text, begin)
    except json.JSONDecodeError as error:
        return Split(form="none", fields={}, head="", body=text, first_line=1, fault=str(error))
    return Split(form="json", fields={folded(key): item for key, item in value.items()}, **_rest(text, end))


def _pelican(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if line[:1].isspace():
            fields[key] += f" {line.strip()}"
        else:
            name, _, value = line.partition(":")
            key = folded(name)
            fields[key] = value.strip()
    return fields
