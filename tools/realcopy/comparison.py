"""Compare a document as read here with what feedsvc published of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import unescape

from feedsvc.model.article import Article
from realcopy.conventions import (
    AUTHOR_KEYS,
    NOTHING,
    PICTURE_KEYS,
    TAG_KEYS,
    people_of,
    picture_of,
    plain,
    tags_of,
    title_of,
)
from realcopy.front_blocks import Split
from realcopy.markup import Block, Markup, last_part, read_html, words
from realcopy.outcomes import Outcome
from realcopy.written_dates import date_of, has_unread_date

SUMMARY_KEYS = ("summary", "excerpt", "abstract", "description")
MARKS_IN_A_SUMMARY = re.compile(
    r"\{[{%:]|\]\(|^\s*[#>|!]|^:::|</?(?:a|br|center|div|figure|font|h\d|img|p|span|table)\b[^>]*>"
)
CONTROLS = re.compile(r"[\s\x00-\x1f]+")
HEADINGS = "related further reading see also links references 相关 参考 参阅 延伸 阅读 链接 文章 资料 推荐"
HEADINGS += " 扩展 擴展 更多 推荐阅读 相關 參考 參閱 閱讀 連結 資料 推薦"
OF_RELATED = Counter(words(HEADINGS))
SHOWN = 120
MANY = 3  # words: fewer may be a difference between two readers of Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One comparison. line: of the document, 0 if it has none."""

    kind: str
    path: str
    agrees: bool
    line: int = 0
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document as the conventions have it. language: of the site, "" if nothing tells it."""

    path: str
    document: Split
    markup: Markup
    language: str

    def line_with(self, text: str) -> int:
        """Return the first line of the body that holds *text*, 0 if none does."""
        lines = enumerate(self.document.body.split("\n"), start=self.document.first_line)
        return next((number for number, line in lines if text in line), 0)


def checks(reading: Reading, outcome: Outcome, *, zone: tzinfo) -> Iterator[Check]:
    """Yield the comparisons of a published document."""
    article = outcome.article
    if article is None:
        return
    language = reading.language
    if language:
        yield _check("language", reading, language in article.languages, language, ", ".join(article.languages))
    if language not in article.languages:
        language = article.languages[0]
    yield from _titles(reading, article, language)
    yield from _dates(reading, article, language, zone)
    yield from _credits(reading, article)
    yield from _summaries(reading, article, language)
    yield from _bodies(reading, article)


def _check(
    kind: str,
    reading: Reading,
    agrees: bool,  # noqa: FBT001 (the result, which chooses no behaviour)
    expected: object = "",
    found: object = "",
    line: int = 0,
) -> Check:
    return Check(
        kind=kind, path=reading.path, agrees=agrees, line=line, expected=str(expected)[:SHOWN], found=str(found)[:SHOWN]
    )


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", plain(one).casefold()) == re.sub(r"\W+", "", plain(other).casefold())


def _titles(reading: Reading, article: Article, language: str) -> Iterator[Check]:
    expected = title_of(reading.document.fields) or reading.markup.heading
    found = article.title.get(language) or ""
    if expected:
        line = reading.document.line_of(("title", "headline"))
        yield _check("title", reading, _same(expected, found), expected, found, line)


def _dates(reading: Reading, article: Article, language: str, zone: tzinfo) -> Iterator[Check]:
    fields = reading.document.fields
    published = article.version(language).published
    if has_unread_date(fields, zone):
        yield _check("date that no library reads", reading, published.provenance != "arrival", "", published.instant)
        return
    written = date_of(reading.path, fields, zone)
    if written is None:
        found = f"{published.instant.isoformat()} ({published.provenance}, {published.confidence})"
        yield _check("date where none is written", reading, published.provenance == "arrival", "arrival", found)
        return
    is_same = (
        published.instant.date() == written.instant.date()
        if written.is_day
        else published.instant == written.instant.replace(microsecond=0)
    )
    has_its_zone = written.is_day or published.instant.utcoffset() == written.instant.utcoffset()
    expected = f"{written.instant.date() if written.is_day else written.instant.isoformat()} ({written.where})"
    found = f"{published.instant.isoformat()} ({published.provenance}, {published.confidence})"
    line = reading.document.line_of((written.where,))
    yield _check("date", reading, is_same, expected, found, line)
    if is_same:
        yield _check("zone of the date", reading, has_its_zone, expected, found, line)


def _credits(reading: Reading, article: Article) -> Iterator[Check]:
    """Yield who and what the article names; one of several documents may have more of it than this document."""
    fields, line_of = reading.document.fields, reading.document.line_of
    people = people_of(fields)
    if people:
        credited = [(credit.role, plain(name)) for credit in article.credits for _, name in credit.name.items]
        authors = [name for role, name in credited if role == "author"]
        extra = len(article.origins) == 1 and not _among(authors, people)
        agrees = _among(people, [name for _, name in credited]) and not extra
        found = "; ".join(name for _, name in credited)
        yield _check(
            "authors", reading, agrees or people == (article.publisher,), "; ".join(people), found, line_of(AUTHOR_KEYS)
        )
    tags = tags_of(fields)
    if tags:
        agrees = _among(tags, article.tags) and (len(article.origins) > 1 or _among(article.tags, tags))
        yield _check("tags", reading, agrees, "; ".join(tags), "; ".join(article.tags), line_of(TAG_KEYS))
    picture = picture_of(fields)
    if picture:
        names = {last_part(medium.url) for medium in article.media} | _pictures_of(article)
        line = line_of(PICTURE_KEYS)
        yield _check(
            "picture of the post", reading, last_part(picture) in names, picture, "; ".join(sorted(names)), line
        )


def _among(some: Iterable[str], others: Iterable[str]) -> bool:
    return {_folded(name) for name in some} <= {_folded(name) for name in others}


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold()) or text


def _pictures_of(article: Article) -> set[str]:
    return {name for _, body in article.body.items for name, _ in read_html(body).pictures}


def _summaries(reading: Reading, article: Article, language: str) -> Iterator[Check]:
    found = article.summary.get(language) or ""
    stated = next((value for key in SUMMARY_KEYS if isinstance(value := reading.document.fields.get(key), str)), "")
    if stated.strip() and stated not in NOTHING:
        agree = _same(stated, found) or _folded(plain(stated)).startswith(_folded(plain(found).rstrip("…")))
        yield _check("summary", reading, agree, stated, found, reading.document.line_of(SUMMARY_KEYS))
    elif found:
        has_marks = MARKS_IN_A_SUMMARY.search(found) is not None
        line = reading.line_with(found[:20].rstrip())
        yield _check("summary with marks", reading, not has_marks, "", found, line)
        lacking = words(unescape(found)) - words(reading.markup.text)
        yield _check("summary not of the text", reading, has_marks or lacking.total() < MANY, "", found, line)


def _bodies(reading: Reading, article: Article) -> Iterator[Check]:
    expected = reading.markup
    shown = [read_html(body) for _, body in article.body.items]
    media = [last_part(medium.url) for medium in article.media]
    pictures = Counter(name for markup in shown for name, _ in markup.pictures) + Counter(media)
    yield from _lost("pictures", reading, expected.pictures, pictures)
    links = Counter(address for markup in shown for address, _ in markup.links)
    links += Counter(address for wanted in article.wanted for address, _ in read_html(f'<a href="{wanted.url}">').links)
    written = tuple((address, line) for address, line in expected.links if address != "(broken)")
    yield from _lost("links", reading, written, links)
    for kind, count, found in (
        ("tables", len(expected.tables), sum(len(markup.tables) for markup in shown)),
        ("code blocks", len(expected.codes), sum(len(markup.codes) for markup in shown)),
        ("footnotes", expected.footnotes, sum(markup.footnotes for markup in shown)),
    ):
        if count:
            lines = {"tables": expected.tables, "code blocks": [line for _, line in expected.codes]}.get(kind)
            line = lines[0] if lines else reading.line_with("[^")
            yield _check(kind, reading, found >= count, count, found, line)
    yield from _code(reading, shown)
    yield from _text(reading, article, shown)
    tags = [tag for markup in shown for tag in markup.tags_shown]
    shown_tag = tags[0] if tags else ""
    line = reading.line_with(shown_tag.split("\n")[0][:12].rstrip()) if tags else 0
    yield _check("template tags shown", reading, not tags, "", shown_tag, line)


def _lost(kind: str, reading: Reading, expected: Sequence[tuple[str, int]], found: Counter[str]) -> Iterator[Check]:
    """Yield whether every name of *expected* is in *found* as often as it is expected."""
    if not expected:
        return
    left = Counter(found)
    lost = []
    for name, line in expected:
        if left[name] > 0:
            left[name] -= 1
        else:
            lost.append((name, line))
    named = ", ".join(name for name, _ in lost[:3])
    yield _check(kind, reading, not lost, f"{len(expected)}", f"lost {len(lost)}: {named}", lost[0][1] if lost else 0)


def _code(reading: Reading, shown: Sequence[Markup]) -> Iterator[Check]:
    codes = reading.markup.codes
    found = {CONTROLS.sub("", code) for markup in shown for code, _ in markup.codes}
    if codes and len(codes) <= len(found):
        changed = [(code, line) for code, line in codes if CONTROLS.sub("", code) not in found]
        code, line = changed[0] if changed else ("", 0)
        yield _check("text of code", reading, not changed, code, "not there", line)


def _text(reading: Reading, article: Article, shown: Sequence[Markup]) -> Iterator[Check]:
    found = words("\n".join((*(markup.text for markup in shown), *beside(article))))
    lost = words(reading.markup.text) - found
    if article.wanted:  # feeds have a heading of their own above related links
        lost = Counter({word: count for word, count in lost.items() if word not in OF_RELATED})
    line, sample = first_lost(reading.markup.blocks, lost)
    named = " ".join(list(lost)[:8])
    yield _check("text", reading, lost.total() < MANY, sample, f"lost {lost.total()} words: {named}", line)
    yield _check("text, one or two words", reading, not 0 < lost.total() < MANY, sample, f"lost {named}", line)


def beside(article: Article) -> Iterator[str]:
    """Yield the texts of *article* that readers see beside its body, but for the summary, which repeats the body."""
    yield from (text for _, text in article.title.items)
    yield article.publisher or ""
    for credit in article.credits:
        yield from (name for _, name in credit.name.items)
    for wanted in article.wanted:
        yield f"{wanted.title} {wanted.url or ''}"
    for medium in article.media:
        yield from (text for part in (medium.alternative, medium.caption) for _, text in part.items)
        yield medium.credit or ""
    for version in article.versions:
        yield version.dateline.text if version.dateline else ""
        yield version.published.text
        yield version.updated.text


def first_lost(blocks: Sequence[Block], lost: Counter[str]) -> tuple[int, str]:
    """Return the line and the text of the block of which most is lost."""
    best = (0, 0, "")
    for block in blocks:
        here = words(block.text)
        share = (here & lost).total()
        if share > best[0]:
            best = (share, block.line, " ".join(block.text.split()))
    return best[1], best[2]
