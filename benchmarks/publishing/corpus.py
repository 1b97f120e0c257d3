"""Invent a newsroom of any size: the same articles for the same number, over twenty categories, in two languages."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
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


def file_articles(root: Path, count: int) -> None:
    """Write *count* articles below *root*, one folder a category; as wire copy and as Markdown, in turn."""
    for category in CATEGORIES:
        (root / category).mkdir(parents=True, exist_ok=True)
    for number, path, text, when in articles(count):
        del number
        file = root / path
        file.write_text(text, encoding="utf-8")
        os.utime(file, (when.timestamp(), when.timestamp()))


def articles(count: int) -> Iterator[tuple[int, str, str, datetime]]:
    """Yield (number, path, text, time of arrival) of *count* articles, oldest first."""
    for number in range(count):
        yield article(number)


def article(number: int) -> tuple[int, str, str, datetime]:
    """Return one article; the same for the same *number*, whatever their count."""
    chance = random.Random(number)  # noqa: S311  copy, not secrets
    category = CATEGORIES[number % len(CATEGORIES)]
    when = FIRST_DAY + timedelta(minutes=4 * number % (60 * 24 * 280))
    title, title_zh = _title(chance, number), f"{_characters(chance, 12)}第{number}号"
    english = [_sentence(chance) for _ in range(chance.randint(4, 8))]
    chinese = [_characters(chance, chance.randint(50, 110)) + "。" for _ in range(chance.randint(3, 6))]
    place, place_zh = PLACES[number % len(PLACES)]
    make = _wire if number % 2 else _markdown
    text = make(title, title_zh, english, chinese, place=place, place_zh=place_zh, when=when)
    if number % 2:
        text += "\n".join(_title(random.Random(other), other) for other in (number // 2, number - 1))  # noqa: S311  copy
    return number, f"{category}/{when:%Y%m%d}-{number:06}.{'txt' if number % 2 else 'md'}", text, when


def _title(chance: random.Random, number: int) -> str:
    return f"{_words(chance, 7).capitalize()} {number}"


def _wire(
    title: str, title_zh: str, english: list[str], chinese: list[str], *, place: str, place_zh: str, when: datetime
) -> str:
    month = MONTHS[when.month - 1]
    return "\n\n".join(
        [
            f"{title}\n{title_zh}",
            "Source: Harbour Wire\nEditor: Mara Lind",
            "By Ines Duarte",
            f"{place}, {month} {when.day} (Harbour Wire) -- {english[0]}",
            *english[1:],
            f"{place_zh}{when.month}月{when.day}日电 {chinese[0]}",
            *chinese[1:],
            "Related News\n",
        ]
    )


def _markdown(
    title: str, title_zh: str, english: list[str], chinese: list[str], *, place: str, place_zh: str, when: datetime
) -> str:
    del place_zh
    head = "\n".join(
        [
            "---",
            f'title: "{title}"',
            f'title_zh: "{title_zh}"',
            f"date: {when:%Y-%m-%dT%H:%M:%S}+00:00",
            "authors: [Ines Duarte, Tom Okello]",
            f"tags: [harbour, {place.lower()}]",
            "---",
        ]
    )
    return "\n\n".join([head, *english[:2], f"## {english[2][:40]}", f"*{english[2]}*", *english[3:], *chinese])


def _sentence(chance: random.Random) -> str:
    return " ".join(_words(chance, chance.randint(9, 18)).capitalize() + "." for _ in range(chance.randint(2, 4)))


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(ENGLISH) for _ in range(count))


def _characters(chance: random.Random, count: int) -> str:
    return "".join(chance.choice(CHINESE) for _ in range(count))
