"""The test bed finds nothing where feedsvc reads as generators do, and everything that is lost where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("bs4", reason="the extra realcopy is not installed")
pytest.importorskip("cmarkgfm", reason="the extra realcopy is not installed")

from feedsvc.model.article import Article, Text
from realcopy.bed import Site, Tally, compared, paths_in
from realcopy.conventions import Layout
from realcopy.outcomes import Outcome, Pass, published

HUGO = """---
title: Lantern fair returns
date: 2024-05-26T14:00:00+01:00
authors: [Ines Duarte]
tags: [Ports, Fairs]
---
The lantern fair returns to the quay, and [the harbour office](https://harbour.example/fair) expects a crowd.

![Lanterns](https://img.example/lanterns.jpg)

| boat | place |
|---|---|
| Kelp | seven |

```sh
light --all
```
"""
ZOLA = """+++
title = "Keepers vote"
date = 2024-05-27
+++
Twelve keepers voted on Monday.
"""
JEKYLL = """---
title: Ferry sails again
---
The ferry sails again after a week of storms.
"""
CHINESE = """---
title: 渡轮复航
lang: zh
date: 2024-05-28 09:00:00 +0800
---
停航一周之后，渡轮今天恢复航行。
"""
PELICAN = """Title: Gulls return
Date: 2024-05-29 10:00
Author: Mira Vale

The gulls return to the old pier.
"""
DRAFT = """---
title: Not yet
draft: true
---
Nobody may read this.
"""
WIRE = """Lighthouse choir sings

LISBON, May 26 (Harbour Wire) -- Twelve keepers sang on Tuesday, and the sea did not listen.
"""
DOCUMENTS = {
    "post/lanterns.md": HUGO,
    "post/keepers.md": ZOLA,
    "_posts/2024-05-26-ferry.md": JEKYLL,
    "post/ferry-zh.md": CHINESE,
    "gulls.md": PELICAN,
    "post/later.md": DRAFT,
    "wire/choir.txt": WIRE,
}
SITE = Site(languages=("en", "zh"), zone=ZoneInfo("Asia/Shanghai"), now=datetime(2026, 11, 1, tzinfo=UTC))
LANTERNS = "post/lanterns.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("somebody")
    for path, text in DOCUMENTS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "lanterns.jpg").write_bytes(b"no document")
    return folder


@pytest.fixture(scope="module")
def done(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Pass:
    work = tmp_path_factory.mktemp("work")
    return published(folder, list(paths_in(folder)), languages=SITE.languages, zone="Asia/Shanghai", work=work)


def tallied(folder: Path, outcomes: Mapping[str, Outcome]) -> Tally:
    return compared(folder, SITE, outcomes=outcomes, layout=Layout(outcomes, SITE.languages))


def differences(tally: Tally) -> Iterator[tuple[str, str]]:
    for kind, checks in tally.differences.items():
        yield from ((kind, check.path) for check in checks)


def test_a_pass_reads_documents_as_their_generators_do(folder, done):
    tally = tallied(folder, done.outcomes)

    assert {path: outcome.kind for path, outcome in done.outcomes.items()} == dict.fromkeys(
        sorted(DOCUMENTS), "published"
    ) | {"post/later.md": "held"}
    assert set(differences(tally)) <= {("wire: the date is sure", "wire/choir.txt")}
    assert tally.checks["fate"] == len(DOCUMENTS) - 1
    assert tally.checks["date"] == 5


def in_the_body(old: str, new: str):
    def change(article: Article) -> Article:
        items = tuple((language, body.replace(old, new)) for language, body in article.body.items)
        assert items != article.body.items
        return replace(article, body=Text(items=items), media=())

    return change


def a_day_later(article: Article) -> Article:
    first, *rest = article.versions
    instant = first.published.instant + timedelta(days=1)
    return replace(article, versions=(replace(first, published=replace(first.published, instant=instant)), *rest))


def in_another_zone(article: Article) -> Article:
    first, *rest = article.versions
    instant = first.published.instant.astimezone(UTC)
    return replace(article, versions=(replace(first, published=replace(first.published, instant=instant)), *rest))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        pytest.param("title", lambda article: replace(article, title=Text(items=(("en", "Fair"),))), id="title"),
        pytest.param("language", lambda article: replace(article, title=Text(items=(("zh", "灯"),))), id="language"),
        pytest.param("date", a_day_later, id="date"),
        pytest.param("zone of the date", in_another_zone, id="zone"),
        pytest.param("authors", lambda article: replace(article, credits=()), id="authors"),
        pytest.param("tags", lambda article: replace(article, tags=("Ports",)), id="tags"),
        pytest.param("pictures", in_the_body("lanterns.jpg", "other.jpg"), id="picture"),
        pytest.param("links", in_the_body("harbour.example/fair", "harbour.example"), id="link"),
        pytest.param("tables", in_the_body("table", "div"), id="table"),
        pytest.param("code blocks", in_the_body("<pre>", "<p>"), id="code block"),
        pytest.param("text of code", in_the_body("light --all", "light all"), id="code"),
        pytest.param("text", in_the_body("The lantern fair returns to the quay", "Fair"), id="text"),
        pytest.param("template tags shown", in_the_body("Kelp", "{{< kelp >}}"), id="template tag"),
    ],
)
def test_what_a_pass_loses_is_found(folder, done, kind, change):
    outcome = done.outcomes[LANTERNS]
    outcomes = {LANTERNS: replace(outcome, article=change(outcome.article))}

    tally = tallied(folder, outcomes)

    assert (kind, LANTERNS) in set(differences(tally))


def test_a_draft_that_is_published_is_found(folder, done):
    outcomes = {"post/later.md": done.outcomes[LANTERNS]}

    tally = tallied(folder, outcomes)

    assert ("published though it should be kept back", "post/later.md") in set(differences(tally))


def test_a_document_that_goes_without_a_word_is_found(folder):
    tally = tallied(folder, {LANTERNS: Outcome()})

    assert list(differences(tally)) == [("not told though it should be published", LANTERNS)]


def test_translations_in_two_articles_are_found(tmp_path, done):
    for path in ("ferry.en.md", "ferry.zh.md"):
        (tmp_path / path).write_text(HUGO if "en" in path else CHINESE, encoding="utf-8")
    outcomes = {"ferry.en.md": done.outcomes[LANTERNS], "ferry.zh.md": done.outcomes["post/ferry-zh.md"]}

    tally = tallied(tmp_path, outcomes)

    assert ("pairs of translations", "ferry.en.md") in set(differences(tally))


@pytest.mark.parametrize(
    ("path", "language"),
    [
        pytest.param("ferry.zh-cn.md", ("zh-cn", "ferry.md"), id="in the name"),
        pytest.param("ferry-zh.md", ("zh", "ferry.md"), id="at the end of the name"),
        pytest.param("ferry-id.md", (None, "ferry-id.md"), id="no language of the site"),
        pytest.param("zh_CN/news/ferry.md", ("zh-cn", "news/ferry.md"), id="a folder"),
        pytest.param("notes/cs/ferry.md", (None, "notes/cs/ferry.md"), id="a folder beside many of other names"),
        pytest.param("i18n/zh/docusaurus-plugin-content-blog/ferry.md", ("zh", "blog/ferry.md"), id="Docusaurus"),
    ],
)
def test_the_language_of_a_path_is_where_generators_keep_it(path, language):
    others = ["ferry.md", "en/news/ferry.md", "ja/news/ferry.md", "blog/ferry.md"]
    others += [f"notes/{name}/gulls.md" for name in ("en", "linux", "trading", "hardware", "web", "reading", "travel")]

    assert Layout([path, *others], SITE.languages).language(path) == language


def test_a_line_of_wire_copy_that_is_lost_is_found_with_its_number(folder, done):
    outcome = done.outcomes["wire/choir.txt"]
    article = replace(outcome.article, body=Text(items=(("en", "<p>Twelve keepers</p>"),)), summary=Text())

    tally = tallied(folder, {"wire/choir.txt": replace(outcome, article=article)})

    (found,) = tally.differences["wire: text kept"]
    assert found.line == 3
