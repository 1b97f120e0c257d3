"""Tell the language of a body by its prose: code and lists of names are in no language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from feedsvc.model.draft import Draft, Paragraph
from feedsvc.text.scripts import WORDS, base, is_foreign, share_of_words, tell_in_script, tell_script, weigh

SAMPLE = 2_000  # characters of a body
PROSE = 6_000  # characters of a body with more than one script; its first pages may be all commands
IN_ITS_LANGUAGE = 0.15  # the least share of a language's commonest words; copy in it has twice as many
CLEARLY = 1.5  # times as much prose as the title's language has
NAMES = 3  # times as many Latin letters as prose are too much to be names and commands in it
CODE = re.compile(r"<(?P<tag>pre|code)\b.*?</(?P=tag)>", re.DOTALL)
TAG = re.compile(r"<[^<>]{0,2000}>")


def prose_of(paragraph: Paragraph) -> str:
    """Return the words of *paragraph* outside of code."""
    html = paragraph.html
    if html.startswith("<pre"):
        return ""
    return TAG.sub(" ", CODE.sub(" ", html)) if "<code" in html or "<pre" in html else paragraph.text


def prose_in(draft: Draft, script: str | None) -> Iterator[str]:
    """Yield the prose of the first paragraphs that may be in *script*; None for every script."""
    length = 0
    for paragraph in draft.paragraphs:
        if length > SAMPLE:
            return
        text = prose_of(paragraph)
        if script is None or tell_script(text) in (script, None) or (script == "Han" and tell_script(text) == "kana"):
            length += len(text)
            yield text


def sample_of(draft: Draft) -> str:
    """Return the beginning of the prose; of a draft without prose, the headlines."""
    return "\n".join(prose_in(draft, None))[:SAMPLE].strip() or "\n".join(headline.text for headline in draft.headlines)


def language_of_body(draft: Draft, languages: Sequence[str], *, title: str | None) -> str | None:
    """Return which of *languages* the body is in; the title's, if the body does not clearly say another one.

    Each paragraph counts for its language with its letters. One in Latin letters counts only if it has the common words
    of a language, because commands and lists of names have none.

    title: the language of the title, None if the title does not tell it.
    source: 7,900 posts of six public sites in Chinese that quote much English and code.
    """
    letters, latin, left = Counter[str](), 0, PROSE
    for paragraph in draft.paragraphs:
        text = prose_of(paragraph)[:left]
        script, weight = weigh(text)
        if script is None:
            continue
        left -= len(text)
        latin += weight if script == "Latin" else 0
        language = tell_in_script(text, script, languages)
        if language and (script != "Latin" or _is_prose(text, language)):
            letters[language] += weight
    best = max(letters, key=letters.__getitem__, default=title)
    if best is None or best == title or letters[best] <= CLEARLY * letters[title or ""]:
        return title
    return best if not is_foreign("Latin", [best]) or letters[best] * NAMES >= latin else title


def _is_prose(text: str, language: str) -> bool:
    return base(language) not in WORDS or share_of_words(text, language) >= IN_ITS_LANGUAGE
