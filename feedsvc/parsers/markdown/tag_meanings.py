"""What the tags of templates mean to a reader: pictures, films, links, quotations and notes.

Sites name their tags as they like. So a tag with the address of a picture is a picture, whatever its name is, and a tag
with another address is a link. Names are asked where nothing else tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Literal, TypedDict

PICTURE = re.compile(
    r"[^\s\"'<>]{1,1000}\.(?:png|jpe?g|gif|webp|svg|avif|bmp)(?:[?#][^\s\"'<>]{0,300})?", re.IGNORECASE
)
FILM = re.compile(r"[^\s\"'<>]{1,1000}\.(?:mp4|webm|mov|m4v|ogv)(?:[?#][^\s\"'<>]{0,300})?", re.IGNORECASE)
SOUND = re.compile(r"[^\s\"'<>]{1,1000}\.(?:mp3|m4a|ogg|wav|flac)(?:[?#][^\s\"'<>]{0,300})?", re.IGNORECASE)
WEB = re.compile(r"https?://[^\s\"'<>]{1,1000}")

CODE = frozenset({"highlight", "codeblock", "code", "sourcecode", "prism", "mermaid", "plantuml", "chart", "echarts"})
MATH = frozenset({"math", "katex", "latex", "mathjax"})
VERBATIM = frozenset({"raw", "verbatim"})
UNSEEN = frozenset({"comment"})
QUOTES = frozenset({"blockquote", "quote", "pullquote", "centerquote", "cq", "quotation"})
NOTES = frozenset(
    {
        "note",
        "notice",
        "admonition",
        "alert",
        "callout",
        "tip",
        "warning",
        "info",
        "caution",
        "danger",
        "important",
        "hint",
    }
)
FOLDS = frozenset({"details", "expand", "collapse", "spoiler", "fold", "accordion", "folding", "hideToggle", "detail"})
PLACES = frozenset(
    {"ref", "relref", "link", "post_url", "post_path", "asset_path", "url_for", "absurl", "relurl", "pageref"}
)
LINKS = frozenset({"post_link", "asset_link", "linkto", "button", "btn"})
MEDIA: Mapping[str, str] = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "bilibili": "https://www.bilibili.com/video/{}",
    "youku": "https://v.youku.com/v_show/id_{}.html",
    "tweet": "https://twitter.com/i/status/{}",
    "twitter": "https://twitter.com/i/status/{}",
    "x": "https://x.com/i/status/{}",
    "gist": "https://gist.github.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "asciinema": "https://asciinema.org/a/{}",
    "jsfiddle": "https://jsfiddle.net/{}",
    "codepen": "https://codepen.io/pen/{}",
}
PHRASE = re.compile(r"[^\s/=]{1,200}(?:\s{1,9}[^\s=]{1,200}){1,200}", re.DOTALL)  # a parameter that is words
ADDRESS_KEYS = ("src", "url", "href", "link", "image_path", "image", "img", "file", "path", "id", "video")
SAID_KEYS = ("text", "content", "caption", "title", "quote", "body", "message", "description", "summary")
TITLE_KEYS = ("title", "caption", "label", "summary", "header", "heading", "text")
ALT_KEYS = ("alt", "caption", "title", "description")

Family = Literal["Hugo", "Liquid", "WordPress", "kramdown"]
Render = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTag:
    """A tag: its name, whether it ends another, and its parameters: as they are written, by name, and without names."""

    family: Family
    name: str
    is_end: bool
    said: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    values: tuple[str, ...] = ()

    def first(self, *keys: str) -> str:
        return next((self.named[key] for key in keys if self.named.get(key)), "")


def quotation(tag: TemplateTag, render: Render) -> tuple[str, str, str]:
    """Return the HTML of a tag that opens a quotation or a note, that of one that nothing closes, and the author's."""
    words = tag.first("text", "content", "quote", "body", "message", "description")
    said = f"<p>{render(words)}</p>\n" if words else ""
    if tag.name in QUOTES:
        stated = filter(None, (tag.first("author", "cite"), tag.first("source")))
        who = ", ".join(stated) if tag.named else tag.said.strip("\"'`")
        author = f"<p>— {render(who)}</p>\n" if who else ""
        return "<blockquote>\n", f"<blockquote>\n{said}{author}</blockquote>\n" if said else "", author
    title = tag.first("title", "header", "heading") or " ".join(tag.values[1:])
    kind = tag.first("type") or (tag.values or ("",))[0] or tag.name
    title = title or kind[:1].upper() + kind[1:]
    html = f"<blockquote>\n<p><strong>{render(title)}</strong></p>\n"
    return html, f"{html}{said}</blockquote>\n" if said else "", ""


def words_of(tag: TemplateTag) -> tuple[str, ...]:
    """Return the words that a tag is given: captions, parameters with a blank, and whatever is written in a note."""
    given = (*tag.named.values(), *tag.values)
    captions = [tag.named[key] for key in SAID_KEYS if key in tag.named]
    written = [tag.said.strip("\"'`")] if tag.name in NOTES | QUOTES else []
    return (*captions, *written, *(value for value in given if " " in value))


class Meaning(TypedDict, total=False):
    html: str
    is_block: bool
    address: str


def meaning(tag: TemplateTag, render: Render) -> Meaning | None:
    """Return what a tag means that opens nothing; None if it means nothing to a reader."""
    given = [*(tag.named[key] for key in ADDRESS_KEYS if tag.named.get(key)), *tag.values]
    if tag.name in PLACES | LINKS:
        return _link(tag, given)
    for pattern, shown in ((PICTURE, _figure), (FILM, _film), (SOUND, _sound)):
        medium = next((value for value in given if pattern.fullmatch(value)), None)
        if medium is not None:
            return {"html": shown(tag, medium, render), "is_block": True, "address": medium}
    title = tag.first(*TITLE_KEYS)
    if tag.name in FOLDS:
        title = title or " ".join(tag.values)
        return {"html": f"<p><strong>{render(title)}</strong></p>\n", "is_block": True} if title else {}
    url = _media_url(tag, given) or next((value for value in given if WEB.fullmatch(value)), "")
    if url:
        html = f'<p><a href="{escape(url)}">{escape(title or url, quote=False)}</a></p>\n'
        return {"html": html, "is_block": True, "address": url}
    words = tag.first(*SAID_KEYS)
    if words:
        return {"html": f"<p>{render(words)}</p>\n", "is_block": True}
    labelled = tag.said.partition("@")[2] if tag.name == "label" else ""
    phrase = labelled or next((value for value in tag.values if PHRASE.fullmatch(value)), "")
    return {"html": render(phrase.strip())} if phrase else None


def _film(_tag: TemplateTag, film: str, _render: Render) -> str:
    return f'<video src="{escape(film)}"></video>\n'


def _sound(_tag: TemplateTag, sound: str, _render: Render) -> str:
    return f'<audio src="{escape(sound)}"></audio>\n'


def _link(tag: TemplateTag, given: list[str]) -> Meaning:
    place = given[0] if given else ""
    if tag.name in {"post_url", "post_link", "post_path"} and place and not place.endswith((".md", "/")):
        place += ".md"
    if tag.name in PLACES or not place:
        return {"address": place}
    title = tag.first(*TITLE_KEYS) or " ".join(given[1:]) or place.removesuffix(".md")
    return {"html": f'<a href="{escape(place)}">{escape(title, quote=False)}</a>', "address": place}


def _media_url(tag: TemplateTag, given: list[str]) -> str:
    """Return the address of a film or a post that a tag of a known site shows."""
    site = next((site for site in MEDIA if site == tag.name or (len(site) > 1 and tag.name.startswith(site))), None)
    if site is None or not given:
        return ""
    if WEB.fullmatch(given[0]):
        return given[0]
    if tag.first("user") and tag.first("id"):
        given = [f"{tag.first('user')}/status/{tag.first('id')}"]
        return f"https://{'x' if site == 'x' else 'twitter'}.com/{given[0]}"
    name = "/".join(given[:2]) if site == "gist" and "/" not in given[0] and len(given) > 1 else given[0]
    return MEDIA[site].format(name)


def _figure(tag: TemplateTag, picture: str, render: Render) -> str:
    quoted = next((value for value in tag.values if value != picture and (" " in value or not value.isascii())), "")
    alternative = tag.first(*ALT_KEYS) or quoted
    image = f'<img src="{escape(picture)}" alt="{escape(alternative)}">'
    link = tag.first("link", "href")
    if link and link != picture:
        image = f'<a href="{escape(link)}">{image}</a>'
    caption = tag.first("caption", "title") or ("" if tag.first("alt") else quoted)
    below = [render(part) for part in (caption, tag.first("attr", "credit")) if part]
    return f"<figure>{image}{'<figcaption>' + ' '.join(below) + '</figcaption>' if below else ''}</figure>\n"
