"""Register the languages that datelines are read in.

Order decides ties: a word that two languages share (an agency's name, "May") counts for the first of them. To add a
language, write its file of words and add its tag here; docs/datelines.md shows how.
"""

from __future__ import annotations

from collections.abc import Iterable

from feedsvc.datelines.languages.language import Language, read_language

TAGS = ("en", "zh", "ja", "ko", "de", "es", "fr", "pt", "it", "ru", "id", "tr", "nl", "ar")

LANGUAGES: tuple[Language, ...] = tuple(read_language(tag) for tag in TAGS)

# Read where a caller names them: their words mean something else in other languages, and each takes time.
FURTHER_TAGS = (
    *("pl", "cs", "sk", "hu", "ro", "bg", "sr", "hr", "uk", "el"),
    *("sv", "da", "nb", "fi", "he", "fa", "hi", "th", "vi"),
)

_SAME = {"no": "nb", "nn": "nb", "bs": "sr"}


def known_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags of languages that *tags* name, each once, in their order.

    tags: BCP 47; script and region do not matter ("sr-Latn-RS"). "no" and "nn" are read as "nb", "bs" as "sr".
    """
    named = (tag.partition("-")[0].casefold() for tag in tags)
    known = dict.fromkeys(_SAME.get(tag, tag) for tag in named)
    return tuple(tag for tag in known if tag in TAGS or tag in FURTHER_TAGS)
