"""Hold the words of the pages themselves, and how dates are written, per language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from feedsvc.content.revision_words import WORDS as REVISION_WORDS
from feedsvc.model.articles import Text
from feedsvc.model.dates import Timestamp

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# Each language by its own name; any other is shown by its tag.
LANGUAGE_NAMES: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "ko": "한국어",
    "ru": "Русский",
    "zh": "中文",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "all": {"en": "Everything", "zh": "全部"},
    "author": {"en": "By", "zh": "作者："},
    "categories": {"en": "Categories", "zh": "栏目"},
    "corrections": {language: each.corrections for language, each in REVISION_WORDS.items()},
    "editor": {"en": "Editor:", "zh": "编辑："},
    "empty": {"en": "No articles yet.", "zh": "暂无稿件。"},
    "entries": {"en": "Entries", "zh": "篇数"},
    "every_feed": {"en": "Every feed", "zh": "所有订阅源"},
    "feed": {"en": "Feed", "zh": "订阅源"},
    "feeds": {"en": "Feeds", "zh": "订阅"},
    "follow_search": {"en": "Follow this search", "zh": "订阅此搜索"},
    "formats": {"en": "Formats", "zh": "格式"},
    "found": {"en": "Articles found:", "zh": "找到稿件："},
    "how": {
        "en": "Copy the address of a feed into your feed reader; it will show every new article. "
        "Each feed comes as RSS, Atom and JSON Feed with the same entries: take any.",
        "zh": "把订阅源的地址复制到阅读器，新稿件就会自动出现。"
        "每个订阅源都有 RSS、Atom 和 JSON Feed 三种格式，内容相同，任选其一。",
    },
    "how_to_search": {
        "en": "Articles that hold every word, wherever they stand; words between quotes as they stand.",
        "zh": "查找含有每个词的稿件；引号内的词句须原样出现。",
    },
    "latest": {"en": "Latest", "zh": "最新"},
    "newer": {"en": "Newer articles", "zh": "较新的稿件"},
    "nothing_found": {"en": "No article holds all of these words.", "zh": "没有稿件含有所有这些词。"},
    "older": {"en": "Older articles", "zh": "较早的稿件"},
    "opml": {"en": "All feeds in one file (OPML)", "zh": "全部订阅源合为一个文件（OPML）"},
    "photographer": {"en": "Photo:", "zh": "摄影："},
    "publisher": {"en": "Source:", "zh": "来源："},
    "related": {"en": "Related", "zh": "相关阅读"},
    "search": {"en": "Search", "zh": "搜索"},
    "skip": {"en": "Skip to the text", "zh": "跳至正文"},
    "subscribe": {"en": "Subscribe", "zh": "订阅方法"},
    "tags": {"en": "Tags", "zh": "标签"},
    "translator": {"en": "Translator:", "zh": "翻译："},
    "updated": {"en": "Updated", "zh": "更新于"},
    "updated_on": {"en": "Last change", "zh": "最近更新"},
}


def words(key: str) -> Text:
    """Return the pages' own words for *key* in every language that has them."""
    return Text(items=tuple(WORDS[key].items()))


def language_name(tag: str) -> str:
    """Return a language's own name for itself."""
    return LANGUAGE_NAMES.get(tag, tag)


def shown_date(timestamp: Timestamp, language: str) -> str:
    """Return a date for people: of a day only the day, else hour, minute and zone with it."""
    at = timestamp.instant
    written = language.partition("-")[0]
    if written == "zh":
        day = f"{at.year}年{at.month}月{at.day}日"
    elif written == "en":
        day = f"{at.day} {MONTHS[at.month - 1]} {at.year}"
    else:
        day = at.date().isoformat()
    if timestamp.precision == "day":
        return day
    return f"{day} {at.hour:02}:{at.minute:02} {_zone(at)}"


def machine_date(timestamp: Timestamp) -> str:
    """Return a date for HTML's ``datetime`` attribute, as precise as it is known."""
    if timestamp.precision == "day":
        return timestamp.instant.date().isoformat()
    return timestamp.instant.isoformat(timespec="seconds" if timestamp.precision == "second" else "minutes")


def _zone(at: datetime) -> str:
    minutes = int((at.utcoffset() or timedelta()) / timedelta(minutes=1))
    if minutes == 0:
        return "UTC"
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
