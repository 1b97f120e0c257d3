"""Keys and folders by which tools keep a text from everybody hold it, whatever tool the text comes from."""

from __future__ import annotations

import pytest
from test_parsers_frontmatter import draft, front

from newsroom import Newsroom

HELD = """
password: sea-glass|password: [a, b]|Password: 1|post_password: x|passwordProtected: true|密码: 海
encrypted: true|encrypt: true|encrypt: {all: true}|private: true|private: "yes"|private: by order of the desk
isPrivate: true|secret: true|hidden: true|hidden: on|hide: true|hide: all|unlisted: true|is_unlisted: true
headless: true|members-only: true|subscribersOnly: true|paywall: true|premium: true|login_required: true
isDraft: true|is-draft: true|unpublished: true|eleventyExcludeFromCollections: true|email_only: true|wip: true
exclude_from_feed: true|hiddenFromRss: true|nofeed: true
rss_ignore: true|hide_from_lists: true|excludeFromCollections: true
exclude: true|skip: true|ignored: true|internal: true|deleted: true|加密: true|隐藏: true
publish: false|publish: no|publish: draft|publish: private
publish: unlisted|dg-publish: false|public: false|isPublished: false
listed: false|render: false|render: never|routable: false
permalink: false|rss: false|feed: false|article: false|approved: no
status: draft|status: Draft|status: unpublished
status: private|status: hidden|status: Pending review|status: In progress
status: skip|status: trash|status: scheduled|status: Not published
status: 草稿|status: 未发布|status: 待审核|status: 审核中
status: 私密|status: 下書き|status: brouillon|status: Entwurf
status: черновик|status: false|status: 0|status: on hold
state: draft|post_status: private|publish-status: in review
workflow_state: archived|moderation_state: draft|状态: 草稿
access: members|access: private|privacy: unlisted
layout: draft|type: draft|visibility: members|visibility: paid
visibility: private|visibility: hidden|visibility: {web: members}
visibility: [tiers]|visible: false|visible: PRIVATE
build: {list: never}|build: {render: never}
_build: {list: local}|_build: {render: false, list: false}|build: false
params: {hidden: true}|params: {password: x}|extra: {private: true}|extra: {status: draft}|expired: true
draft: oui|entwurf: ja|brouillon: true|черновик: да|oculto: sí|published: 否|published: never|公开: 否|publish: nein
published: scheduled|released: no|release: false|live: false|finished: 否|enabled: false|status: [draft]
status: {name: draft}|access: [members]|access: {roles: [staff]}|audience: staff|members: true|restricted_to: staff
extra: {draft: true}|params: {published: false}|meta: {hold: until Friday}|data: {private: 是}
params: {extra: {status: draft}}|metadata: {embargo: 2126-01-01}|params: {visibility: [members]}
eleventyComputed: {permalink: false}|feed: {enable: false}|feed: {exclude: true}|scheduled: true|scheduled: soon
scheduled_for: 2126-01-01|go-live: 2126-01-01|publishStart: 2126-01-01|passwort: sea|spiked: true
release: 9.30|release: 1.12.26|release: next|permalink: /drafts/ferry/|permalink: never
passwrd: sea|privat: true|encryted: true|unlistd: true|publsh: false|visibilty: members|expirydat: 2030-01-01
"""
FREE = """
password: ""|password:|password: false|encrypted: false
private: no|hidden: false|hide: [navigation, toc]|hide: index
unlisted: false|headless: false|exclude: [toc]
skip: 3|internal: https://example.org|premium: no|paywall: false
publish: true|publish: yes|dg-publish: true|public: true
render: always|permalink: /ferry/|permalink: true|rss: /atom.xml
feed: {type: atom}|article: true|output: html_document|status: published
status: publish|status: Live|status: 已发布|status: 已审核
status: final|state: New Mexico|access: open|layout: post
layout: default|type: review|type: posts|visibility: public
visibility: Everyone|visible: true
build: {list: always, render: always}|build: {publishResources: false}|build: 1834
params: {author: Ann}|extra: {hidden: false}|hiddenFromHomePage: true
hide_from_search: true|sitemap: false|project: x
interval: 3|secretary: Ann|passage: north|privateer: true|comments: false|list: [a]|protector: Ann|toc: false
expiryDate: never|expiryDate: 0001-01-01T00:00:00Z
visibility: [public]|private: 否|draft: 否|草稿: 不是|embargo: none|hold: none|protection: none|public: 是
cover: {hidden: true}|toc: {hide: true}|comments: {enabled: false}|members: [Ann, Ben]|schedule: weekly|feed: {limit: 3}
extra: {draft: false}|params: {published: 2026-11-01}|meta: {release: "2.0"}|meta: [{name: robots}]|status: [published]
scheduled: no|audience: general|published: 2026-11-01|data: {kill: false}|params: {hold: none}
release: [0, 16, 0]|release: [2, 0, rc1]|release: 0.16.0|release: v2.1|permalink: /2026/11/hidden-service/
permalink: not-a-draft.html|url: link|path: local|publishDate: 0001-01-01T00:00:00Z|search: {exclude: true}|draft: false
"""


def table(text: str) -> list[str]:
    return [each for line in text.strip().splitlines() for each in line.split("|")]


@pytest.mark.parametrize("line", table(HELD))
def test_a_key_that_keeps_a_text_from_anybody_holds_it(line: str) -> None:
    assert front(line).holds


@pytest.mark.parametrize("line", table(FREE))
def test_a_key_that_keeps_it_from_nobody_holds_nothing(line: str) -> None:
    assert front(line).holds == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("private: true", "private: true"),
        ("status: 草稿", "status: 草稿"),
        ("password: sea-glass", "password"),
        ("Password: yes", "Password"),
        ("encrypt: sea-glass", "encrypt"),
        ("params: {hidden: true}", "params.hidden: true"),
        ("build: {list: never}", "build"),
        ("passwrd: sea-glass", "unknown key passwrd, did you mean password?"),
    ],
)
def test_what_holds_is_told_but_never_a_password(line: str, told: str) -> None:
    assert [each.text for each in front(line).holds] == [told]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "robots: noindex, nofollow",
            ["robots is for search engines, and does not hold the article back; `private: true` does"],
        ),
        ("robots: index", []),
        ("status: seedling", ["status 'seedling' is unknown, and does not hold the article back"]),
        ("status: published", []),
        ("privat: false", ["unknown key privat, did you mean private?"]),
    ],
)
def test_what_might_be_taken_to_hold_and_does_not_is_told(line: str, told: list[str]) -> None:
    found = front(line)

    assert ([each.text for each in found.misspelt], found.holds) == (told, ())


def test_a_text_that_is_to_be_published_later_is_held_until_then() -> None:
    assert [(each.kind, each.text) for each in front("publish: 2030-01-01").holds] == [("embargo", "2030-01-01")]


def test_toml_and_pelican_hold_alike() -> None:
    toml = draft("+++\ntitle = 'Ferry'\n[build]\nlist = 'never'\n+++\nIt sails.\n")
    pelican = draft("Title: Ferry\nStatus: hidden\n\nIt sails.\n")

    assert [each.text for each in (*toml.holds, *pelican.holds)] == ["build", "Status: hidden"]


@pytest.mark.parametrize(
    "path",
    [
        "_drafts/a.md",
        "_drafts/2026/a.txt",
        "source/_drafts/a.md",
        "blog/drafts/a.md",
        "Drafts/a.md",
        "_discarded/a.md",
        "草稿/a.md",
        "world/_private/a.txt",
        "embargoed/a.txt",
        "unpublished/a.md",
    ],
)
def test_copy_in_a_folder_of_drafts_is_held(path: str) -> None:
    found = draft("---\ntitle: Ferry\npublished: true\n---\nIt sails.\n", path)

    assert [each.kind for each in found.holds] == ["folder"]


@pytest.mark.parametrize(
    "path", ["_posts/a.md", "drafts.md", "draft-law/a.md", "drafting/a.txt", "private-equity/a.md"]
)
def test_copy_elsewhere_is_not(path: str) -> None:
    assert draft("---\ntitle: Ferry\n---\nIt sails.\n", path).holds == ()


def test_what_is_held_so_is_reported_with_its_line_and_shown_nowhere(newsroom: Newsroom) -> None:
    newsroom.file("_drafts/law.md", "---\ntitle: Law\n---\nIt is a draft.\n")
    newsroom.file("_drafts/wire.txt", "Wire\n\nLISBON, Nov. 1 (Quay News) -- It is a draft.\n")
    newsroom.file("world/sea.md", "---\ntitle: Sea\npassword: sea-glass\n---\nIt is blue.\n")
    newsroom.file("world/tide.md", "---\ntitle: Tide\n---\nIt turns.\n")

    edition = newsroom.publish()

    assert [f"{each.severity}: {each}" for each in edition.problems] == [
        "held: _drafts/law.md:1: its folder '_drafts/' holds it back",
        "held: _drafts/wire.txt:1: its folder '_drafts/' holds it back",
        "held: world/sea.md:3: 'password' holds it back",
    ]
    assert edition.articles == 1


def test_a_published_article_that_moves_to_the_drafts_is_withdrawn_and_comes_back(newsroom: Newsroom) -> None:
    text = "---\ntitle: Tide\n---\nIt turns.\n"
    newsroom.file("_posts/tide.md", text)
    newsroom.publish()
    (newsroom.articles / "_posts/tide.md").unlink()
    newsroom.file("_drafts/tide.md", text)
    held = newsroom.publish()
    (newsroom.articles / "_drafts/tide.md").unlink()
    newsroom.file("_posts/tide.md", text)

    back = newsroom.publish()

    assert (held.articles, held.removed, back.articles) == (0, 1, 1)
