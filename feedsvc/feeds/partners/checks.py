"""Rules that several partners have, each with figures and sources of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from unicodedata import east_asian_width
from urllib.parse import parse_qsl, urlsplit

from feedsvc.feeds.partners.profile import FIGURE, TAG, Copy, Rule, WholeFeed
from feedsvc.model.article import Media
from feedsvc.model.feed import counted

IMAGE = re.compile(r"<img\b")
PICTURE = re.compile(r"<img\b[^>]*>")
SIZE = re.compile(r'\s(?P<name>width|height)="(?P<number>[0-9]{1,5})"')
ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)[^>]*>")
VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})
ADDRESS = re.compile(r"https?://|\bwww\.")
HREF = re.compile(r'<a\b[^>]*\shref="(?P<href>[^"]*)"')
READ_MORE = re.compile(r"<a\b[^>]*>\s*(?:read|continue|see|view)\s+(?:more|on|reading|full|the full)\b", re.IGNORECASE)


def _wide(text: str) -> int:
    """Return how many characters are as wide as two letters, as those of Chinese, Japanese and Korean are."""
    return sum(east_asian_width(character) in "WF" for character in text)


def _words(text: str) -> int:
    """Return about how many words *text* has; scripts that write none apart have two characters in one."""
    return len(text.split()) + _wide(text) // 2


def in_language(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        return None if copy.is_in_language else f"it has no text in {copy.item.language!r}"

    return Rule(check=check, wants="wants one language in a feed", cure="Add the translation.", source=source)


def has_text(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        return None if copy.text else "it has no text"

    return Rule(check=check, wants="wants the whole text", cure="Write the text.", source=source)


def has_author(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        return None if copy.item.authors else "it names no author"

    return Rule(check=check, wants="wants one", cure="Add a byline, or publisher.", source=source)


def title_characters(source: str, *, more_than: int = 0, most: int | None = None) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        count = len(copy.item.title)
        # No Chinese headline would be long enough otherwise, and the partners' pages say nothing of it.
        is_right = count + _wide(copy.item.title) > more_than and (most is None or count <= most)
        return None if is_right else f"the title has {counted(count, 'character')}"

    wants = [f"more than {more_than}"] if more_than else []
    wants += [f"at most {most}"] if most is not None else []
    cure = "Write another headline, or put this article into another feed."
    return Rule(check=check, wants=f"wants {' and '.join(wants)}", cure=cure, source=source)


def title_without_address(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        found = ADDRESS.search(copy.item.title)
        return f"the title has a web address ({found[0]})" if found else None

    return Rule(check=check, wants="wants none", cure="Take the address out of the headline.", source=source)


def younger_than(days: int, source: str) -> Rule[timedelta]:
    def check(age: timedelta) -> str | None:
        return f"it was published {counted(age.days, 'day')} ago" if age >= timedelta(days=days) else None

    cure = f'Write within = "{days - 1} days" for this partner.'
    return Rule(check=check, wants=f"takes nothing after {days} days", cure=cure, source=source)


def words(more_than: int, source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        count = _words(copy.text)
        return None if count > more_than else f"the text has {counted(count, 'word')}"

    return Rule(
        check=check,
        wants=f"wants more than {more_than}",
        cure="Write more, or leave short items out with except.",
        source=source,
    )


def summary_words(more_than: int, source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        count = _words(copy.item.summary)
        return None if count > more_than else f"the summary has {counted(count, 'word')}"

    return Rule(check=check, wants=f"wants more than {more_than}", cure="Write a longer summary.", source=source)


def summary_characters(least: int, source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        count = len(copy.item.summary)
        return None if count >= least else f"the summary has {counted(count, 'character')}"

    return Rule(check=check, wants=f"wants at least {least}", cure="Write a longer summary.", source=source)


def has_picture(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        return None if copy.picture else "it has no picture"

    return Rule(
        check=check,
        wants="wants one",
        cure="Save one under the document's name beside it, or add image: to the front matter.",
        source=source,
    )


def picture_pixels(source: str, *, width: int = 0, height: int = 0, smallest_side: int = 0) -> Rule[Copy]:
    # A picture of unknown size passes: nothing says that it is wrong.
    def is_right(wide: int, high: int) -> bool:
        return wide >= width and high >= height and min(wide, high) >= smallest_side

    wants = f"{width} × {height}" if height else f"a width of {width}" if width else f"sides of {smallest_side}"
    return _of_picture(is_right, f"wants at least {wants}", source)


def picture_shape(source: str, *, least: float = 0, most: float) -> Rule[Copy]:
    """least, most: width divided by height."""

    def is_right(wide: int, high: int) -> bool:
        return least <= wide / high <= most

    wants = f"wants a width of {least:g} to {most:g} times the height" if least else f"wants at most {most:g} to 1"
    return _of_picture(is_right, wants, source)


def picture_not_longer(ratio: float, source: str) -> Rule[Copy]:
    def is_right(wide: int, high: int) -> bool:
        return max(wide, high) <= ratio * min(wide, high)

    return _of_picture(is_right, f"wants a long side of at most {ratio:g} times the short one", source)


def _of_picture(is_right: Callable[[int, int], bool], wants: str, source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        picture = copy.picture
        if picture is None or not picture.width or not picture.height or is_right(picture.width, picture.height):
            return None
        return f"the picture has {picture.width} × {picture.height} pixels"

    return Rule(check=check, wants=wants, cure="Crop the picture anew, or choose another.", source=source)


def pictures_in_text(width: int, height: int, source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        for tag in PICTURE.findall(copy.body):
            size = {name: int(number) for name, number in SIZE.findall(tag)}
            if size.get("width", width) < width or size.get("height", height) < height:
                return f"a picture in the text has {size.get('width', '?')} × {size.get('height', '?')} pixels"
        return None

    cure = "Use a larger picture, or none."
    return Rule(check=check, wants=f"wants at least {width} × {height}", cure=cure, source=source)


def picture_bytes(most: int, source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        size = (copy.picture.bytes if copy.picture else None) or 0
        return f"the picture has {size / 1e6:.1f} MB" if size > most else None

    wants = f"takes at most {most / 1e6:g} MB"
    return Rule(check=check, wants=wants, cure="Save the picture smaller.", source=source)


def picture_types(types: Collection[str], source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        is_right = copy.picture is None or copy.picture.media_type in types
        return None if is_right or copy.picture is None else f"the picture is {copy.picture.media_type}"

    takes = ", ".join(sorted(kind.removeprefix("image/") for kind in types))
    return Rule(check=check, wants=f"takes {takes}", cure="Save the picture as JPEG.", source=source)


def picture_says(noun: str, key: str, get: Callable[[Media], object], source: str) -> Rule[Copy]:
    """noun: what the picture is to have; *key* holds it in front matter, and *get* returns it."""

    def check(copy: Copy) -> str | None:
        return f"the picture has no {noun}" if copy.picture is not None and not get(copy.picture) else None

    return Rule(check=check, wants="wants one", cure=f"Add {key}: to the picture in the front matter.", source=source)


def captioned(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        bare = len(IMAGE.findall(FIGURE.sub("", copy.body)))
        return f"{bare} {'picture stands' if bare == 1 else 'pictures stand'} in no figure" if bare else None

    cure = "Give each picture of the text a caption."
    return Rule(check=check, wants="wants figures with captions", cure=cure, source=source)


def nesting(fewer_than: int, source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        depth = deepest = 0
        for element in ELEMENT.finditer(copy.body):
            if element["name"] not in VOID:
                depth += -1 if element["end"] else 1
                deepest = max(deepest, depth)
        return f"the text is nested {deepest} deep" if deepest >= fewer_than else None

    cure = "Take lists out of lists, and quotations out of quotations."
    return Rule(check=check, wants=f"wants fewer than {fewer_than}", cure=cure, source=source)


def link_is_canonical(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        query = parse_qsl(urlsplit(copy.item.url).query)
        marks = [name for name, _ in query if name.startswith("utm_")]
        return f"its address has {', '.join(marks)}" if marks else None

    return Rule(
        check=check, wants="wants addresses without marks", cure="Write canonical: without them.", source=source
    )


def links_without_trade(hosts: Collection[str], source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        found = {urlsplit(href).hostname or "" for href in HREF.findall(copy.body)}
        bad = sorted(host for host in found if any(host == end or host.endswith(f".{end}") for end in hosts))
        return f"the text links to {', '.join(bad)}" if bad else None

    return Rule(check=check, wants="takes no affiliate links", cure="Take those links out.", source=source)


def no_read_more(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        found = READ_MORE.search(copy.body)
        return f"the text has the link {TAG.sub('', found[0])!r}" if found else None

    return Rule(check=check, wants="wants the whole text instead", cure="Write the rest of the text.", source=source)


def no_tables(source: str) -> Rule[Copy]:
    def check(copy: Copy) -> str | None:
        return "the text has a table" if "<table" in copy.body else None

    return Rule(check=check, wants="shows none", cure="Write the table as a list.", source=source)


def over_https(source: str) -> Rule[WholeFeed]:
    def check(whole: WholeFeed) -> str | None:
        scheme = urlsplit(whole.feed.url).scheme
        return None if scheme == "https" else f"the feed's address begins with {scheme}://"

    return Rule(check=check, wants="wants https://", cure="Set site.base_url to it.", source=source)


def entries(source: str, *, least: int) -> Rule[WholeFeed]:
    def check(whole: WholeFeed) -> str | None:
        return None if whole.entries >= least else f"the feed has {counted(whole.entries, 'article')}"

    cure = "Choose more categories, or wait for more articles."
    return Rule(check=check, wants=f"wants at least {least}", cure=cure, source=source)


def description_characters(most: int, source: str) -> Rule[WholeFeed]:
    def check(whole: WholeFeed) -> str | None:
        count = len(whole.feed.description)
        return f"the feed's description has {count} characters" if count > most else None

    cure = "Write description for this partner in partners.toml."
    return Rule(check=check, wants=f"wants at most {most}", cure=cure, source=source)


def has_logo(source: str) -> Rule[WholeFeed]:
    def check(whole: WholeFeed) -> str | None:
        logo = whole.feed.face.logo
        if logo is None:
            return "the site has no logo"
        return None if logo.lower().endswith(".png") else f"the logo is {logo.rpartition('/')[2]}"

    cure = "Set site.logo to a PNG."
    return Rule(check=check, wants="wants a PNG of 700 × 100 pixels", cure=cure, source=source)


def language_with_region(source: str) -> Rule[WholeFeed]:
    def check(whole: WholeFeed) -> str | None:
        language = whole.feed.languages[0]
        return None if "-" in language else f"the feed's language is {language!r}"

    cure = "Write site.languages with regions."
    return Rule(check=check, wants="wants one with its region, such as en-US", cure=cure, source=source)


def language_is(languages: Collection[str], source: str) -> Rule[WholeFeed]:
    def check(whole: WholeFeed) -> str | None:
        language = whole.feed.languages[0]
        return None if language.partition("-")[0] in languages else f"the feed's language is {language!r}"

    cure = "Choose another language for this partner."
    return Rule(check=check, wants=f"takes {', '.join(sorted(languages))}", cure=cure, source=source)
