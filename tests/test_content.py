from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from feedsvc.articles.languages import excerpt
from feedsvc.feeds.entry import content_html, summary_text
from feedsvc.model.article import Entry, RelatedLink
from feedsvc.text.characters import clean_text
from feedsvc.text.html import ATTRIBUTES, MAX_DEPTH, TAGS, WITH_CONTROLS, pictures_left_out, safe_html
from feedsvc.text.web_addresses import absolute_url
from samplefeed import LINK, PHOTO, SITE, article, entry, text

BASE = f"{SITE}/articles/tide"
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def test_a_picture_that_a_script_would_load_late_is_not_told_to_be_left_out():
    assert pictures_left_out('<img data-src="/real.jpg"><img src="data:image/svg+xml;base64,AAAA">') == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("<p>a <em>b</em></p>", "<p>a <em>b</em></p>", id="what is allowed stays"),
        pytest.param("<h1 id=x>Head</h1>", "<h2>Head</h2>", id="the first heading is demoted"),
        pytest.param("<script>alert(1)</script>x<style>p{}</style>", "x", id="scripts and styles go with their text"),
        pytest.param("<svg><a xlink:href='javascript:x'>y</a></svg>z", "z", id="svg goes"),
        pytest.param("<iframe srcdoc='<b>y</b>'>x</iframe>z", "z", id="frames go"),
        pytest.param('<p onclick="x()" style="color:red" class=c id=i>a</p>', "<p>a</p>", id="handlers and styles go"),
        pytest.param('<a href="javascript:x">a</a>', "a", id="script address"),
        pytest.param('<a href=" jAva&#9;script&colon;x">a</a>', "a", id="disguised script address"),
        pytest.param(f'<a href="{PIXEL}">a</a>', "a", id="data is no link"),
        pytest.param(f'<img src="{PIXEL}" alt="">', f'<img src="{PIXEL}" alt="">', id="a small image may be data"),
        pytest.param('<img src="data:image/svg+xml;base64,AAAA">', "<img>", id="an svg image may not"),
        pytest.param(f'<img src="data:image/png;base64,{"A" * 13_600}">', "<img>", id="nor a large one"),
        pytest.param('<a href="/x?a=1&b=2">a</a>', f'<a href="{SITE}/x?a=1&amp;b=2">a</a>', id="rooted address"),
        pytest.param('<a href="#n">a</a>', f'<a href="{BASE}#n">a</a>', id="fragment"),
        pytest.param('<a href="//c.example/x">a</a>', '<a href="https://c.example/x">a</a>', id="without scheme"),
        pytest.param('<a href="mailto:a@c.example">a</a>', '<a href="mailto:a@c.example">a</a>', id="mail"),
        pytest.param('<a href="http://[">a</a>', "a", id="broken address"),
        pytest.param('<a href="/a b\\c">a</a>', f'<a href="{SITE}/a%20b%5Cc">a</a>', id="spaces are encoded"),
        pytest.param(
            '<img src=a.png srcset="a.png 1x, /b.png 2x, javascript:x 3x, c.png nonsense">',
            f'<img src="{SITE}/articles/a.png" srcset="{SITE}/articles/a.png 1x, {SITE}/b.png 2x">',
            id="every candidate of a srcset",
        ),
        pytest.param(
            "<video src=v.mp4 poster=/p.jpg autoplay></video>",
            f'<video src="{SITE}/articles/v.mp4" poster="{SITE}/p.jpg" controls=""></video>',
            id="video gets controls and does not start by itself",
        ),
        pytest.param(
            f'<img src="{PIXEL}" data-src="/real.jpg" data-srcset="/real-2.jpg 2x" class="lazy" alt="Quay">',
            f'<img src="{SITE}/real.jpg" alt="Quay" srcset="{SITE}/real-2.jpg 2x">',
            id="a picture that a script would load late",
        ),
        pytest.param(
            '<img src="/spinner.gif" data-lazy-src="/real.jpg">',
            f'<img src="{SITE}/real.jpg">',
            id="over a placeholder",
        ),
        pytest.param(
            f'<img src="{PIXEL}" data-original="/real.jpg"><img src="/small.jpg" data-original="/huge.jpg">',
            f'<img src="{SITE}/real.jpg"><img src="{SITE}/small.jpg">',
            id="an original only where nothing else is shown",
        ),
        pytest.param(
            'a<img src="https://c.example/x.gif" height="1" width="1">', "a", id="a pixel that counts readers"
        ),
        pytest.param('<img data-src="javascript:x" alt="Quay">', '<img alt="Quay">', id="a late address is no surer"),
        pytest.param("<q cite=/s>a</q>", f'<q cite="{SITE}/s">a</q>', id="cited address"),
        pytest.param("<p>a<p>b<ul><li>c<li>d</ul>", "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>", id="implied ends"),
        pytest.param(
            "<table><tr><td>1<td>2<tr><td>3</table>",
            "<table><tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></tbody></table>",
            id="table without ends",
        ),
        pytest.param("<b><i>a</b>c", "<b><i>a</i></b>c", id="crossed ends"),
        pytest.param("a < b &amp; c <3", "a &lt; b &amp; c &lt;3", id="lone signs"),
        pytest.param("a<!-- <b> -->c<!DOCTYPE x><?php y?>d", "acd", id="comments and instructions"),
        pytest.param("\x00a\ufffe&#1;&#x81;&#xfffe;\ud800b", "ab", id="forbidden characters, also as references"),
        pytest.param("a&nbsp;b", "a\u00a0b", id="no entity that XML does not know"),
        pytest.param("<ruby>漢<rp>(<rt>kan</ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt></ruby>", id="ruby"),
        pytest.param("\uf900", "\uf900", id="no normalisation"),
        pytest.param(
            "<p>a <table> b</p><p><em>c</em></p>", "<p>a </p> b<table></table><p><em>c</em></p>", id="a word in tags"
        ),
        pytest.param(
            "<blockquote><p></p><p>a</p><p> </p></blockquote>", "<blockquote><p>a</p></blockquote>", id="empty"
        ),
        pytest.param('<p lang="zh" dir=ltr>海</p>', '<p lang="zh" dir="ltr">海</p>', id="language and direction"),
        pytest.param(
            '<p title="</p><script>">a</p>', '<p title="&lt;/p&gt;&lt;script&gt;">a</p>', id="tags in a value"
        ),
    ],
)
def test_html_is_made_safe(written, expected):
    assert safe_html(written, base=BASE) == expected


def test_addresses_are_resolved_against_their_own_base_in_threads_that_clean_at_once():
    links = '<a href="x">a</a>' * 20_000
    bases = [f"https://{name}.example/" for name in ("one", "two")]
    with ThreadPoolExecutor(2) as threads:
        for base, safe in zip(bases, threads.map(lambda base: safe_html(links, base=base), bases), strict=True):
            assert safe.count(f'"{base}x"') == 20_000


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param('<h2 id="x">a</h2>', '<h2 id="pier-en-x">a</h2>', id="an id gets the prefix"),
        pytest.param("<a name=x></a>b", '<a id="pier-en-x"></a>b', id="a name is an id"),
        pytest.param('<h2 id="a b">a</h2>', "<h2>a</h2>", id="an id with a blank is none"),
        pytest.param(
            '<a href="#%E7%A0%81">a</a><h2 id="码">b</h2>',
            f'<a href="{BASE}#pier-en-%E7%A0%81">a</a><h2 id="pier-en-码">b</h2>',
            id="a link follows its id",
        ),
        pytest.param('<a href="#y">a</a><h2 id="x">b</h2>', 'a<h2 id="pier-en-x">b</h2>', id="a link to nowhere"),
        pytest.param('<a href="/y#x">a</a>', f'<a href="{SITE}/y#x">a</a>', id="an id of another page"),
    ],
)
def test_ids_get_a_prefix_and_links_lead_to_them(written, expected):
    assert safe_html(written, base=BASE, id_prefix="pier-en-") == expected


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("<div>" * 100_000, id="blocks"),
        pytest.param("<b>" * 100_000, id="formatting"),
        pytest.param('<b title="></b>">' * 20_000, id="ends hidden in values"),
        pytest.param(
            "<table>" + "".join(f"<b title={n}>" for n in range(60)) + "<tr></tr>x" * 2000, id="reopened before a table"
        ),
        pytest.param(
            "<table>" + f"<b title={'x' * 2000}>" * 8 + "<tr>x" * 2000, id="long attributes reopened in each row"
        ),
        pytest.param(
            "<table><div>" + f"<b title={'x' * 2000}>" * 8 + "<tr>x" * 2000, id="reopened from a block astray"
        ),
        pytest.param("<table><tr><td>" * 20_000, id="tables"),
        pytest.param("<svg>" * 50_000, id="unclosed svg"),
        pytest.param("<a " * 50_000, id="unclosed tag"),
        pytest.param('<img srcset="' + ", " * 50_000 + '">', id="empty candidates"),
    ],
)
def test_depth_and_size_of_hostile_html_are_bounded(written):
    safe = safe_html(written, base=BASE)

    depth = deepest = 0
    for end in re.findall(r"<(/?)(?!br|img|hr|col|wbr|source)[a-z]", safe):
        depth += -1 if end else 1
        deepest = max(deepest, depth)
    assert deepest <= MAX_DEPTH * 3 / 2  # a parser puts a tbody into each table
    assert len(safe) <= 20 * len(written)


MARKUP = (
    "<p> </p> <b> </b> <table> <td> </td> <a~href=\" <a~href=javascript:x> ' > < <!-- --> <script> </script> "
    "<script> </script> <svg> <math> "
    "<style> <noscript> <title> </title> <img~src=x~onerror=y> <img~ <iframe> &lt; &#x3c; data:, / = x <textarea> "
    "<template> <select> <form> <mtext> <annotation-xml> </p <br/> ]]> <![CDATA[ \x00 \ud800 海"
)
TOKENS = st.sampled_from([each.replace("~", " ") for each in MARKUP.split(" ")])


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["a", " ", "\n", "\t", "\r", "\xa0", "\u2028", "&", "&lt;", "&nbsp;", "<", ">", '"', "</p>"]
            )
            | st.text(max_size=3),
            max_size=6,
        ).map("".join)
        | st.text(max_size=8).map(escape),
        max_size=3,
    )
)
def test_paragraphs_of_text_come_out_as_by_the_long_way(paragraphs):
    written = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)

    by_the_long_way = safe_html(f"<b></b>{written}", base=BASE).removeprefix("<b></b>").strip()

    assert safe_html(written, base=BASE) == by_the_long_way


@given(st.lists(TOKENS | st.text(max_size=4), max_size=40).map("".join))
def test_nothing_outside_the_allow_list_comes_through(written):
    safe = safe_html(written, base=BASE)

    for element in lxml_html.fragment_fromstring(safe, create_parent="main").iterdescendants():
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES["*"] | ATTRIBUTES.get(element.tag, set()) | set(
            WITH_CONTROLS.get(element.tag, ())
        )
        assert re.match(r"https?://|mailto:|tel:|$", element.get("href") or "")
        assert re.match(r"https?://|data:image/|$", element.get("src") or "")
    assert safe_html(safe, base=BASE) == safe


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("  a\tb\n c ", ("a b c", 0), id="white space"),
        pytest.param("a\x00b\x0bc\x85d\ud800e\uffff", ("abcde", 5), id="forbidden and C1"),
        pytest.param("\uf900　\u00a0x", ("\uf900　\u00a0x", 0), id="no normalisation"),
        pytest.param("", ("", 0), id="empty"),
    ],
)
def test_text_is_cleaned_and_what_went_is_counted(written, expected):
    assert clean_text(written) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("x", f"{SITE}/articles/x", id="relative"),
        pytest.param(" https://c.example/海 ", "https://c.example/%E6%B5%B7", id="absolute, trimmed"),
        pytest.param("mailto:a@c.example", None, id="mail"),
        pytest.param("https://c.example:99999999/", None, id="no such port"),
        pytest.param("https:///x", None, id="host left out"),
        pytest.param("http:///x", None, id="no host"),
        pytest.param("", None, id="empty"),
        pytest.param("https://straße.example/", "https://xn--strae-oqa.example/", id="sharp s"),
        pytest.param("https://βόλος.example", "https://xn--nxasmm1c.example", id="final sigma"),
        pytest.param("//İstanbul.example/x", "https://xn--istanbul-o0e.example/x", id="a capital beyond ASCII"),
        pytest.param("https://日本語。jp:8443/a", "https://xn--wgv71a119e.jp:8443/a", id="full stop of Han"),
        pytest.param("https://i❤.example/", "https://xn--i-7iq.example/", id="a sign"),
        pytest.param("https://a_b.bücher.example/", "https://a_b.xn--bcher-kva.example/", id="underscore"),
        pytest.param("https://stra%C3%9Fe.example/", "https://xn--strae-oqa.example/", id="encoded"),
        pytest.param("https://xn--strae-oqa.example/", "https://xn--strae-oqa.example/", id="ASCII already"),
        pytest.param("https://me:x@faß.example/", "https://me:x@xn--fa-hia.example/", id="user"),
        pytest.param("https://a／é.example/", None, id="a path disguised as a host"),
        pytest.param("https://a\u202eé.example/", None, id="a turned host"),
        pytest.param(f"https://{'é' * 3000}.example/", None, id="a host too long"),
    ],
)
def test_an_address_becomes_absolute_or_none(url, expected):
    assert absolute_url(url, base=BASE) == expected


@pytest.mark.parametrize(
    ("written", "limit", "expected"),
    [
        pytest.param(" Short. ", 300, "Short.", id="short"),
        pytest.param("One is here. Two is here. Three is long.", 30, "One is here. Two is here.", id="sentences"),
        pytest.param(
            "Mr. Orr met Capt. Ray of the U.S. Navy at sea", 35, "Mr. Orr met Capt. Ray of the U.S.…", id="no ends"
        ),
        pytest.param('He said "Go." Then they all went home at last.', 20, 'He said "Go."', id="closing quote"),
        pytest.param("今天通航。“大家高兴。”船长说明天还有更多船只。", 14, "今天通航。“大家高兴。”", id="Chinese"),
        pytest.param("明天还有更多船只进港，包括来自远方的货轮", 14, "明天还有更多船只进港…", id="Chinese pause"),
        pytest.param("海" * 20, 10, "海" * 9 + "…", id="no pause at all"),
        pytest.param("e\u0301" * 10, 6, "e\u0301e\u0301…", id="not before a combining mark"),
    ],
)
def test_an_excerpt_ends_with_a_sentence_or_a_word(written, limit, expected):
    assert excerpt(written, limit=limit) == expected
    assert len(expected) <= limit


RELATED_BOTH = (
    '<h2><span lang="en">Related</span> / <span lang="zh">相关阅读</span></h2>\n'
    f'<ul><li><a href="{LINK.href}" hreflang="en"><span lang="en">The last ferry</span> / '
    '<span lang="zh">末班渡轮</span></a></li></ul>'
)
FIGURE = f'<figure><img src="{PHOTO.url}" alt="The pier at low tide" width="640" height="480" lang="en"></figure>'


BODIES = '<div lang="en"><p>Boats wait at the pier.</p></div>\n<div lang="zh"><p>船在码头等待。</p></div>'


def test_the_content_in_two_languages_has_its_picture_bodies_and_links_and_no_title():
    assert content_html(entry(), ["en", "zh"]) == f"{FIGURE}\n{BODIES}\n{RELATED_BOTH}"


@pytest.mark.parametrize(
    ("made", "languages", "expected"),
    [
        pytest.param(
            article(media=(), body=text(en="<p>a</p>")),
            ["zh"],
            '<div lang="en"><p>a</p></div>',
            id="the primary body stands in, in its own language",
        ),
        pytest.param(
            article(media=(), body=text(en="<p>a</p>"), title=text(en="A", zh="甲")),
            ["en", "zh"],
            '<div lang="en"><p>a</p></div>',
            id="and once",
        ),
        pytest.param(
            article(media=(), body=text(zh="<p>b</p>"), title=text(zh="乙")),
            ["en"],
            '<div lang="zh"><p>b</p></div>',
            id="an article in none of the languages is shown in its own",
        ),
        pytest.param(
            article(body=text(en=f'<p><img src="{PHOTO.url}"></p>')),
            ["en"],
            f'<div lang="en"><p><img src="{PHOTO.url}"></p></div>',
            id="an image in the body is not shown twice",
        ),
    ],
)
def test_content_shows_each_thing_once(made, languages, expected):
    assert content_html(entry(made, related=()), languages) == expected


def test_a_related_link_without_title_shows_its_address():
    made = Entry(
        article=article(body=text(), media=()), url=BASE, related=(RelatedLink(href="https://c.example/?a=1&b=2"),)
    )

    assert content_html(made, ["en"]) == (
        '<h2><span lang="en">Related</span></h2>\n'
        '<ul><li><a href="https://c.example/?a=1&amp;b=2">https://c.example/?a=1&amp;b=2</a></li></ul>'
    )


@pytest.mark.parametrize(
    ("summary", "languages", "expected"),
    [
        pytest.param(text(en="A.", zh="甲。"), ["en", "zh"], "A. / 甲。", id="both"),
        pytest.param(text(en="A.", zh="甲。"), ["zh"], "甲。", id="one"),
        pytest.param(text(en="A."), ["zh"], "A.", id="the primary stands in"),
        pytest.param(text(en="A.", zh="A."), ["en", "zh"], "A.", id="equal ones once"),
        pytest.param(text(), ["en"], "", id="none"),
    ],
)
def test_a_summary_is_joined(summary, languages, expected):
    assert summary_text(entry(article(summary=summary)), languages) == expected
