"""Read labels, and put the labelled header where it belongs in a draft: "Source: …", "编辑：…", "Time 2017-05-26".

The value is on the same line or on the next. Several headers may share a line:
"2017-05-26 10:20 来源：港湾通讯 编辑：林晓舟". A heading such as "Related News" or "相关阅读：" labels related stories.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from feedsvc.model.dates import StatedDate
from feedsvc.model.draft import RelatedLine, Role
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.line_kinds import is_date
from feedsvc.parsers.lines import Line, is_han, remembered, tidy
from feedsvc.parsers.names import bylines_in, is_publisher, name_alone, people_in

HEADING = re.compile(
    r"[#*_=\-【\[(（<《\s]{0,8}(?:(?:related|further|recommended)\s(?:news|readings?|stor(?:y|ies)|articles?|links?|coverage|"
    r"reports?|content|topics?)|more\s(?:stories|news|reading|on this|from this series)|see\salso|read\s(?:more|also)|"
    r"相关新闻|相關新聞|相关阅读|相關閱讀|相关链接|相關連結|相关报道|相關報導|相关文章|相關文章|相关内容|延伸阅读|延伸閱讀|"
    r"拓展阅读|扩展阅读|推荐阅读|更多阅读|更多新闻|更多报道|新闻链接|参阅)[】\])）>》*_=\-\s]{0,8}(?P<colon>[:：]?)[*_\s]{0,4}",
    re.IGNORECASE,
)
BULLET = re.compile(
    r"(?:[-–—*+•·●○◆◇■□▪▫▶▸►>※☆★]{1,2}|\d{1,2}\s?[.)、．）](?!\d)|[(（]\d{1,2}[)）]|[①-⑳]|\[\d{1,2}\])\s{0,4}(?=\S)"
)
MARKDOWN = re.compile(
    r"!?\[(?P<title>[^\[\]]{0,500})\]\(\s?<?(?P<url>[^\s()<>]{1,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,500})?)>?(?:\s[^)]{0,300})?\)"
)
URL = re.compile(r"(?:https?://|www\.)[^\s<>\"|｜，。；！？）】》」、]{1,2000}", re.IGNORECASE)
LISTED = re.compile(BULLET.pattern + r"|(?:https?://|www\.)\S|!?\[[^\]]{1,500}\]\(")
AROUND = " \t\u3000|｜-–—:：,，;；()（）<>[]"


def is_heading(line: Line) -> bool:
    """Return whether *line* heads related stories: "Related News", "相关阅读："."""
    return HEADING.fullmatch(line.text) is not None


def titles_after_heading(line: Line) -> Line | None:
    """Return the title behind a heading and its colon, None if *line* is no such heading."""
    found = HEADING.match(line.text)
    if found is None or not found["colon"] or found.end() == len(line.text):
        return None
    return line.part(found.end())


def begins_related(line: Line) -> bool:
    """Return whether *line* is a heading of related stories, or a heading with the first of them behind it."""
    found = HEADING.match(line.text)
    return found is not None and (is_heading(line) or titles_after_heading(line) is not None)


def is_listed(line: Line) -> bool:
    """Return whether *line* begins as an item of a list or a link does."""
    return LISTED.match(line.text) is not None


def read_related(line: Line) -> RelatedLine | None:
    """Return the wanted link on *line*: a title, a URL, or both; None where only ornaments stand."""
    bullet = BULLET.match(line.text)
    bare = line if bullet is None else line.part(bullet.end())
    link = MARKDOWN.fullmatch(bare.text)
    if link is not None:
        return RelatedLine(title=tidy(link["title"]), url=link["url"], span=bare.span)
    found = URL.search(bare.text)
    if found is None:
        title = tidy(bare.text)
        return RelatedLine(title=title, url=None, span=bare.span) if any(map(str.isalnum, title)) else None
    url = found.group().rstrip(".,;:!?'\"")
    if url.endswith(")") and "(" not in url:
        url = url[:-1]
    rest = bare.text[: found.start()] + " " + bare.text[found.end() :]
    address = f"https://{url}" if url[:4].lower() == "www." else url
    return RelatedLine(title=tidy(rest).strip(AROUND), url=address, span=bare.span)


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
BEGIN = r"(?:^|(?<=[\s|｜/／;；,，(（\[【])|(?<=\d)(?=[来來稿编編责責作记記]))"  # 16:45来源：港湾网
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


AT_ONCE = re.compile(r"(?:for )?immediate(?:ly)?(?: release)?|at will|on receipt|now|立即|即时", re.IGNORECASE)
BAR = re.compile(r"\s{1,4}[|｜]\s{1,4}")
LONGEST_BARRED = 300  # characters
ROLES: Mapping[Field, Role] = {
    "editor": "editor",
    "author": "author",
    "photographer": "photographer",
    "translator": "translator",
}


def apply_header(header: Header, into: DraftBuilder) -> None:
    """Add a labelled header, whose value is not empty, to the draft."""
    value = header.value
    if header.field in ROLES:
        into.credit(people_in(value, ROLES[header.field]))
    elif header.field == "publisher":
        into.publish_by(value)
    elif header.field in {"date", "updated"}:
        label: Literal["date", "updated"] = "date" if header.field == "date" else "updated"
        into.dates.append(StatedDate(label=label, text=value.text, span=value.span, printed=True))
    elif header.field in {"release", "hold"} and AT_ONCE.fullmatch(value.text):
        into.note(value)
    elif header.field in {"release", "hold"}:
        into.hold("embargo", value)
        into.dates.append(StatedDate(label="release", text=value.text, span=value.span))
    elif header.field == "headline":
        into.headlines.append(value.excerpt())
    elif header.field == "summary":
        into.summaries.append(value.excerpt())
    elif header.field in {"category", "tags"}:
        (into.categories if header.field == "category" else into.tags).extend(item.excerpt() for item in listed(value))
    else:
        into.note(value)


def apply_barred(line: Line, into: DraftBuilder, *, headed: bool = False) -> bool:
    """Add the parts of a line with bars between them to the draft: "By Su Nian | Harbour Wire | Updated: 2017-05-26".

    headed:  there is a headline above it, so that a name beside a publisher's is a byline.
    returns: whether it is such a line; then every part says something of its own.
    """
    if len(line.text) > LONGEST_BARRED or not ("|" in line.text or "｜" in line.text):
        return False
    ends = [(bar.start(), bar.end()) for bar in BAR.finditer(line.text)]
    if not ends:
        return False
    begins, stops = [0, *(end for _, end in ends)], [*(start for start, _ in ends), len(line.text)]
    parts = [line.part(begin, stop) for begin, stop in zip(begins, stops, strict=True)]
    sure = any(bylines_in(part) or headers_in(part) or is_date(part) for part in parts)
    named = headed and any(is_publisher(part.text) for part in parts) and any(name_alone(p, "author") for p in parts)
    if not (sure or named) or not all(_says_something(part) for part in parts):
        return False
    for part in parts:
        people, headers = bylines_in(part), headers_in(part)
        if people or headers:
            into.credit(people)
            for header in () if people else headers:
                apply_header(header, into)
        elif is_date(part):
            into.dates.append(StatedDate(label="stamp", text=part.text, span=part.span))
        elif is_publisher(part.text):
            into.publish_by(part)
        else:
            into.credit(name_alone(part, "author"))
    return True


def _says_something(part: Line) -> bool:
    if is_date(part) or is_publisher(part.text) or bylines_in(part) or name_alone(part, "author"):
        return True
    headers = headers_in(part)
    return bool(headers) and all(header.value.text for header in headers)


def listed(line: Line) -> tuple[Line, ...]:
    """Return each part of a list: "ports, ferries", "港口、渡轮", "港口 渡轮"."""
    between = ",，、;；|｜"
    if is_han(line.text) and not any(mark in line.text for mark in between):
        between = " \u3000"
    parts: list[Line] = []
    at = 0
    for end in [*(at for at, sign in enumerate(line.text) if sign in between), len(line.text)]:
        parts.append(line.part(at, end))
        at = end + 1
    return tuple(part for part in parts if part.text)
