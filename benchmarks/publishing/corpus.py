"""Invent a newsroom of any size: the same copy for the same number, over twenty categories, in two languages.

It has what copy has. Every second article is wire copy, the others are Markdown; of these, every fifth is a pair of
files, one for each language, and every twelfth was corrected. Most have three to six paragraphs in each language, one
of twenty has up to thirty, and one of ten a single sentence in each. Related titles name earlier articles, later ones,
or none.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

CATEGORIES = (
    *("world", "politics", "business", "markets", "science", "health", "climate", "energy", "transport", "technology"),
    *("education", "culture", "books", "film", "music", "sport", "football", "sailing", "weather", "harbour"),
)
FIRST_DAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ENGLISH = re.findall(
    r"\w+",
    """
    harbour council ferry pilots tide survey market school winter bridge engineers cargo quiet plan river museum
    island growers record north signal station repair budget lantern festival orchard teachers library rail
    the a of for with after before under over from new old first second more than said would has been is was will
    and on in at by as that this their its which who when while
    """,
)
CHINESE = (
    "港湾渡轮市议会码头新桥冬季学校工程师货运计划河流博物馆岛屿农户记录"
    "北岸信号车站维修预算灯笼节日果园教师图书馆铁路表示将在今年完成并于明天开始"
)
PLACES = (("BEIJING", "北京"), ("SHANGHAI", "上海"), ("LONDON", "伦敦"), ("NAIROBI", "内罗毕"), ("LISBON", "里斯本"))
MONTHS = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]
PAIRED, CORRECTED = 10, 24  # every tenth number, and every twenty-fourth
SHORT, LONG = 0.1, 0.05  # of all articles
NEAR = 500  # related articles are mostly of the same days


@dataclass(frozen=True, slots=True)
class Story:
    """An article as its desk wrote it: titles, paragraphs of each language, titles of related ones, tags.

    correction: its note, or "".
    """

    number: int
    category: str
    when: datetime
    titles: tuple[str, str]
    english: Sequence[str]
    chinese: Sequence[str]
    related: Sequence[str]
    tags: Sequence[str]
    correction: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A document: its path below the root, its text, when it arrived."""

    path: str
    text: str
    when: datetime


def file_articles(root: Path, count: int) -> None:
    """Write the documents of *count* articles below *root*, one folder a category."""
    for category in CATEGORIES:
        (root / category).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        for filed in documents(number):
            write(root, filed)


def write(root: Path, filed: Filed) -> None:
    file = root / filed.path
    file.write_text(filed.text, encoding="utf-8")
    os.utime(file, (filed.when.timestamp(), filed.when.timestamp()))


def stories(count: int) -> Iterator[Story]:
    """Yield *count* articles, oldest first."""
    return map(story, range(count))


def documents(number: int) -> tuple[Filed, ...]:
    """Return the documents of one article: two for a pair, else one."""
    its = story(number)
    stem = f"{its.category}/{its.when:%Y%m%d}-{number:06}"
    if number % 2:
        return (Filed(f"{stem}.txt", _wire(its), its.when),)
    if number % PAIRED == 0:
        return tuple(Filed(f"{stem}.{language}.md", markdown(its, language), its.when) for language in ("en", "zh"))
    return (Filed(f"{stem}.md", markdown(its), its.when),)


def story(number: int) -> Story:
    """Return one article; the same for the same *number*, whatever their count."""
    chance = random.Random(number)  # noqa: S311  copy, not secrets
    titles = _title(chance, number), f"{_characters(chance, 12)}第{number}号"
    fate = chance.random()
    most = 1 if fate < SHORT else 0 if fate < 1 - LONG else chance.randint(7, 30)
    counts = [most or chance.randint(3, 6) for _ in titles]
    return Story(
        number=number,
        category=CATEGORIES[number % len(CATEGORIES)],
        when=FIRST_DAY + timedelta(minutes=4 * number % (60 * 24 * 280)),
        titles=titles,
        english=[_sentence(chance) for _ in range(counts[0])],
        chinese=[_characters(chance, chance.randint(50, 110)) + "。" for _ in range(counts[1])],
        related=[_related(chance, number) for _ in range(chance.randint(2, 4))],
        tags=sorted({chance.choice(ENGLISH[:30]) for _ in range(chance.randint(1, 6))}),
        correction="The ferry leaves at nine, and not at ten." if number % CORRECTED == 2 else "",  # noqa: PLR2004
    )


def _related(chance: random.Random, number: int) -> str:
    """Return the title of an earlier article, or in one of ten cases of a later one, and in another of none."""
    kind = chance.randrange(10)
    if kind == 0:
        return f"{_words(chance, 6).capitalize()} of yesterday"
    other = number + chance.randint(1, 50) if kind == 1 else number - chance.randint(1, NEAR)
    return _title(random.Random(abs(other)), abs(other))  # noqa: S311  copy


def _title(chance: random.Random, number: int) -> str:
    return f"{_words(chance, 7).capitalize()} {number}"


def _wire(its: Story) -> str:
    place, place_zh = PLACES[its.number % len(PLACES)]
    month, day = its.when.month, its.when.day
    return "\n\n".join(
        [
            "\n".join(its.titles),
            "Source: Harbour Wire\nEditor: Mara Lind",
            "By Ines Duarte",
            f"{place}, {MONTHS[month - 1]} {day} (Harbour Wire) -- {its.english[0]}",
            *its.english[1:],
            f"{place_zh}{month}月{day}日电 {its.chinese[0]}",
            *its.chinese[1:],
            "\n".join(("Related News", "", *its.related)),
        ]
    )


def markdown(its: Story, language: str | None = None) -> str:
    """Return *its* text in *language*, or in both."""
    titles = [f'title: "{its.titles[0]}"', f'title_zh: "{its.titles[1]}"']
    if language:
        titles = [f'title: "{its.titles[language == "zh"]}"']
    head = [
        "---",
        *titles,
        f"date: {its.when:%Y-%m-%dT%H:%M:%S}+00:00",
        "authors: [Ines Duarte, Tom Okello]",
        f"tags: [{', '.join(its.tags)}]",
        *(["related:", *(f'  - "{title}"' for title in its.related)]),
        *([f'correction: "{its.correction}"'] if its.correction else []),
        "---",
    ]
    first, *rest = its.english
    english = [first, f"## {first[:40]}", f"*{first[:80]}*", *rest]
    shown = {"en": english, "zh": its.chinese}.get(language or "", [*english, *its.chinese])
    return "\n\n".join(["\n".join(head), *shown]) + "\n"


def _sentence(chance: random.Random) -> str:
    return " ".join(_words(chance, chance.randint(9, 18)).capitalize() + "." for _ in range(chance.randint(2, 4)))


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(ENGLISH) for _ in range(count))


def _characters(chance: random.Random, count: int) -> str:
    return "".join(chance.choice(CHINESE) for _ in range(count))
