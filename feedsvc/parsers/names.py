"""Tell the names of people and of publishers from other short lines, and take lists of names apart.

It decides only about lines that stand between a headline and the story, where nearly everything is a name: what it does
not take for one is left to be a headline, a standfirst or copy.
"""

from __future__ import annotations

import re

from feedsvc.parsers.lines import NO_WORDS, tidy
from feedsvc.parsers.name_words import DOUBLE_SURNAMES, HAN_PUBLISHING, NO_NAME, PUBLISHING, SURNAMES

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_NAME = re.compile(f"[{HAN}]{{2,4}}")
FOREIGN_HAN_NAME = re.compile(f"[{HAN}A-Z.]{{1,12}}(?:[·•‧・．][{HAN}A-Z.]{{1,12}}){{1,4}}")

CAPITAL = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f\u0386-\u042f"
SMALL = "a-zA-Z\u00c0-\u024f\u0386-\u04ff'’\u2010\u2011-"
WORD = f"[{CAPITAL}][{SMALL}]{{0,30}}\\.?"
PARTICLE = "(?:al|ap|bin|bint|da|de|del|della|den|der|di|dos|du|el|ibn|la|le|van|von|y|zu)"
LATIN_NAME = re.compile(f"(?:{PARTICLE} )?{WORD}(?: (?:{PARTICLE} ){{0,2}}{WORD}){{1,4}}")
SUFFIX = r"(?:Jr|Sr|II|III|IV|MD|M\.D|PhD|Ph\.D)\b"
BETWEEN_LATIN_NAMES = re.compile(
    rf"\s{{0,3}}[,;|/](?!\s{{0,3}}{SUFFIX})\s{{0,3}}(?:(?:and|&)\s{{1,3}})?|\s{{1,3}}(?:and|&|und|et|y)\s{{1,3}}",
    re.IGNORECASE,
)
BETWEEN_HAN_NAMES = re.compile(r"[、,，;；&＆/／|｜]|(?<=\S)\s?[和与與及]\s?(?=\S\S)")
HAN_PUBLISHER = re.compile(f"[{HAN}A-Za-z0-9·.]{{0,16}}(?:{HAN_PUBLISHING})")
LONGEST_HAN_PUBLISHER = 16 + max(map(len, HAN_PUBLISHING.split("|")))  # characters
LONGEST_PUBLISHER_WORDS = 10  # ministries have the longest names


def is_han_name(text: str) -> bool:
    """Return whether *text* is one person's name in Chinese characters: 张锴, "张 锴", 万吉鲁·姆巴蒂亚."""
    bare = bare_han(text)
    if FOREIGN_HAN_NAME.fullmatch(bare):
        return True
    if HAN_NAME.fullmatch(bare) is None or HAN_PUBLISHER.fullmatch(bare):
        return False
    if bare[:2] in DOUBLE_SURNAMES:
        return bare not in DOUBLE_SURNAMES
    return bare[0] in SURNAMES and (bare[3:] == "" or bare[1] in SURNAMES)  # 范徐丽泰: both families'


def is_latin_name(text: str) -> bool:
    """Return whether *text* looks like one person's name in letters: two to five capitalised words."""
    words = text.lower().split()
    return LATIN_NAME.fullmatch(text) is not None and not NO_NAME.intersection(words)


def is_publisher(text: str) -> bool:
    """Return whether *text* looks like the name of a paper, an agency, a broadcaster."""
    if len(text) <= LONGEST_HAN_PUBLISHER and not text.isascii() and HAN_PUBLISHER.fullmatch(text):
        return True
    words = text.split(None, LONGEST_PUBLISHER_WORDS)
    if not 0 < len(words) <= LONGEST_PUBLISHER_WORDS or text[-1:] in ".!?:":
        return False
    publishing = False
    for each in words:
        word = each.strip("'’.,").removesuffix("'s").removesuffix("’s")
        if word[:1].islower() and word not in NO_NAME:
            return False
        publishing = publishing or word.lower() in PUBLISHING
    return publishing


def bare_han(text: str) -> str:
    """Return a Chinese name without the blank that print puts into one of two characters."""
    return "".join(text.split())


def han_names(text: str) -> tuple[str, ...]:
    """Return the names in a Chinese list: "张锴、李 雷 万吉鲁·姆巴蒂亚" names three people."""
    names: list[str] = []
    for stretch in BETWEEN_HAN_NAMES.split(text):
        single = False
        for word in stretch.split():
            if single and len(word) == 1:
                names[-1] += word
            else:
                names.append(word)
            single = len(word) == 1 and not single
    bare = (name.strip(NO_WORDS + "：:（）()[]【】") for name in names)
    return tuple(name for name in bare if name)


def latin_names(text: str) -> tuple[str, ...]:
    """Return the names in an English list: "A, B and C" names three people, "Martin King, Jr." one."""
    names = map(tidy, BETWEEN_LATIN_NAMES.split(text))
    return tuple(name for name in names if name)
