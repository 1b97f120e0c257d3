"""The words of pages in each language, as texts and as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from feedsvc.model.article import Text
from feedsvc.text.catalogues import ENGLISH, catalogue_of, message, translated, translated_count
from feedsvc.text.direction import language_attributes
from feedsvc.web.pages.shown_dates import locale_of

# As people choose among them; any other language has the name that CLDR gives it.
LANGUAGE_NAMES: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "ko": "한국어",
    "pt": "Português",
    "ru": "Русский",
    "zh": "中文",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}


# Several pages say this.
NO_PAGE = message("There is no page at this address. Check its spelling, or look for the article below.")
NO_CATEGORY = message("There is no such category.")
NOT_YET = message("Nothing is published yet.")


def words(pattern: str, languages: Sequence[str], **values: object) -> Text:
    """Return the message *pattern* in each of *languages* that has a catalogue, and in English, which comes first.

    values: for each {name} of the message; a Text is put in each language's own words.
    """
    return _filled(_patterns(pattern, tuple(languages), None), values)


def words_in(context: str, pattern: str, languages: Sequence[str], **values: object) -> Text:
    """Return the message *pattern* as `words` does, where it means something else in *context* than elsewhere."""
    return _filled(_patterns(pattern, tuple(languages), context), values)


def counted(one: str, many: str, number: int, languages: Sequence[str], *, beyond: str = "") -> Text:
    """Return *number* with its noun, in the form that each language has for it.

    one, many: English messages with {number}. beyond: "+" if there are more.
    """
    found = {ENGLISH: one if number == 1 and not beyond else many}
    for language in languages:
        pattern = translated_count(one, many, number, language)
        if pattern is not None:
            found[language] = found[ENGLISH] if catalogue_of(language) == ENGLISH else pattern
    return _filled(tuple(found.items()), {"number": f"{number}{beyond}"})


def ui(pattern: str, languages: Sequence[str], **values: object) -> Markup:
    """Return the message *pattern* as HTML in each of *languages*, each run with its language, else in English.

    values: for each {name}: a Text is put in each language's own words, markup as it is.
    """
    return _spoken(_shown(pattern, tuple(languages), None), tuple(languages), values)


def ui_in(context: str, pattern: str, languages: Sequence[str], **values: object) -> Markup:
    """Return the message *pattern* as `ui` does, where it means something else in *context* than elsewhere."""
    return _spoken(_shown(pattern, tuple(languages), context), tuple(languages), values)


@lru_cache(maxsize=2048)
def _patterns(pattern: str, languages: tuple[str, ...], context: str | None) -> tuple[tuple[str, str], ...]:
    found = {ENGLISH: pattern}
    for language in languages:
        words = translated(pattern, language, context=context)
        if words is not None:
            found[language] = words
    return tuple(found.items())


@lru_cache(maxsize=2048)
def _shown(pattern: str, languages: tuple[str, ...], context: str | None) -> tuple[tuple[str, str], ...]:
    """Return those of the patterns that a reader of *languages* sees."""
    every = dict(_patterns(pattern, languages, context))
    return tuple((language, every[language]) for language in languages if language in every) or ((ENGLISH, pattern),)


def _filled(patterns: tuple[tuple[str, str], ...], values: Mapping[str, object]) -> Text:
    if not values:
        return Text(items=patterns)
    return Text(items=tuple((language, pattern.format(**_put(values, language))) for language, pattern in patterns))


def _spoken(patterns: tuple[tuple[str, str], ...], languages: tuple[str, ...], values: Mapping[str, object]) -> Markup:
    found: dict[Markup, str] = {}
    for language, pattern in patterns:
        text = escape(pattern)
        found.setdefault(text.format(**_put(values, language)) if values else text, language)
    shown = (
        f"<span {language_attributes(language, beside=languages)}>{text}</span>" for text, language in found.items()
    )
    return Markup('<span class="stroke"> </span>'.join(shown))  # noqa: S704  all parts are escaped


def _put(values: Mapping[str, object], language: str) -> dict[str, object]:
    return {name: value.best(language)[1] if isinstance(value, Text) else value for name, value in values.items()}


def language_name(tag: str, *, own: Mapping[str, str]) -> str:
    """Return the name of a language in that language: the site's *own*, or the usual one, or its tag."""
    known = own.get(tag) or LANGUAGE_NAMES.get(tag)
    if known:
        return known
    locale = locale_of(tag)
    name = locale.get_display_name() if locale else None
    return name[:1].upper() + name[1:] if name else tag
