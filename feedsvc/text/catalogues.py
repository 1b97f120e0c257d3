"""The words of feeds and pages in each language, from the gettext catalogues in the folder beside this module.

A message is its English words, so English needs no catalogue. tools/write_catalogues.py finds the messages in the code
and in the templates, and compiles the catalogues; no program that serves or publishes needs Babel for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from feedsvc.text.scripts import base, is_traditional

FOLDER = Path(__file__).with_suffix("")
ENGLISH = "en"
# Languages with all words of pages. The other catalogues have the words of feeds.
OF_PAGES = ("ar", "de", "en", "es", "fr", "ja", "ko", "pt", "ru", "zh-Hans", "zh-Hant")
OF_FEEDS = (*OF_PAGES, "fa", "he", "id", "it", "nl", "tr")


class _Missing(NullTranslations):
    """Has no words, not even those of the message: whoever asks shows English and says that it is English."""

    def gettext(self, message: str) -> str:  # noqa: ARG002  named by gettext
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002  the same
        return ""

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002  the same
        return ""


def message(words: str) -> str:
    """Return *words*, and mark them as a message that is translated elsewhere."""
    return words


@lru_cache(maxsize=256)
def catalogue_of(language: str) -> str | None:
    """Return the tag of the catalogue for readers of *language*; None if there is none.

    "zh" is simplified; zh-TW, zh-HK and zh-MO are traditional.
    """
    spoken = base(language)
    if spoken in {"zh", "yue"}:
        return "zh-Hant" if is_traditional(language) else "zh-Hans"
    return spoken if spoken in OF_FEEDS else None


@lru_cache(maxsize=8192)
def translated(words: str, language: str, *, context: str | None = None) -> str | None:
    """Return a message in *language*; None if its catalogue lacks it.

    context: where the message has another meaning than the same English words elsewhere.
    """
    name = catalogue_of(language)
    if name is None or name == ENGLISH:
        return None if name is None else words
    found = _catalogue(name)
    return (found.pgettext(context, words) if context else found.gettext(words)) or None


def translated_count(one: str, many: str, number: int, language: str) -> str | None:
    """Return the message that counts *number* in *language*; None if its catalogue lacks it."""
    name = catalogue_of(language)
    if name is None or name == ENGLISH:
        return None if name is None else one if number == 1 else many
    return _catalogue(name).ngettext(one, many, number) or None


def said(words: str, language: str) -> tuple[str, str]:
    """Return (language, words) of a message for readers of *language*: in English if there is no other."""
    found = translated(words, language)
    return (ENGLISH, words) if found is None else (language, found)


def wordless(languages: Sequence[str]) -> tuple[str, ...]:
    """Return those of *languages* in which pages have no words, so that their readers see English ones."""
    return tuple(language for language in languages if catalogue_of(language) not in OF_PAGES)


def is_message(words: str) -> bool:
    """Return whether *words* are a message of pages, and no words of an article or a program."""
    return translated(words, OF_PAGES[0]) is not None


@cache
def _catalogue(name: str) -> GNUTranslations:
    with (FOLDER / f"{name}.mo").open("rb") as file:
        catalogue = GNUTranslations(file)
    catalogue.add_fallback(_Missing())
    return catalogue
