"""See that links between documents lead to their articles, whenever those come, move or go."""

from __future__ import annotations

import json
import re

import pytest

from feedsvc.web import make_app
from newsroom import Newsroom

URL = "https://quay.example/articles"
HELD = {
    "embargo": "embargo: 2026-11-05 09:00 UTC",
    "hold": "hold: true",
    "draft": "draft: true",
    "withdrawal": "withdrawn: It was not so.",
    "kill": "killed: true",
}


def story(title: str, body: str, rest: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\n{body}\n"


def links(room: Newsroom, title: str = "Fog") -> list[tuple[str, str]]:
    """Return (address, words) of the links in the content of an article in the feed."""
    items = json.loads(room.feed("/feeds/all.json"))["items"]
    content = next(item["content_html"] for item in items if item["title"] == title)
    return re.findall(r'<a href="([^"]*)">([^<]*)</a>', content)


def notes(room: Newsroom) -> list[str]:
    return [str(problem) for problem in room.store.edition().problems]


@pytest.mark.parametrize(
    ("path", "target", "link", "rest"),
    [
        pytest.param("world/fog.md", "world/pier.md", "pier.md", "", id="beside it"),
        pytest.param("world/fog.md", "world/pier.md", "./pier", "", id="without ending"),
        pytest.param("world/fog.md", "science/pier.md", "../science/pier.md", "", id="in another folder"),
        pytest.param("world/fog.md", "science/pier.md", "/science/pier.md", "", id="from the root"),
        pytest.param("world/fog.md", "world/pier.en.md", "pier.md", "", id="with a language in its name"),
        pytest.param("world/fog.md", "world/old pier.md", "old%20pier.md", "", id="a blank in its name"),
        pytest.param("world/fog.md", "world/码头.md", "码头.md", "", id="a name in Han script"),
        pytest.param("posts/fog.md", "posts/pier.md", "../pier/", "", id="as pages are beside each other"),
        pytest.param("content/posts/fog.md", "content/posts/pier.md", "/posts/pier/", "", id="Hugo"),
        pytest.param("content/blog/fog.md", "content/blog/pier/index.md", "/blog/pier/", "", id="Hugo, a folder"),
        pytest.param("_posts/fog.md", "_posts/2026-10-30-pier.md", "/2026/10/30/pier.html", "", id="Jekyll"),
        pytest.param("_posts/fog.md", "_posts/2026-10-30-pier.md", "2026-10-30-pier.md", "", id="Jekyll's post_url"),
        pytest.param(
            "_posts/fog.md", "_posts/2026-10-30-pier.md", "/world/2026/10/30/pier/", "tags: [World]", id="tag"
        ),
        pytest.param("source/_posts/fog.md", "source/_posts/pier.md", "/2026/10/30/pier/", "", id="Hexo"),
        pytest.param("source/_posts/fog.md", "source/_posts/pier.md", "/2026/10/31/pier/", "", id="Hexo, in its zone"),
        pytest.param("posts/fog.md", "posts/harbour/pier.md", "pier.md", "", id="by its name alone"),
        pytest.param("world/fog.md", "world/pier.md", "/blog/long-pier/", "slug: long-pier", id="by its slug"),
        pytest.param("world/fog.md", "world/pier.md", "/posts/41735/", "slug: 41735", id="by a number"),
        pytest.param("posts/fog.md", "posts/pier.md", "/p/17.html", "permalink: /p/17/", id="by its permalink"),
        pytest.param("posts/fog.md", "posts/pier.md", "/p/old/", "aliases: [/a, p/old]", id="by an alias"),
        pytest.param("posts/fog.md", "posts/pier.md", "../old.html", "redirect_from: /old.html", id="by a redirect"),
        pytest.param("world/fog.md", "world/pier.md", "/posts/老码头/", "slug: 老码头", id="by a slug in Han script"),
    ],
)
def test_a_link_to_a_document_leads_to_its_article(newsroom, path, target, link, rest):
    newsroom.file(path, story("Fog", f"See [it]({link})."))
    newsroom.file(target, story("Old pier", "A pier.", rest))
    newsroom.publish()

    slug = "long-pier" if "long-pier" in rest else "old-pier"
    assert links(newsroom) == [(f"{URL}/{slug}", "it")]
    assert notes(newsroom) == []


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("https://quay.example/world/pier.md", id="of this site"),
        pytest.param("https://other.example/pier/", id="of another"),
        pytest.param("//other.example/pier/", id="without scheme"),
        pytest.param("mailto:pier@other.example", id="mail"),
    ],
)
def test_an_absolute_address_stays(newsroom, link):
    newsroom.file("world/fog.md", story("Fog", f"See [it]({link})."))
    newsroom.file("world/pier.md", story("Old pier", "A pier."))
    newsroom.publish()

    assert links(newsroom) == [(link if ":" in link else f"https:{link}", "it")]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        pytest.param("/2025/01/01/pier/", "https://quay.example/2025/01/01/pier/", id="another day"),
        pytest.param("/boats/pier/", "https://quay.example/boats/pier/", id="another folder"),
        pytest.param("/about/", "https://quay.example/about/", id="another page"),
    ],
)
def test_an_address_that_names_no_document_stays_and_is_told(newsroom, link, address):
    newsroom.file("world/fog.md", story("Fog", f"See [it]({link})."))
    newsroom.file("world/pier.md", story("Old pier", "A pier."))
    newsroom.publish()

    assert links(newsroom) == [(address, "it")]
    assert notes(newsroom) == [f"world/fog.md:7: the link {link!r} leads to no document"]


def test_a_fragment_leads_to_its_place(newsroom):
    newsroom.file("fog.md", story("Fog", "See [it](pier.md#gate), [more](pier.md#lamp) and [here](fog.md#a)."))
    newsroom.file("pier.md", story("Old pier", 'A [gate](#gate).\n\n<p id="gate">The gate.</p>'))
    newsroom.publish()

    assert links(newsroom) == [
        (f"{URL}/old-pier#old-pier-en-gate", "it"),
        (f"{URL}/old-pier#lamp", "more"),
        (f"{URL}/fog#a", "here"),
    ]


def test_a_link_follows_its_document(newsroom):
    newsroom.file("fog.md", story("Fog", "See [it](world/pier.md)."))
    newsroom.publish()
    before = links(newsroom), notes(newsroom)
    pier = newsroom.file("world/pier.md", story("Old pier", "A pier."))
    newsroom.publish()
    there = links(newsroom), notes(newsroom)
    pier.rename(newsroom.articles / "pier.md")
    newsroom.publish()
    moved = links(newsroom), notes(newsroom)

    note = "fog.md:7: the link 'world/pier.md' leads to no document"
    assert before == ([], [note])
    assert there == ([(f"{URL}/old-pier", "it")], [])
    assert moved == ([(f"{URL}/old-pier", "it")], [])


def test_notes_go_with_their_article(newsroom):
    fog = newsroom.file("fog.md", story("Fog", "See [it](pier.md)."))
    newsroom.file("tide.md", story("Tide", "Low."))
    newsroom.publish()
    told = notes(newsroom)
    fog.unlink()
    newsroom.publish()

    assert told == ["fog.md:7: the link 'pier.md' leads to no document"]
    assert notes(newsroom) == []


@pytest.mark.parametrize("mark", HELD)
@pytest.mark.parametrize("link", ["zanzibar.md", "/posts/zanzibar/", "/articles/zanzibar-under-water"])
def test_a_link_to_what_is_held_is_only_words(newsroom, mark, link):
    secret = newsroom.file("posts/zanzibar.md", story("Zanzibar under Water", "A wherry.", HELD[mark]))
    newsroom.file("posts/fog.md", story("Fog", f"See [it]({link}) and [us](/)."))
    newsroom.publish()
    held = told(newsroom)
    secret.write_text(story("Zanzibar under Water", "A wherry."), encoding="utf-8")
    newsroom.publish()

    assert held == []
    if mark != "kill":
        assert (f"{URL}/zanzibar-under-water", "it") in links(newsroom)


@pytest.mark.parametrize("mark", HELD)
def test_a_link_is_only_words_once_its_story_is_held(newsroom, mark):
    secret = newsroom.file("posts/zanzibar.md", story("Zanzibar under Water", "A wherry."))
    newsroom.file("posts/fog.md", story("Fog", "See [it](zanzibar.md)."))
    newsroom.publish()
    before = links(newsroom)
    secret.write_text(story("Zanzibar under Water", "A wherry.", HELD[mark]), encoding="utf-8")
    newsroom.publish()

    assert before == [(f"{URL}/zanzibar-under-water", "it")]
    assert links(newsroom) == []
    assert told(newsroom) == []


def told(room: Newsroom) -> list[str]:
    """Return where the public can read of the story that is held, in the article that links to it."""
    client = make_app(room.settings, room.store).test_client()
    pages = {path: client.get(path).get_data(as_text=True) for path in ("/articles/fog", "/articles/fog.json")}
    items = json.loads(room.feed("/feeds/all.json"))["items"]
    pages |= {item["url"]: json.dumps(item) for item in items if item["title"] == "Fog"}
    return [path for path, body in pages.items() if "zanzibar" in body.lower()]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("zanzibar.md", id="beside it"),
        pytest.param("/posts/zanzibar.md", id="from the root"),
        pytest.param("{title: Earlier, url: zanzibar.md}", id="with a title"),
    ],
)
def test_a_related_line_may_be_a_path(newsroom, line):
    newsroom.file("posts/fog.md", story("Fog", "It came.", f"related: [{line}]"))
    secret = newsroom.file("posts/zanzibar.md", story("Zanzibar under Water", "A wherry.", "hold: true"))
    newsroom.publish()
    held = told(newsroom)
    secret.write_text(story("Zanzibar under Water", "A wherry."), encoding="utf-8")
    newsroom.publish()

    items = json.loads(newsroom.feed("/feeds/all.json"))["items"]
    content = next(item["content_html"] for item in items if item["title"] == "Fog")
    assert held == []
    assert re.findall('href="([^"]*)"', content) == [f"{URL}/zanzibar-under-water"]


@pytest.mark.parametrize(
    ("key", "canonical"),
    [
        pytest.param("canonicalURL: https://mole.example/pier", "https://mole.example/pier", id="an address"),
        pytest.param("canonical_url: /pier/", f"{URL}/pier", id="a path"),
        pytest.param("canonical: javascript://mole.example/%0aalert(1)", f"{URL}/pier", id="no address of a page"),
    ],
)
def test_a_page_names_its_original_on_another_site(newsroom, key, canonical):
    newsroom.file("world/pier.md", story("Pier", "A pier.", key))
    newsroom.publish()

    page = make_app(newsroom.settings, newsroom.store).test_client().get("/articles/pier").text

    assert re.findall(r'<link rel="canonical" href="([^"]*)">', page) == [canonical]
    assert re.findall(r'property="og:url" content="([^"]*)"', page) == [f"{URL}/pier"]
