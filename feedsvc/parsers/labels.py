"""Read labelled headers: "Source: …", "编辑：…", "Time 2017-05-26", the value on the same line or on the next.

Several may stand on one line: "2017-05-26 10:20 来源：港湾通讯 编辑：林晓舟".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from feedsvc.parsers.lines import Line, remembered
from feedsvc.parsers.names import is_publisher

Field = Literal[
    "publisher",
    "editor",
    "author",
    "photographer",
    "translator",
    "date",
    "updated",
    "release",
    "hold",
    "category",
    "tags",
    "headline",
    "summary",
    "note",
]

_LINES: Mapping[Field, str] = {
    "publisher": """
        source|publisher|published by|agency
        来源|來源|稿源|文章来源|消息来源|信息来源|新闻来源|稿件来源|出处|出處|供稿|发布单位
    """,
    "editor": """
        (?:web |copy |chief |managing |duty |responsible |executive )?editors?|edited by|editing(?: by)?
        编辑|編輯|责任编辑|責任編輯|责编|責編|网络编辑|网编|本文编辑|本期编辑|值班编辑|编校|编审|主编|审核|审校|校对|监制|终审
    """,
    "author": """
        authors?|by|byline|written by|writing by|text(?: by)?|words by|story by|reporters?|reporting(?: by)?|reported by
        correspondents?|writers?
        作者|记者|記者|撰文|撰稿|文|文字|文稿|本报记者|特约记者|实习记者|通讯员|通訊員|采写|撰稿人|特约撰稿人
    """,
    "photographer": """
        photos?(?: by)?|photographers?|photographs?(?: by)?|pictures?(?: by)?|images?(?: by)?
        摄影|攝影|图|圖|图片|圖片|摄|供图|摄影记者|摄影师
    """,
    "translator": """
        translators?|translated by|translation(?: by)?
        翻译|翻譯|译者|譯者|编译|編譯|译
    """,
    "date": """
        time|date|pub(?:lication)? ?(?:date|time)|published(?: on| at)?|publish(?:ing)? (?:date|time)|posted(?: on)?
        时间|時間|日期|发布时间|發布時間|发布日期|發布日期|发表时间|發表時間|发表日期|发稿时间|发文时间|刊发时间|发布于|發布於
    """,
    "updated": """
        updated(?: on| at)?|last updated|last modified|modified|update time
        更新时间|更新時間|最后更新|修改时间|更新日期|更新于
    """,
    "release": """
        release|release (?:date|time)|released? (?:on|at)|not before
        解密时间|解禁时间|发布时限|公开时间|禁发至
    """,
    "hold": """
        embargo(?:ed)?(?: until)?|hold(?: until| for release)?
        保密期|保密期至
    """,
    "category": """
        category|categories|section|channel|column
        栏目|欄目|频道|頻道|分类|分類|版块|版面
    """,
    "tags": """
        tags?|key ?words?|topics?
        关键词|關鍵詞|关键字|标签|標籤
    """,
    "headline": """
        title|headline|english (?:title|headline)|chinese (?:title|headline)
        标题|標題|题目|題目|英文标题|中文标题|英文題目|中文題目
    """,
    "summary": """
        summary|abstract|standfirst
        摘要|导语|導語|内容提要|提要|内容摘要|核心提示
    """,
    "note": """
        字号|字體|点击|浏览|阅读量
        slug|location|place|words?|word count|attn|attention
        编号|稿号|字数|地点|地點
    """,
}
WORDS: Mapping[Field, str] = {
    field: "|".join(line.strip() for line in lines.strip().splitlines()) for field, lines in _LINES.items()
}
# Of these a mere blank may part the value: "Time 2017-05-26".
BEFORE_A_BLANK = "source|editor|author|time|date|updated|来源|编辑|责任编辑|作者|时间|日期|发布时间"


FIELDS: tuple[tuple[Field, re.Pattern[str]], ...] = tuple(
    (field, re.compile(words, re.IGNORECASE)) for field, words in WORDS.items()
)
ANY_LABEL = "|".join(WORDS.values())
BEGIN = r"(?:^|(?<=[\s|｜/／;；,，(（\[【]))"
WITH_COLON = re.compile(rf"{BEGIN}(?P<label>{ANY_LABEL})\s{{0,3}}[:：]\s{{0,4}}", re.IGNORECASE)
ALONE = re.compile(rf"(?P<label>{ANY_LABEL})\s{{0,3}}[:：]?", re.IGNORECASE)
WITH_BLANK = re.compile(rf"(?P<label>{BEFORE_A_BLANK})[\s\u3000]{{1,4}}(?=\S)", re.IGNORECASE)
CALENDAR = re.compile(
    r"\d|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\b",
    re.IGNORECASE,
)
BRACKETS = {"(": ")", "（": "）", "[": "]", "【": "】"}
LONGEST_LABEL = 24  # characters, with its colon and the blanks before that
LONGEST_LINE = 400  # characters; a longer one is copy
LEAST_NAME_WORDS, MOST_VALUE_WORDS = 2, 6


class Header(NamedTuple):
    """One labelled header; the value is empty if it is on the next line."""

    field: Field
    label: Line
    value: Line


@remembered
def headers_in(line: Line) -> tuple[Header, ...]:
    """Return the labelled headers that *line* consists of, none when it is something else.

    Before the first label there may be only its bracket or a date; the caller finds a date there by the first
    header's place.
    """
    inner = _unbracketed(line)
    if len(inner.text) > LONGEST_LINE:
        return ()
    alone = ALONE.fullmatch(inner.text) if len(inner.text) <= LONGEST_LABEL else None
    if alone is not None:
        return (_header(inner, _field(alone["label"]), 0, alone.end(), len(inner.text)),)
    found = _with_colon(inner.text) if ":" in inner.text or "：" in inner.text else ()
    if found and (found[0][1] == 0 or CALENDAR.match(inner.text)):
        ends = [*(begin for _, begin, _ in found[1:]), len(inner.text)]
        return tuple([_header(inner, *label, end) for label, end in zip(found, ends, strict=True)])
    spaced = WITH_BLANK.match(inner.text)
    if spaced is not None:
        header = _header(inner, _field(spaced["label"]), 0, spaced.end(), len(inner.text))
        if _fits(header):
            return (header,)
    return ()


@lru_cache(maxsize=256)  # "Source: Harbour Wire" heads all copy of the wire
def _with_colon(text: str) -> tuple[tuple[Field, int, int], ...]:
    """Return the labels with a colon in *text*, and where each of them begins and its value may."""
    return tuple((_field(label["label"]), label.start(), label.end()) for label in WITH_COLON.finditer(text))


def _header(line: Line, field: Field, begin: int, after: int, end: int) -> Header:
    value = line.part(after, end)
    trimmed = value.text.rstrip("|｜/／;；,，(（[【").rstrip()
    if trimmed != value.text:
        value = value.part(0, len(trimmed))
    return Header(field=field, label=line.part(begin, after), value=value)


@lru_cache(maxsize=256)  # a desk has few labels
def _field(label: str) -> Field:
    return next(field for field, words in FIELDS if words.fullmatch(label))


def _fits(header: Header) -> bool:
    """Return whether a value set off by a mere blank is one: "Time 2017-05-26", not "Time runs out for the ferry"."""
    words = header.value.text.split()
    if not words:
        return False
    if header.field in {"date", "updated"}:
        return CALENDAR.match(header.value.text) is not None and len(words) <= MOST_VALUE_WORDS
    if not words[0][:1].isascii():
        return len(header.value.text) <= 2 * MOST_VALUE_WORDS
    named = all(word[:1].isupper() for word in words) and LEAST_NAME_WORDS <= len(words) <= MOST_VALUE_WORDS
    return named and (header.field != "publisher" or is_publisher(header.value.text))


def _unbracketed(line: Line) -> Line:
    close = BRACKETS.get(line.text[:1])
    return line.part(1, len(line.text) - 1) if close is not None and line.text.endswith(close) else line
