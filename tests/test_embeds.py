"""See that what a page embeds from elsewhere is a link in feeds."""

from __future__ import annotations

import pytest

from feedsvc.model.document import told_once
from feedsvc.text.html import safe_html

BASE = "https://quay.example/articles/pier"


def link(href: str, words: str) -> str:
    return f'<p><a href="{href}">{words}</a></p>'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            '<iframe src="https://www.youtube.com/embed/ferry01" title="The &quot;first&quot; ferry"></iframe>',
            link("https://www.youtube.com/watch?v=ferry01", 'The "first" ferry'),
            id="a film with a title",
        ),
        pytest.param(
            "<iframe src=//www.youtube-nocookie.com/embed/ferry01?start=75&amp;rel=0></iframe>",
            link("https://www.youtube.com/watch?v=ferry01&amp;t=75", "Video: youtube.com"),
            id="a film without cookies, from a second on",
        ),
        pytest.param(
            '<iframe src="https://www.youtube.com/embed/videoseries?list=PLferry"></iframe>',
            link("https://www.youtube.com/playlist?list=PLferry", "Video: youtube.com"),
            id="a list of films",
        ),
        pytest.param(
            '<iframe data-src="https://player.vimeo.com/video/123?h=1" src="about:blank"></iframe>',
            link("https://vimeo.com/123", "Video: vimeo.com"),
            id="nothing at its own address",
        ),
        pytest.param(
            '<iframe data-src="https://player.vimeo.com/video/123?h=1"></iframe>',
            link("https://vimeo.com/123", "Video: vimeo.com"),
            id="a frame that loads late",
        ),
        pytest.param(
            '<iframe src="//player.bilibili.com/player.html?aid=1&bvid=BV1xx&page=1"></iframe>',
            link("https://www.bilibili.com/video/BV1xx", "Video: bilibili.com"),
            id="a player that a parameter tells the film",
        ),
        pytest.param(
            '<iframe src="https://open.spotify.com/embed/episode/4ab?utm=1"></iframe>',
            link("https://open.spotify.com/episode/4ab", "Audio: open.spotify.com"),
            id="sound",
        ),
        pytest.param(
            '<iframe src="https://www.google.com/maps/embed?pb=x"></iframe>',
            link("https://www.google.com/maps/embed?pb=x", "Map: google.com"),
            id="a map",
        ),
        pytest.param(
            '<iframe src="https://player.harbour.example/1"></iframe>',
            link("https://player.harbour.example/1", "External content: player.harbour.example"),
            id="any frame",
        ),
        pytest.param(
            '<iframe src="/tides.html">Your browser has no frames.</iframe>',
            link("https://quay.example/tides.html", "External content: tides.html"),
            id="a frame of the site, and its fallback",
        ),
        pytest.param(
            '<iframe src="/tides/"></iframe>',
            link("https://quay.example/tides/", "External content: tides"),
            id="a folder of the site",
        ),
        pytest.param(
            '<embed src="https://files.example/fog.mp3">',
            link("https://files.example/fog.mp3", "Audio: files.example"),
            id="an embedded file",
        ),
        pytest.param(
            '<object data="https://files.example/plan.pdf" type="application/pdf">No plan here.</object>',
            link("https://files.example/plan.pdf", "External content: files.example"),
            id="an object",
        ),
        pytest.param(
            '<object><param name="movie" value="https://www.youtube.com/v/ferry01">'
            '<embed src="https://www.youtube.com/v/ferry01"></object>',
            link("https://www.youtube.com/watch?v=ferry01", "Video: youtube.com"),
            id="a film as it was embedded of old",
        ),
        pytest.param(
            '<object data="a.svg"><img src="https://files.example/a.png" alt="Plan"></object>',
            '<img src="https://files.example/a.png" alt="Plan">',
            id="an object with a picture in its place",
        ),
        pytest.param(
            '<script src="https://gist.github.com/quay/0a1b.js"></script>',
            link("https://gist.github.com/quay/0a1b", "Code: gist.github.com"),
            id="code that a script writes",
        ),
        pytest.param('<script src="https://stats.example/a.js"></script>', "", id="any other script"),
        pytest.param("<iframe src='javascript:alert(1)'></iframe>", "", id="a script as address"),
        pytest.param("<iframe></iframe>", "", id="no address"),
        pytest.param(
            '<p>See <iframe src="https://vimeo.com/1"></iframe>.</p>',
            '<p>See <a href="https://vimeo.com/1">Video: vimeo.com</a>.</p>',
            id="within a sentence",
        ),
        pytest.param(
            '<ul><li><iframe src="https://vimeo.com/1"></iframe></ul>',
            '<ul><li><a href="https://vimeo.com/1">Video: vimeo.com</a></li></ul>',
            id="within a list",
        ),
        pytest.param(
            '<iframe src="https://vimeo.com/1" title="</a><script>x"></iframe>',
            link("https://vimeo.com/1", "&lt;/a&gt;&lt;script&gt;x"),
            id="tags in a title",
        ),
    ],
)
def test_a_link_stands_for_what_was_embedded(written, expected):
    assert safe_html(written, base=BASE) == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("zh", "视频：vimeo.com", id="Chinese"),
        pytest.param("zh-TW", "影片：vimeo.com", id="Chinese of Taiwan"),
        pytest.param("fr-CA", "Vidéo: vimeo.com", id="French"),
        pytest.param("ar", "فيديو: vimeo.com", id="Arabic"),
        pytest.param("cy", "Video: vimeo.com", id="a language without words here"),
    ],
)
def test_the_words_of_the_link_are_in_the_language_of_the_body(language, words):
    safe = safe_html('<iframe src="https://vimeo.com/1"></iframe>', base=BASE, language=language)

    assert safe == link("https://vimeo.com/1", words)


def test_what_is_left_out_is_told_once_for_all_documents(newsroom):
    shown = '<iframe src="https://www.youtube.com/embed/abc"></iframe>'
    body = f"It sails.\n\n{shown}\n\n<form><input name=a></form>\n\n`<svg>` and <script>x()</script>\n"
    for name in ("fog", "pier"):
        newsroom.file(f"world/{name}.md", f"---\ntitle: {name}\ndate: 2026-10-30\n---\n{body}")
    newsroom.publish()

    what = "means nothing outside of its site; it is left out (and in 1 other document)"
    assert told_once(newsroom.store.edition().problems) == [
        f"note: world/fog.md:{line}: the HTML element <{name}> {what}"
        for name, line in (("form", 9), ("input", 9), ("script", 11))
    ]
