"""The names that people write for languages where a tag should be. Data only."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "en": "english|inglés|anglais|englisch|英文|英语|英語",
    # The country for the language, as many sites have it.
    "zh": "cn|chinese|中文|汉语|漢語|中国語|华语|華語",
    "zh-Hans": "simplified chinese|chinese (simplified)|简体中文|简体|简中|中文简体|中文（简体）|簡体字",
    "zh-Hant": "traditional chinese|chinese (traditional)|繁體中文|繁体中文|繁體|繁体|繁中|正體中文|中文（繁體）",
    "ja": "jp|japanese|日本語|日语|日文|日語",
    "ko": "kr|korean|한국어|韩语|韓語|韓国語",
    "fr": "french|français|法语|法語",
    "de": "german|deutsch|德语|德語",
    "es": "spanish|español|castellano|西班牙语",
    "pt": "portuguese|português",
    "it": "italian|italiano",
    "nl": "dutch|nederlands",
    "ru": "russian|русский|俄语|俄語",
    "uk": "ukrainian|українська",
    "pl": "polish|polski",
    "tr": "turkish|türkçe",
    "ar": "arabic|العربية",
    "fa": "persian|farsi|فارسی",
    "he": "hebrew|עברית",
    "hi": "hindi|हिन्दी",
    "th": "thai|ไทย",
    "vi": "vietnamese|tiếng việt",
    "id": "indonesian|bahasa indonesia",
    "sv": "swedish|svenska",
}
TAGS_BY_NAME: Mapping[str, str] = {name: tag for tag, names in _NAMES.items() for name in names.split("|")}


def tag_named(text: str) -> str:
    """Return the tag of the language that *text* names; *text* itself without its encoding if it names none."""
    plain = text.strip()
    tag, _, encoding = plain.partition(".")
    if encoding.lower() in {"utf-8", "utf8"}:  # as POSIX names its locales: "en_US.UTF-8"
        return tag
    return TAGS_BY_NAME.get(plain.lower(), plain)
