"""Read the sections that name related stories: a heading, then titles or URLs, one a line, or nothing."""

from __future__ import annotations

import re

from feedsvc.model.draft import RelatedLine
from feedsvc.parsers.lines import Line, tidy

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
