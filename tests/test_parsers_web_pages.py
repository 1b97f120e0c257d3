"""A web page gives its article, and nothing of the site around it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from drafts import document
from feedsvc.model.document import NO_COPY
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError
from feedsvc.parsers import parse
from made_files import png
from newsroom import Newsroom

STORY = "LISBON, Nov. 22 (Quay News) -- The ferry to the islands sails again, its keeper said."
COPY = f"<p>{STORY}</p><p>It had lain in the dock for nine weeks.</p>"


def draft(content: str | bytes, path: str = "ferry.html") -> Draft:
    return parse(document(content, path), languages=("en", "zh"))[0]


def page(body: str, head: str = "", title: str = "Ferry sails again") -> str:
    return f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def article(copy: str = COPY) -> str:
    return f"<main><article><h1>Ferry sails again</h1>{copy}</article></main>"


def texts(found):
    return [each.text for each in found]


def test_a_page_states_its_article_and_the_site_around_it_is_left_out():
    graph = """{"@context": "https://schema.org", "@graph": [
        {"@type": "WebPage", "name": "Ferry"}, {"@type": "Person", "@id": "#i", "name": "Ines Duarte"},
        {"@type": ["NewsArticle"], "headline": "Ferry sails again", "author": [{"@id": "#i"}, {"name": "Bo Lind"}],
         "datePublished": "2026-11-22T09:00:00+00:00", "dateModified": "2026-11-23T10:00:00+00:00",
         "description": "Nine weeks in dock are over.", "inLanguage": "en-GB"}]}"""
    head = json_ld(graph) + (
        '<link rel="canonical" href="https://old.example/ferry"><meta property="og:image" content="/img/a.jpg">'
        '<meta property="og:image:alt" content="A ferry"><meta property="og:site_name" content="Quay News">'
    )
    inside = (
        f'<div class="share"><a href="#">Share this</a></div><div class="entry-content">{COPY}'
        '<figure><img data-src="pier.png" src="data:,"><figcaption>The pier</figcaption></figure>'
        "<h2>Fares<a class='anchor' href='#f'>#</a></h2><ul><li>Adults <b>two</b></li><li>Dogs one</li></ul>"
        "<h2>Related News</h2><ul><li><a href='https://old.example/p'>Old pier</a></li></ul></div>"
        "<script>track()</script>"
    )
    around = "<header><nav>Home</nav></header>{}<div id='comments'><p>Nice!</p></div><footer>© Quay</footer>"

    found = draft(page(around.format(article(inside)), head, title="Ferry sails again | Quay News"))

    assert texts(found.headlines) == ["Ferry sails again"]
    assert [byline.name for byline in found.bylines] == ["Ines Duarte", "Bo Lind"]
    assert [(date.label, date.text) for date in found.dates] == [
        ("date", "2026-11-22T09:00:00+00:00"),
        ("updated", "2026-11-23T10:00:00+00:00"),
    ]
    assert texts(found.summaries) == ["Nine weeks in dock are over."]
    assert (found.language, found.canonical.text) == ("en-GB", "https://old.example/ferry")
    assert [(each.url, each.alternative) for each in found.enclosures] == [("/img/a.jpg", "A ferry")]
    assert texts(found.datelines) == ["LISBON, Nov. 22 (Quay News)"]
    assert [(each.text, each.html) for each in found.paragraphs] == [
        (STORY, f"<p>{STORY}</p>"),
        ("It had lain in the dock for nine weeks.", "<p>It had lain in the dock for nine weeks.</p>"),
        ("", '<figure><img data-src="pier.png" src="pier.png"><figcaption>The pier</figcaption></figure>'),
        ("Fares", "<h2>Fares</h2>"),
        ("Adults two\nDogs one", "<ul><li>Adults <b>two</b></li><li>Dogs one</li></ul>"),
    ]
    assert [(each.title, each.url) for each in found.related] == [("Old pier", "https://old.example/p")]


@pytest.mark.parametrize(
    ("body", "head"),
    [
        pytest.param(
            article(f'<p class="post-meta">Posted by Ines Duarte on November 22, 2026</p>{COPY}'), "", id="line"
        ),
        pytest.param(
            article(f'<span itemprop="author">Ines Duarte</span><time datetime="2026-11-22">Sunday</time>{COPY}'),
            "",
            id="microdata",
        ),
        pytest.param(
            article(),
            "<meta name=author content='Ines Duarte'><meta property='article:published_time' content='2026-11-22'>",
            id="meta",
        ),
        pytest.param(article(f"<p>By Ines Duarte</p><p>22 November 2026</p>{COPY}"), "", id="typed by the desk"),
        pytest.param(
            article(
                '<div class="byline"><span>By: <a href="/ines">Ines Duarte</a></span><span>Harbour editor</span> · '
                f"<span>Updated 22 November 2026</span><button>Share this story</button></div>{COPY}"
            ),
            "",
            id="beside a job and a day",
        ),
        pytest.param(
            article(f'<div class="author">Ines Duarte / Quay News / 22 November 2026</div>{COPY}'),
            "",
            id="before an agency and a day",
        ),
        pytest.param(
            article(),
            json_ld('{"@type": "Article", "author": "Ines Duarte", "datePublished": "2026-11-22"}'),
            id="text",
        ),
    ],
)
def test_author_and_date_are_found_wherever_a_page_has_them(body, head):
    found = draft(page(body, head))

    assert [byline.name for byline in found.bylines] == ["Ines Duarte"]
    assert [date.text for date in found.dates if "22" in date.text] != []
    assert texts(found.paragraphs)[0] == STORY


@pytest.mark.parametrize(
    ("body", "title", "headline"),
    [
        pytest.param(article(), "Ferry sails again – Quay News", "Ferry sails again", id="the heading"),
        pytest.param(f"<h1>Quay</h1>{COPY}", "Quay at the sea | Quay", "Quay at the sea", id="a heading of the site"),
        pytest.param(COPY, "Ferry sails again", "Ferry sails again", id="no heading"),
        pytest.param(
            f"<svg><title>Quay logo</title></svg>{COPY}", "Ferry sails again", "Ferry sails again", id="a drawing"
        ),
    ],
)
def test_the_title_is_the_articles_and_not_the_sites(body, title, headline):
    assert texts(draft(page(body, title=title)).headlines) == [headline]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f'<div><div itemprop="articleBody">{COPY}</div><p>An advertisement of some length.</p></div>', id="itemprop"
        ),
        pytest.param(f'<div class="menu"><p>Menu</p></div><div class="post-content">{COPY}</div>', id="a class"),
        pytest.param(
            f"<div><p>Welcome.</p></div><div><div>{COPY}</div></div><div><ul><li>a</li></ul></div>", id="densest"
        ),
        pytest.param(
            f'<div class="no-sidebar comments"><article>{COPY}</article></div>', id="a class of the site around it"
        ),
        pytest.param(f"<form action='/page.aspx'><input name=q><div>{COPY}</div></form>", id="a form around all"),
        pytest.param(
            f"<div><ul><li>Fares</li><li>Timetable</li></ul></div><div>{STORY}<br><br>"
            "It had lain in the dock for nine weeks.</div>",
            id="lines without paragraphs",
        ),
    ],
)
def test_the_copy_is_found(body):
    assert texts(draft(page(body)).paragraphs) == [STORY, "It had lain in the dock for nine weeks."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(page("<p>Gulls</p>"), "is a web page without an article: no part of it holds copy", id="no copy"),
        pytest.param(
            page("<ul><li><a href='/a'>One page</a></li><li><a href='/b'>One more page</a></li></ul>"),
            "is a web page without an article: most of its words are links",
            id="links",
        ),
        pytest.param(
            page("".join(f"<article><h2><a href='/{n}'>Day {n}</a></h2><p>{STORY}</p></article>" for n in range(4))),
            "is a web page with a list of 4 articles; save the page of each",
            id="a list",
        ),
        pytest.param(
            page("".join(f"<h2><a href='/{n}'>Day {n}</a></h2><p>{STORY}</p>" for n in range(4))),
            "is a web page with a list of articles; save the page of each",
            id="a list without elements",
        ),
        pytest.param(
            page(COPY, json_ld('[{"@type": "NewsArticle", "url": "/a"}, {"@type": "NewsArticle", "url": "/b"}]')),
            "is a web page that describes several articles; save the page of each",
            id="several",
        ),
        pytest.param(
            page("", "<meta http-equiv=refresh content='0; url=/new/'>"),
            "is a web page that only leads to another: '/new/'",
            id="a redirect",
        ),
        pytest.param(
            "---\nlayout: x\n---\n<p>{{ content }}</p>",
            f"is a template of web pages{NO_COPY}",
            id="a template",
        ),
        pytest.param(
            page(f"<p {' '.join(f'a{n}=1' for n in range(9000))}>{STORY}</p>"),
            "is a web page with a tag of more than 2000 attributes",
            id="attributes",
        ),
    ],
)
def test_a_page_without_an_article_is_refused_with_the_reason(text, message):
    with pytest.raises(ParseError) as caught:
        draft(text)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("gb18030", "<meta charset='gb2312'>"),
        ("utf-16", ""),
        ("utf-8-sig", ""),
        ("utf-8", ""),
        ("big5", "<meta charset=big5>"),
    ],
)
def test_a_page_reads_the_same_in_every_encoding(encoding, named):
    text = page(article("<p>港口今日重新開放，渡船一早離開碼頭前往群島。</p>"), named)

    found = draft(text.encode(encoding))

    assert texts(found.paragraphs) == ["港口今日重新開放，渡船一早離開碼頭前往群島。"]
    assert found.language is None  # the template says English


@pytest.mark.parametrize(
    "where", ["<!-- EMBARGOED UNTIL 27 NOVEMBER 2026 -->", "<p>EMBARGOED UNTIL 27 NOVEMBER 2026</p>"]
)
def test_a_mark_in_a_page_holds_it(where):
    assert [hold.kind for hold in draft(page(article(where + COPY))).holds] == ["embargo"]


def test_the_pictures_beside_a_page_are_published_with_it(newsroom: Newsroom):
    copy = "<p>It had lain in the dock for nine weeks.</p><p><img src='img/pier.png' alt='The pier'></p>"
    newsroom.file("world/ferry.html", page(article(copy), "<meta name=date content='2026-10-30'>"))
    newsroom.file("world/img/pier.png", png(8, 6))

    edition = newsroom.publish()

    shown = newsroom.store.entry("ferry-sails-again").article
    assert f"/media/{sha256(png(8, 6)).hexdigest()[:32]}/pier.png" in shown.body.best()[1]
    assert edition.problems == ()


def test_beside_the_authors_that_a_page_states_no_bare_name_in_its_copy_is_one():
    head = '<meta name="author" content="Ines Duarte">'
    body = article(f"<p>Share Comments</p><p>Von Ines Duarte<br>Old Pier</p><h2>Harbour Life</h2>{COPY}")

    found = draft(page(body, head))

    assert [each.name for each in found.bylines] == ["Ines Duarte"]
    assert [text for text in texts(found.paragraphs) if "Duarte" in text or "Share" in text] == []
    assert "Harbour Life" in texts(found.paragraphs)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("<span>Harbour</span><span>Ferry sails again</span>", "Harbour Ferry sails again"),
        ("<span>Harbour</span><div><span>Ferry sails</span></div>", "Harbour Ferry sails"),
        ("<span>Harbour</span>Ferry sails again", "Harbour Ferry sails again"),
        ("<span>F</span><span>erry sails again</span>", "Ferry sails again"),
        ("Ferry<span>Sails</span>", "FerrySails"),
        ("<span>Harbour</span> <span>Ferry sails</span>", "Harbour Ferry sails"),
    ],
)
def test_parts_of_a_heading_stay_apart(heading, expected):
    found = draft(page(f"<main><article><h1>{heading}</h1>{COPY}</article></main>", title=expected))

    assert texts(found.headlines) == [expected]


def test_a_page_that_names_only_itself_leaves_the_author_to_its_copy():
    body = article(f"<p>Ines Duarte</p>{COPY}")

    found = draft(page(body, '<meta name="author" content="Quay News">'))

    assert "Ines Duarte" in [each.name for each in found.bylines]


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("Ines Duarte und Jan Berg, Lissabon", ["Ines Duarte", "Jan Berg"]),
        ("Ines Duarte og Jan Berg", ["Ines Duarte", "Jan Berg"]),
        ("Ines Duarte, J.S.A. Berg, and Eva Lind, QNN", ["Ines Duarte", "J.S.A. Berg", "Eva Lind"]),
        ("Ines Duarte (idu)", ["Ines Duarte"]),
        ("Quay News", ["Quay News"]),
        ("harbour2026", ["harbour2026"]),
    ],
)
def test_what_a_page_states_of_its_authors_is_parted_into_people(stated, names):
    found = draft(page(article(), f'<meta name="author" content="{stated}">'))

    assert [each.name for each in found.bylines] == names
