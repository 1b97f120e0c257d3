"""Turn articles and questions into the words that are searched, the same in every store.

``separated`` turns a text into words, ``article_words`` an article, ``ask`` what a person types.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from feedsvc.model.article import Article


@cache
def form() -> str:
    """Return a digest of this module, which holds the rules, and of Unicode's tables that they ask.

    A number would be forgotten by whoever changes a rule; what is kept by one rule and taken away by another stays.
    """
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    digest.update(b"\0" + Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


LONGEST = 64  # characters of a word; what is longer is cut, in texts as in questions

# Scripts whose words are not set apart: Thai, Lao, Burmese, Khmer, kana, Han. Korean sets its words apart, and hangs
# particles on them.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_ALONE}]+|[^\W_{_ALONE}]+")
_IS_ALONE = re.compile(f"[{_ALONE}]")
_FIRST_ALONE = "\u0e00"
# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; not the marks that make another kana of one, nor
# the vowels of Indian scripts. A soft hyphen parts no word.
_ACCENT = re.compile("[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"}
)
_MAY_BE_EITHER = re.compile("[\u00ad-\u0670]")  # no Chinese text holds one of these
_ASCII = "".join(sign.lower() if sign.isalnum() else " " for sign in map(chr, range(128))).encode() + bytes(128)


def separated(text: str) -> str:
    """Return the words of *text*, one space between them; "" when it has none.

    No word holds a mark of ASCII, so nothing in it can mean anything to a database.
    """
    if not text.isascii():
        return " ".join(
            [_spaced(run) if run[0] >= _FIRST_ALONE else run[:LONGEST] for run in _WORD.findall(_folded(text))]
        )
    # Most text is this. Most of its words have one space between them, so it is parted only where there are more.
    words = " ".join(filter(None, map(str.strip, text.encode().translate(_ASCII).decode().split("  "))))
    return " ".join([word[:LONGEST] for word in words.split()]) if _has_too_long(words) else words


def _has_too_long(words: str) -> bool:
    """Return whether one of *words*, one space between them, is longer than any may be, by a look at every tenth."""
    start = 0
    while len(words) - start > LONGEST:
        start = words.rfind(" ", start, start + LONGEST + 1) + 1
        if start == 0:
            return True
    return False


def _spaced(run: str) -> str:
    # To replace nothing puts a space around each character: a fifth of what it costs to join them.
    return run.replace("", " ")[1:-1] if "\u4e00" <= run[0] <= "\u9fff" or _IS_ALONE.match(run) else run[:LONGEST]


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    if _MAY_BE_EITHER.search(folded):
        folded = _ACCENT.sub("", folded).translate(_LETTERS)
    return unicodedata.normalize("NFC", folded)


# Stands between texts, so that no phrase goes from one into the next. It is no letter, so nobody can ask for it.
BOUNDARY = " ¶ "
# Within a word there may be emphasis; every other element parts words. Values of attributes may hold a ">".
_INLINE = "a|abbr|b|bdi|bdo|cite|code|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr"
_REST = r'[^>"]*+(?:"[^"]*+"[^>"]*+)*+>'
_WITHIN = re.compile(rf"</?(?:{_INLINE})(?=[\s>/]){_REST}")
_TAG = re.compile(rf"<{_REST}")


def article_words(article: Article) -> str:
    """Return the words of the titles, bodies, credits, publisher, places, agencies and tags of *article*.

    A summary that the body does not hold is among them, for it is shown. So is a word for each label.
    """
    labels = (label_word(label) for label in labels_of(article))
    return BOUNDARY.join(filter(None, [*map(separated, dict.fromkeys(_texts(article))), *labels]))


TAGS, AUTHORS = "tags", "authors"
LONGEST_SLUG = 100
SIGNS = re.compile(r"(?<=\w)[+#]+(?!\w)")  # of a name: "C++" and "C#" are not "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A tag or an author of articles, in any of its spellings.

    kind: TAGS or AUTHORS. slug: as `label_slug` gives it.
    """

    kind: str
    slug: str


def label_slug(text: str) -> str:
    """Return the words of *text* in one spelling, as addresses have it: "sea-ice"; "" if it has none."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    named = {at for found in SIGNS.finditer(folded) for at in range(*found.span())}
    words = "".join(
        sign if at in named or unicodedata.category(sign)[0] in "LMN" else " " for at, sign in enumerate(folded)
    ).split()
    return "-".join(words)[:LONGEST_SLUG].rstrip("-")


def labels_of(article: Article) -> tuple[Label, ...]:
    """Return the labels of *article*, its tags first."""
    authors = [name for credit in article.credits if credit.role == "author" for _, name in credit.name.items]
    named = [*((TAGS, tag) for tag in article.tags), *((AUTHORS, name) for name in authors)]
    found = dict.fromkeys(Label(kind=kind, slug=label_slug(text)) for kind, text in named)
    return tuple(label for label in found if label.slug)


def label_word(label: Label) -> str:
    """Return the word by which articles with *label* are searched, which no text has by chance."""
    return label.kind + hashlib.sha256(label.slug.encode()).hexdigest()[:32]


def _texts(article: Article) -> Iterator[str]:
    bodies = {language: _plain(body) for language, body in article.body.items}
    yield from (title for _, title in article.title.items)
    yield from bodies.values()
    for language, summary in article.summary.items:
        if summary.rstrip("…") not in bodies.get(language, ""):
            yield summary
    for credit in article.credits:
        yield from (name for _, name in credit.name.items)
    if article.publisher:
        yield article.publisher
    for version in article.versions:
        if version.dateline is not None:
            yield from version.dateline.places
            if version.dateline.agency:
                yield version.dateline.agency
    yield from article.tags


def _plain(body: str) -> str:
    """Return the text of safe HTML."""
    # Most bodies are paragraphs and nothing else, and most tags those between two of them.
    text = body.replace("</p>\n<p>", "\n").replace("<p>", " ").replace("</p>", " ")
    if "<" in text:
        text = _TAG.sub(" ", _WITHIN.sub("", text))
    return html.unescape(text) if "&" in text else text


MOST_TYPED = 20_000
MOST_CHARACTERS = 200
MOST_PHRASES = 16

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]+")
_PART = re.compile(r'"([^"]*)(?:"|$)|([^\s"]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question.

    text:    as it is asked again: one spelling for all that mean the same to a reader of it.
    phrases: each is searched word after word, and all must occur; empty if nothing is asked.
    """

    text: str
    phrases: tuple[str, ...]


def ask(typed: str) -> Question:
    """Return what *typed* asks for: articles with each of its words, and with quoted words as a phrase.

    What goes beyond 200 characters or 16 words is left out, and *text* shows what was kept. Asked again, *text* is the
    same question.
    """
    # No more of it is looked at than any address can hold.
    seen = _UNSEEN.sub(" ", typed[:MOST_TYPED]).translate(_QUOTES)
    found: dict[str, str] = {}
    room = MOST_CHARACTERS
    for part in _PART.finditer(unicodedata.normalize("NFC", seen)):
        spelling = _spelling(part)
        phrase = separated(spelling)
        if not phrase or phrase in found:
            continue
        if len(spelling) > room or len(found) == MOST_PHRASES:
            break
        found[phrase] = spelling
        room -= len(spelling) + 1
    return Question(text=" ".join(found.values()), phrases=tuple(found))


def _spelling(part: re.Match[str]) -> str:
    exact, word = part.groups()
    if word is not None:
        return str(word)[:MOST_CHARACTERS]
    return f'"{" ".join(exact.split())[: MOST_CHARACTERS - 2].rstrip()}"'
