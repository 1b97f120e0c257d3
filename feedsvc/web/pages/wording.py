"""The words of the pages themselves, and how dates are written, per language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from feedsvc.model.article import Text
from feedsvc.model.dates import Timestamp
from feedsvc.text.revision_words import WORDS as REVISION_WORDS

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
    "address": {"en": "Address of the feed “{}”", "zh": "订阅源“{}”的地址"},
    "all": {"en": "Everything", "zh": "全部"},
    "author": {"en": "By", "zh": "作者："},
    "carries": {"en": "Carries it", "zh": "是否收录"},
    "categories": {"en": "Categories", "zh": "栏目"},
    "category_pages": {"en": "Pages of this category", "zh": "本栏目分页"},
    "copied": {"en": "Copied", "zh": "已复制"},
    "copy": {"en": "Copy", "zh": "复制"},
    "corrections": {language: each.corrections for language, each in REVISION_WORDS.items()},
    "earlier": {"en": "Earlier in {}", "zh": "“{}”上一篇"},
    "editor": {"en": "Editor:", "zh": "编辑："},
    "empty": {"en": "No articles yet.", "zh": "暂无稿件。"},
    "entries": {"en": "{} entries", "zh": "{}篇"},
    "entry": {"en": "{} entry", "zh": "{}篇"},
    "every_feed": {"en": "Every feed", "zh": "所有订阅源"},
    "explain": {"en": "Where this comes from", "zh": "内容依据"},
    "explain_feeds": {"en": "The feeds", "zh": "收入哪些订阅源"},
    "explain_fields": {"en": "Its fields", "zh": "各项内容"},
    "feed": {"en": "Feed", "zh": "订阅源"},
    "field": {"en": "Field", "zh": "项目"},
    "feeds": {"en": "Feeds", "zh": "订阅"},
    "follow_search": {"en": "Follow this search", "zh": "订阅此搜索"},
    "formats": {
        "en": "Each feed comes as RSS, Atom and JSON Feed with the same entries: any of them will do.",
        "zh": "每个订阅源都有 RSS、Atom 和 JSON Feed 三种格式，内容相同，任选其一。",
    },
    "found": {"en": "Articles found:", "zh": "找到稿件："},
    "gone_back": {"en": "To the front page", "zh": "返回首页"},
    "how": {
        "en": "A feed reader is an app or a website that gathers what is new on the sites you choose, in one place, "
        "and you need no account with any of them. Copy the address of a feed into it, where it says “Add feed” or "
        "“Subscribe”, and every new article appears there by itself.",
        "zh": "阅读器是一种应用或网站，把你选定的网站上的新内容汇集到一处，无需在这些网站注册。"
        "把订阅源的地址复制到阅读器里“添加订阅”的地方，新稿件就会自动出现。",
    },
    "how_to_search": {
        "en": "Articles that hold every word, wherever they stand; words between quotes as they stand.",
        "zh": "查找含有每个词的稿件；引号内的词句须原样出现。",
    },
    "language": {"en": "Language", "zh": "语言"},
    "last_change": {"en": "last change", "zh": "最近更新"},
    "later": {"en": "Later in {}", "zh": "“{}”下一篇"},
    "latest": {"en": "Latest", "zh": "最新"},
    "named": {"en": "named in the article", "zh": "文中提及"},
    "neighbours": {"en": "Before and after", "zh": "前后稿件"},
    "newer": {"en": "Newer articles", "zh": "较新的稿件"},
    "no": {"en": "no", "zh": "否"},
    "nothing_found": {"en": "No article holds all of these words.", "zh": "没有稿件含有所有这些词。"},
    "older": {"en": "Older articles", "zh": "较早的稿件"},
    "opml": {"en": "All feeds in one file (OPML)", "zh": "全部订阅源合为一个文件（OPML）"},
    "opml_how": {
        "en": "Most readers can import such a file, and then have every feed in it.",
        "zh": "多数阅读器可以导入这种文件，一次添加其中的全部订阅源。",
    },
    "photographer": {"en": "Photo:", "zh": "摄影："},
    "polled": {"en": "checked every {}", "zh": "每{}检查一次"},
    "publisher": {"en": "Source:", "zh": "来源："},
    "read_from": {"en": "Read from", "zh": "出处"},
    "related": {"en": "Related", "zh": "相关阅读"},
    "search": {"en": "Search", "zh": "搜索"},
    "skip": {"en": "Skip to the text", "zh": "跳至正文"},
    "subscribe": {"en": "Subscribe", "zh": "订阅方法"},
    "tags": {"en": "Tags", "zh": "标签"},
    "translator": {"en": "Translator:", "zh": "翻译："},
    "updated": {"en": "Updated", "zh": "更新于"},
    "value": {"en": "Value", "zh": "内容"},
    "why": {"en": "Why", "zh": "原因"},
    "why_date": {"en": "Why this date?", "zh": "日期依据"},
    "yes": {"en": "yes", "zh": "是"},
}
UNITS: Mapping[str, tuple[tuple[int, str, str], ...]] = {
    "en": ((86400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes"), (1, "second", "seconds")),
    "zh": ((86400, "天", "天"), (3600, "小时", "小时"), (60, "分钟", "分钟"), (1, "秒", "秒")),
}


def words(key: str, *values: object) -> Text:
    """Return the pages' own words for *key* in every language that has them, with *values* where they have places.

    values: a Text stands in each language's own words.
    """
    return Text(
        items=tuple(
            (language, pattern.format(*(each.best(language)[1] if isinstance(each, Text) else each for each in values)))
            for language, pattern in WORDS[key].items()
        )
    )


def counted(number: int) -> Text:
    """Return how many entries there are."""
    return words("entry" if number == 1 else "entries", number)


def interval(seconds: int) -> Text:
    """Return a length of time in the largest unit that leaves no rest."""
    found = []
    for language, units in UNITS.items():
        size, one, many = next(each for each in units if seconds % each[0] == 0)
        number = seconds // size
        between = " " if language == "en" else ""
        found.append(
            (language, (f"{number}{between}" if number != 1 or not between else "") + (many if number != 1 else one))
        )
    return Text(items=tuple(found))


def language_name(tag: str) -> str:
    """Return a language's own name for itself."""
    return LANGUAGE_NAMES.get(tag, tag)


def shown_date(timestamp: Timestamp, language: str) -> str:
    """Return a date for people: of a day only the day, else hour, minute and zone with it."""
    at = timestamp.instant
    return _day(at, language) if timestamp.precision == "day" else shown_moment(at, language)


def shown_moment(at: datetime, language: str) -> str:
    """Return *at* (aware) for people, to the minute and with its zone."""
    return f"{_day(at, language)} {at.hour:02}:{at.minute:02} {shown_zone(at)}"


def comma(language: str) -> str:
    """Return what stands between a date and its place."""
    return "，" if language.partition("-")[0] == "zh" else ", "


def gap(language: str) -> str:
    """Return what stands after a label: a full-width colon has its own room."""
    return "" if language.partition("-")[0] == "zh" else " "


def _day(at: datetime, language: str) -> str:
    written = language.partition("-")[0]
    if written == "zh":
        return f"{at.year}年{at.month}月{at.day}日"
    if written == "en":
        return f"{at.day} {MONTHS[at.month - 1]} {at.year}"
    return at.date().isoformat()


def machine_date(timestamp: Timestamp) -> str:
    """Return a date for HTML's ``datetime`` attribute, as precise as it is known."""
    if timestamp.precision == "day":
        return timestamp.instant.date().isoformat()
    return timestamp.instant.isoformat(timespec="seconds" if timestamp.precision == "second" else "minutes")


def shown_zone(at: datetime) -> str:
    """Return the zone of *at* by its distance from UTC."""
    minutes = int((at.utcoffset() or timedelta()) / timedelta(minutes=1))
    if minutes == 0:
        return "UTC"
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
