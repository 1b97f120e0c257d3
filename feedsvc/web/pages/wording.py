"""The words of pages, and the form of dates, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from feedsvc.articles.revisions import WORDS as REVISION_WORDS
from feedsvc.model.article import Text
from feedsvc.model.dates import Timestamp

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# Any other language is shown by its tag.
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
    "all": {"en": "All articles", "zh": "全部文章"},
    "author": {"en": "By", "zh": "作者："},
    "busy": {"en": "Too many searches are running. Try again in a moment.", "zh": "当前搜索过多，请稍后再试。"},
    "busy_explaining": {
        "en": "Too many explanations are asked for at once. Try again in a moment.",
        "zh": "当前查看说明的请求过多，请稍后再试。",
    },
    "carries": {"en": "Included", "zh": "是否收录"},
    "categories": {"en": "Categories", "zh": "栏目"},
    "category_pages": {"en": "Pages of this category", "zh": "本栏目分页"},
    "contact": {"en": "Contact", "zh": "联系我们"},
    "copied": {"en": "Copied", "zh": "已复制"},
    "copy": {"en": "Copy", "zh": "复制"},
    "corrections": {language: notes.corrections for language, notes in REVISION_WORDS.items()},
    "earlier": {"en": "Earlier in {}", "zh": "“{}”栏目上一篇"},
    "editor": {"en": "Editor:", "zh": "编辑："},
    "empty": {"en": "No articles yet.", "zh": "暂无文章。"},
    "entries": {"en": "{} entries", "zh": "{}条"},
    "entries.one": {"en": "{} entry", "zh": "{}条"},
    "every_feed": {"en": "All feeds", "zh": "全部订阅源"},
    "explain": {"en": "Where this comes from", "zh": "信息依据"},
    "explain_feeds": {"en": "Which feeds include it", "zh": "哪些订阅源收录了这篇文章"},
    "explain_fields": {"en": "Details of the article", "zh": "文章的各项信息"},
    "feed": {"en": "Feed", "zh": "订阅源"},
    "feeds": {"en": "Feeds", "zh": "订阅"},
    "field": {"en": "Detail", "zh": "项目"},
    "follow_search": {"en": "Follow this search", "zh": "订阅此搜索的结果"},
    "formats": {
        "en": "Each feed is available as RSS, Atom and JSON Feed. All three have the same entries, so pick any one.",
        "zh": "每个订阅源都有 RSS、Atom 和 JSON Feed 三种格式，内容相同，任选其一即可。",
    },
    "found": {"en": "{} articles found", "zh": "找到{}篇文章"},
    "found.one": {"en": "{} article found", "zh": "找到{}篇文章"},
    "gone_back": {"en": "Go to the front page", "zh": "返回首页"},
    "how": {
        "en": "A feed reader is an app or a website that shows the new articles of all the sites you follow in one "
        "place. You need no account on these sites. To subscribe, copy the address of a feed and paste it into your "
        "reader, where it says “Add feed” or “Subscribe”. New articles then appear there by themselves.",
        "zh": "RSS 阅读器是一种应用或网站，能把你关注的各个网站的新文章汇集到一处，无需在这些网站注册账号。"
        "复制订阅源的地址，粘贴到阅读器的“添加订阅”处，新文章就会自动出现。",
    },
    "how_to_search": {
        "en": "A search finds the articles that contain all of your words, in any order. "
        "Put words in quotation marks to find them exactly as written.",
        "zh": "搜索结果包含你输入的所有词语，顺序不限；加引号的词句须完全一致。",
    },
    "language": {"en": "Language", "zh": "语言"},
    "last_change": {"en": "last changed", "zh": "上次更新："},
    "later": {"en": "Later in {}", "zh": "“{}”栏目下一篇"},
    "latest": {"en": "Latest", "zh": "最新"},
    "neighbours": {"en": "Earlier and later articles", "zh": "上一篇和下一篇"},
    "newer": {"en": "Newer articles", "zh": "较新的文章"},
    "no": {"en": "no", "zh": "否"},
    "no_archive": {
        "en": "This archive page does not exist. Every 100 entries of a feed become one archive page, so it may come "
        "later.",
        "zh": "没有这个存档页。订阅源每满100条生成一个存档页，这一页以后可能会有。",
    },
    "no_article": {"en": "There is no article at this address.", "zh": "这个地址没有文章。"},
    "no_category": {"en": "There is no such category.", "zh": "没有这个栏目。"},
    "no_feed": {"en": "There is no feed at this address.", "zh": "这个地址没有订阅源。"},
    "no_page": {
        "en": "There is no page at this address. Check its spelling, or look for the article below.",
        "zh": "这个地址没有网页。请检查拼写，或在下方查找文章。",
    },
    "not_found": {"en": "Page not found", "zh": "找不到网页"},
    "list_pages": {"en": "Pages of this list", "zh": "列表分页"},
    "next_page": {"en": "Next page", "zh": "下一页"},
    "not_yet": {"en": "Nothing is published yet.", "zh": "尚未发布任何文章。"},
    "nothing_found": {"en": "No article contains all of these words.", "zh": "没有文章包含所有这些词语。"},
    "older": {"en": "Older articles", "zh": "较早的文章"},
    "opml": {"en": "All feeds in one file (OPML)", "zh": "全部订阅源（OPML 文件）"},
    "opml_how": {
        "en": "Most readers can import this file, which adds all of its feeds at once.",
        "zh": "多数阅读器可以导入这个文件，一次添加其中的全部订阅源。",
    },
    "photographer": {"en": "Photo:", "zh": "摄影："},
    "polled": {"en": "readers may check it every {}", "zh": "阅读器可每{}检查一次"},
    "publisher": {"en": "Source:", "zh": "来源："},
    "read_from": {"en": "Comes from", "zh": "出处"},
    "related": {"en": "Related", "zh": "相关阅读"},
    "result_pages": {"en": "Pages of results", "zh": "搜索结果分页"},
    "search": {"en": "Search", "zh": "搜索"},
    "skip": {"en": "Skip to the main content", "zh": "跳至正文"},
    "previous_page": {"en": "Previous page", "zh": "上一页"},
    "slow": {
        "en": "This search takes too long. Use more words, or less common ones.",
        "zh": "这次搜索用时过长，请增加词语，或换用不太常见的词语。",
    },
    "subscribe": {"en": "Subscribe", "zh": "订阅方法"},
    "tags": {"en": "Tags", "zh": "标签"},
    "translator": {"en": "Translator:", "zh": "翻译："},
    "unavailable": {"en": "Not available right now", "zh": "暂时无法访问"},
    "unreadable": {"en": "The articles cannot be read at the moment.", "zh": "暂时无法读取文章，请稍后再试。"},
    "updated": {"en": "Updated", "zh": "更新于"},
    "value": {"en": "Value", "zh": "内容"},
    "why": {"en": "Why", "zh": "原因"},
    "why_date": {"en": "Why this date?", "zh": "日期依据"},
    "withdrawn": {"en": "No longer available", "zh": "已撤回"},
    "withdrawn_file": {"en": "This file was withdrawn, or replaced.", "zh": "此文件已撤回或已替换。"},
    "withdrawn_article": {"en": "This article was withdrawn.", "zh": "这篇文章已撤回。"},
    "yes": {"en": "yes", "zh": "是"},
}
UNITS: Mapping[str, tuple[tuple[int, str, str], ...]] = {
    "en": ((86400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes"), (1, "second", "seconds")),
    "zh": ((86400, "天", "天"), (3600, "小时", "小时"), (60, "分钟", "分钟"), (1, "秒", "秒")),
}


def words(key: str, *values: object) -> Text:
    """Return the words for *key* in every language, with *values* for each {}.

    values: a Text is put in each language's own words.
    """

    def put(language: str) -> Iterator[object]:
        return (value.best(language)[1] if isinstance(value, Text) else value for value in values)

    return Text(items=tuple((language, pattern.format(*put(language))) for language, pattern in WORDS[key].items()))


def sentence(key: str) -> str:
    """Return the words for *key* in English, for programs and the log."""
    return WORDS[key]["en"]


def translations(text: str) -> Text | None:
    """Return the English sentence *text* in every language; None if it is not one of WORDS."""
    key = next((key for key, said in WORDS.items() if said["en"] == text), None)
    return None if key is None else words(key)


def counted(key: str, number: int, beyond: str = "") -> Text:
    """Return *number* with the noun of *key*, "entries" or "found"; beyond: "+" if there are more."""
    return words(f"{key}.one" if number == 1 and not beyond else key, f"{number}{beyond}")


def interval(seconds: int) -> Text:
    """Return a length of time in its largest whole unit."""
    found = []
    for language, units in UNITS.items():
        size, one, many = next(unit for unit in units if seconds % unit[0] == 0)
        number = seconds // size
        if language == "en":
            found.append((language, one if number == 1 else f"{number} {many}"))
        else:
            found.append((language, f"{number}{many}"))
    return Text(items=tuple(found))


def language_name(tag: str, *, own: Mapping[str, str]) -> str:
    """Return the name of a language in that language: the site's *own*, or the usual one, or its tag."""
    return own.get(tag) or LANGUAGE_NAMES.get(tag, tag)


def shown_date(timestamp: Timestamp, language: str) -> str:
    """Return a date for people: only the day, or the day with the time and zone, as far as it is known."""
    at = timestamp.instant
    return _day(at, language) if timestamp.precision == "day" else shown_moment(at, language)


def shown_moment(at: datetime, language: str) -> str:
    """Return *at* (aware) for people, to the minute, with its zone."""
    return f"{_day(at, language)} {at.hour:02}:{at.minute:02} {shown_zone(at)}"


def comma(language: str) -> str:
    """Return the comma between a date and its place."""
    return "，" if language.partition("-")[0] == "zh" else ", "


def gap(language: str) -> str:
    """Return the space after a label; a full-width colon has its own."""
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
    """Return the offset of *at* from UTC."""
    minutes = int((at.utcoffset() or timedelta()) / timedelta(minutes=1))
    if minutes == 0:
        return "UTC"
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
