"""Documents of every format, and what a careless or hostile hand makes of them, drawn by hypothesis."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path

from hypothesis import strategies as st

from word_files import PICTURE, paragraph, word

CASES = Path(__file__).parent.parent / "cases"
MAIL = """From: "Ines Duarte" <ines@quay.example>
To: desk@quay.example
Subject: =?utf-8?Q?Ferry_sails_again?=
Date: Sun, 22 Nov 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="part"

--part
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

LISBON, Nov. 22 (Quay News) -- The ferry sails =E2=80=93 again.

--part
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<p>LISBON, Nov. 22 (Quay News) -- The ferry sails again.</p>
--part--
"""
IPTC = (
    "\x01qna062 4 i 211 qna 061\r\n\r\nIslands-ferry/\r\n\x02Ferry sails =\r\n\r\n"
    "Lisbon, 22 Nov (Quay) - The ferry sails again.\r\n\x03221137 GMT Nov 26\r\n\x04"
)
ANPA = (
    "\x16\x16\x01W2870\x1f_asian\r\nf l\x13\x11 BC-EU--Ferry     11-22 0049\r\n\x02^BC-EU--Ferry,466<\r\n"
    "^Ferry sails to ``the islands'' <\r\n^Eds: With AP Photos.<\r\n^By INES DUARTE=\r\n^Quay News=\r\n"
    "\tLISBON, Nov 22 (Quay) -- The ferry sails again.\r\n \r\n\tIt had lain in the dock.\r\n"
    "\x03AP-WF-11-22-26 1509GMT<\r\n\x0c\r\n\x04"
)
ZCZC = "ZCZC HWA12\nYY TDR\nFerry sails again\n\nLISBON, Nov. 22 (Quay) - The ferry sails again.\n\nNNNN\n"
WEB_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Ferry sails again | Quay News</title>
<meta property="og:image" content="/img/ferry.jpg"><link rel="canonical" href="https://quay.example/ferry">
<script type="application/ld+json">{"@graph": [{"@type": "Person", "@id": "#i", "name": "Ines Duarte"},
{"@type": "NewsArticle", "headline": "Ferry sails again", "author": {"@id": "#i"}, "datePublished": "2026-11-22"}]}
</script></head><body><nav><a href="/">Home</a></nav><main><article><h1>Ferry sails again</h1>
<p class="post-meta">By Ines Duarte | <time datetime="2026-11-22">22 November</time></p><!-- EMBARGO -->
<div class="entry-content"><p>LISBON, Nov. 22 (Quay News) -- The <b>ferry</b> sails.<br>It sails.</p>
<figure><img src="pier.jpg"><figcaption>The pier</figcaption></figure><ul><li>One<li>Two</ul>
<table><tr><td>a</table><pre>x</pre><h2>Related News</h2><ul><li><a href="old.html">Old pier</a></ul></div>
</article></main><footer>Quay</footer></body></html>
"""
WORD = word(
    paragraph("Ferry sails again", style="Title"),
    paragraph("By Ines Duarte"),
    paragraph("LISBON, Nov. 22 (Quay News) -- The ferry sails.", runs=PICTURE),
    paragraph("Related News"),
    paragraph("Old pier"),
)
PAGE = """---
title: {en: Ferry sails, zh: 渡轮启航}
date: 2026-11-22 09:00 +01:00
tags: [ferry, "harbour: old"]
image: {url: "https://media.example/a.jpg", alt: A ferry}
enclosures: ["https://media.example/a.mp3", {url: "https://media.example/b.pdf", length: 12}]
related: [Old pier, ../world/pier.md, {title: Lamp, url: "https://quay.example/articles/lamp"}]
release: 2026-11-22
correction: {en: It sails at nine., zh: 九点启航。}
---

# Ferry

A [link](pier.md#x "t"), ![a picture](a.jpg), `code`, **bold *both***, ~~gone~~, <b>html</b> &amp; &#x26; a note.[^1]

| a | b |
|---|--:|
| 1 | 2 |

- [x] one
  1. two

    term
    : definition

> quoted <video src="a.mp4" controls></video>

{{< figure src="a.jpg" caption="c" >}} {% youtube abc %} [video src="a.mp4"] $$x^2$$

```python {linenos=true}
print(1)
```

<div><table><tr><td>a<p>b</table><iframe src="https://maps.example/x"></iframe><script>x</script></div>

[^1]: The note.
[ref]: https://quay.example/x
"""
TOML = '+++\ntitle = "Ferry"\ndate = 2026-11-22T09:00:00+01:00\n[params]\nauthors = ["Ines"]\n+++\nIt sails.\n'
WIRE = (
    "EMBARGOED UNTIL 13:30 GMT, Sunday 22 November 2026\n\nFerry sails again\n\n渡轮再次启航\n\nQuay News\n"
    "By Ines Duarte\nTime: 2026-11-22\n\nLISBON, Nov. 22 (Quay News) -- The ferry sails.\n\n"
    "码头新闻社里斯本11月22日电（记者李明）渡轮启航。\n\nRelated News\nOld pier\n"
)
BASE64 = """From: "Ines Duarte" <ines@quay.example>
Subject: Ferry sails again
Date: Sun, 22 Nov 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset="gb2312"
Content-Transfer-Encoding: base64

wO/LubG+MTHUwjIyyNW156O6tsnC1sb0ur2how==
"""
PLAIN = "# Ferry sails\n\nBy Ines Duarte\n\nIt [sails](pier.md) *again*.\n\n## Related\n\n- Old pier\n"
HUGO_JSON = '{\n  "title": "Ferry",\n  "date": "2026-11-22T09:00:00+01:00",\n  "tags": ["a}"]\n}\n\nIt sails.\n'
HEXO_JSON = '"title": "Ferry",\n"date": "2026-11-22"\n;;;\n\nIt sails.\n'
PELICAN = "Title: Ferry\nDate: 2026-11-22 09:00\nAuthors: Ines Duarte, Li Ming\nTags: a, b\n\nIt sails.\n"


def _cases(folder: str) -> tuple[tuple[str, bytes], ...]:
    paths = sorted(path for path in (CASES / folder).iterdir() if path.suffix in {".md", ".ninjs", ".txt", ".xml"})
    return tuple((path.name, path.read_bytes()) for path in paths)


# Kinds, of which each is drawn as often as each other, however many documents it has.
SEEDS: Mapping[str, tuple[tuple[str, bytes], ...]] = {
    "cases of markdown": _cases("markdown"),
    "cases of wire copy": _cases("wire"),
    "newsml-g2": _cases("newsml-g2"),
    "nitf": _cases("nitf"),
    "ninjs": _cases("ninjs"),
    "mail": (("ferry.eml", MAIL.encode()), ("base64.eml", BASE64.encode())),
    "iptc": (("i.txt", IPTC.encode()),),
    "anpa": (("n.txt", ANPA.encode()),),
    "zczc": (("z.txt", ZCZC.encode()),),
    "word": (("ferry.docx", WORD),),
    "web page": (("ferry.html", WEB_PAGE.encode()),),
    "wire": (("w.txt", WIRE.encode()),),
    "page": (("page.md", PAGE.encode()),),
    "plain": (("plain.md", PLAIN.encode()),),
    "front matter": (
        ("toml.md", TOML.encode()),
        ("hugo.md", HUGO_JSON.encode()),
        ("hexo.md", HEXO_JSON.encode()),
        ("pelican.md", PELICAN.encode()),
    ),
}
DOCUMENTS = tuple(document for documents in SEEDS.values() for document in documents)
NAMES = tuple(documents[-1][0] for documents in SEEDS.values())
TOKENS = (
    *(
        "---\n",
        "+++\n",
        "\n\n",
        "\n",
        " ",
        "\t",
        "\r\n",
        ": ",
        "- ",
        "# ",
        "## ",
        "> ",
        "| ",
        "```\n",
        "~~~",
        "* ",
        "1. ",
    ),
    *(
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "![",
        "](",
        "[^",
        "]: ",
        "<",
        ">",
        "</",
        "<!--",
        "-->",
        "<![CDATA[",
        "&",
        "&#",
        "&lt;",
    ),
    *(
        "{{<",
        ">}}",
        '{{< figure src="a.jpg" caption="c" >}}',
        "{{% note %}}",
        "{{% /note %}}",
        "{% youtube abc %}",
        "{% raw %}",
        "{{ page.title }}",
        '[video src="a.mp4"]',
        '<Figure src="a.jpg" />',
        "import A from 'a'\n",
        "{%",
        "%}",
        "{{%",
        "$$",
        "`",
        "*",
        "_",
        "**",
        "~~",
        "==",
        "^[",
        ":::",
        "'",
        '"',
        "\\",
        "%",
        "@",
        "&a ",
        "*a",
    ),
    *("<a href=", "<img src=", "<p>", "<div>", "<table>", "<td>", "<svg>", "<video src=", "<b", "<i>", "<pre>", "<br>"),
    *("<article>", "<h1>", "<time>", '<div class="share">', '<script type="application/ld+json">'),
    *(
        "KILL\n",
        "HOLD FOR RELEASE",
        "EMBARGOED UNTIL ",
        "撤稿",
        "更正：",
        "(Corrects ",
        "ADVANCE FOR ",
        "Source: ",
        "Time: ",
    ),
    *(
        "LISBON, Nov. 22 (AP) -- ",
        "11月22日电",
        "5月26日",
        "（",
        "）",
        "【",
        "】",
        "May 26",
        "2026-11-22",
        "9:00 EST",
        "(AP)",
    ),
    *(
        "title: ",
        "date: ",
        "draft: true\n",
        "release: ",
        "related: [",
        "enclosures: ",
        "<<: *a\n",
        "!!python/object:x ",
        "? ",
    ),
    *(
        "=?utf-8?B?",
        "?=",
        "--part\n",
        "Content-Type: ",
        "boundary=",
        "=\n",
        "From: ",
        "\x01",
        "\x02",
        "\x03",
        "\x04",
        "NNNN\n",
    ),
    *(
        "\x00",
        "\x0b",
        "\x1b[0m",
        "\x7f",
        "\x85",
        "\u200b",
        "\u202e",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\ufdfd",
        "İ",
        "ß",
        "é",
        "한",
        "あ",
    ),
    *(
        "https://",
        "https://quay.example/articles/",
        "javascript:",
        "data:image/png;base64,",
        "//",
        "../",
        "#",
        "?",
        "mailto:",
    ),
    *(
        "0",
        "9" * 30,
        "-1",
        "1e999",
        "0x",
        "NaN",
        "null",
        "true",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "24:00",
        "+99:99",
    ),
)
CODECS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-kr",
    "latin-1",
    "cp1251",
    "cp037",
)
MOST = 20_000  # characters of a document
MOST_TIMES = 200  # that a part is repeated

PLACES = st.integers(0, MOST)
DRAWN = st.sampled_from(sorted(SEEDS)).flatmap(lambda kind: st.sampled_from(SEEDS[kind]))
PARTS = st.one_of(st.sampled_from(TOKENS), st.text(max_size=8), DRAWN.map(lambda each: _text(each[1])))


def marked() -> Iterator[tuple[str, bytes]]:
    """Yield small documents with each of the tokens where keys, a headline and a body are."""
    for token in TOKENS:
        page = f"---\ntitle: Ferry\nsummary: {token}\n---\n\nIt sails {token} again.\n\n{token}\n"
        wire = f"Ferry {token} sails\n\nLISBON, Nov. 22 (Quay) -- {token} The ferry {token} sails.\n\n{token}\n"
        yield from ((name, text.encode("utf-8", "surrogatepass")) for name, text in (("p.md", page), ("w.txt", wire)))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


@st.composite
def changed_texts(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Draw one of *texts*, with parts put in, left out, repeated, exchanged."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 6))):
        begin, end = sorted((draw(PLACES) % (len(text) + 1), draw(PLACES) % (len(text) + 1)))
        kind = draw(st.sampled_from(("insert", "replace", "repeat", "cut", "lines", "case")))
        part = text[begin : min(end, begin + 300)]
        if kind == "insert":
            text = text[:begin] + draw(PARTS) + text[begin:]
        elif kind == "replace":
            text = text[:begin] + draw(PARTS) + text[min(end, begin + 40) :]
        elif kind == "repeat":
            text = text[:begin] + part * draw(st.integers(2, MOST_TIMES)) + text[begin:]
        elif kind == "cut":
            text = text[:begin] + text[min(end, begin + 300) :]
        elif kind == "lines":
            lines = text.splitlines(keepends=True)
            text = "".join(lines[begin % (len(lines) + 1) :] + lines[: begin % (len(lines) + 1)])
        else:
            text = text[:begin] + part.swapcase() + text[begin + len(part) :]
        text = text[:MOST]
    return text


def encoded() -> Iterator[tuple[str, bytes]]:
    """Yield a document in each of the encodings, and below more than one byte order mark."""
    yield from (("w.txt", WIRE.encode(codec, "replace")) for codec in CODECS)
    yield "w.txt", codecs.BOM_UTF8 * 3 + WIRE.encode()


@st.composite
def changed_documents(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw the name and the bytes of a document that was valid once, often with its own name and its first lines."""
    name, valid = draw(DRAWN)
    whole, untouched = _text(valid), draw(st.sampled_from((0, 60, 200)))
    text = whole[:untouched] + draw(changed_texts(st.just(whole[untouched:])))
    encoding = draw(st.sampled_from((*("utf-8",) * 12, *CODECS)))
    content = text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    if draw(st.integers(0, 5)) == 0:
        at = draw(PLACES) % (len(content) + 1)
        content = content[:at] + draw(st.binary(max_size=20)) + content[at + draw(st.integers(0, 20)) :]
    if draw(st.integers(0, 15)) == 0:
        content = codecs.BOM_UTF8 * draw(st.integers(1, 3)) + content
    return draw(st.one_of(st.just(name), st.sampled_from(NAMES))), content
