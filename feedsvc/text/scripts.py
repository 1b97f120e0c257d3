"""Tell the language of a stretch of text by its script or its commonest words, and by the name it is given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
HAN_RUNS, LATIN_RUNS = re.compile(f"{HAN.pattern}+"), re.compile(f"{LATIN.pattern}+")  # few matches
KANA_RUNS = re.compile("[\u3041-\u3096\u30a1-\u30fa]+")
# A Han character says about as much as three or four Latin letters, so an English name does not outweigh its sentence.
LETTERS_A_CHARACTER = 3
RUNS = {
    "Han": (HAN_RUNS, LETTERS_A_CHARACTER),
    "kana": (KANA_RUNS, LETTERS_A_CHARACTER),
    "Hangul": (re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]+"), LETTERS_A_CHARACTER),
    "Cyrillic": (re.compile("[\u0400-\u052f]+"), 1),
    "Greek": (re.compile("[\u0370-\u03ff\u1f00-\u1fff]+"), 1),
    "Hebrew": (re.compile("[\u05d0-\u05ea]+"), 1),
    "Arabic": (re.compile("[\u0620-\u06ff\u0750-\u077f]+"), 1),
    "Devanagari": (re.compile("[\u0900-\u097f]+"), 1),
    "Thai": (re.compile("[\u0e00-\u0e7f]+"), 1),
    "Latin": (LATIN_RUNS, 1),  # names and brands are, in copy of all others: of as many letters it counts last
}
BEYOND_HAN_AND_LATIN = re.compile("[\u0370-\u1fff\u3041-\u318e\uac00-\ud7a3]")
SCRIPTS = {
    **dict.fromkeys(("zh", "yue", "wuu", "lzh"), "Han"),
    "ja": "kana",
    "ko": "Hangul",
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg"), "Cyrillic"),
    "el": "Greek",
    **dict.fromkeys(("he", "yi"), "Hebrew"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ug"), "Arabic"),
    **dict.fromkeys(("hi", "mr", "ne"), "Devanagari"),
    "th": "Thai",
}
JAPANESE_SHARE = 15  # one kana to so many characters makes a text Japanese; Chinese has but a shop's name in it
SURELY_CHINESE = 20  # characters without kana are no Japanese sentence
TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
# The commonest words of copy, without those of one Latin letter, which are as common in code.
WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and of to in is that for with was on said are by from it as at have has were been will which",
        "fr": "le la les des et est une un du dans que pour qui sur au par pas plus sont avec ce cette aux il elle",
        "de": "der die das und ist nicht ein eine den dem des mit von auf für im zu sich auch wird wurde nach bei",
        "es": "el la los las de que en un una es por con para del se al más fue como su son este esta",
        "it": "il lo la gli le di che è un una per con del della nel sono non si più da alla dei anche ha",
        "pt": "os as de que em um uma é por com para do da no na não se mais foi dos das ao são você pelo",
        "nl": "de het een en van is dat niet op te voor met zijn in er aan ook bij naar uit werd door wordt",
        "sv": "och att det som en på är av för med den till inte har de om ett från var",
        "id": "yang dan di itu dengan untuk dari tidak ini pada dalam adalah akan oleh ke telah juga",
        "tr": "ve bir bu için ile da de çok olarak daha gibi kadar olan sonra ise ancak",
        "pl": "na nie się do że jest to od po dla przez oraz jak był",
        "ru": "и в не на что с по как из за это был к от для о его но",
        "uk": "і в не на що з та як за це до від для про його але є",
    }.items()
}
# By word: the languages that have it.
LANGUAGES_OF = {
    word: tuple(language for language, words in WORDS.items() if word in words)
    for word in frozenset().union(*WORDS.values())
}
WORD = re.compile(r"[^\W\d_]+")
NO_LETTERS = dict.fromkeys((code for code in range(128) if not chr(code).isalpha()), " ")  # of ASCII
SAMPLE = 3_000  # characters; enough to count words in
# Of ISO 639-1, those that copy is written in and that are no English words, as in "where-she.is.md".
LANGUAGES = (
    "af|ar|az|bg|bn|bs|ca|cs|cy|da|de|el|en|eo|es|et|eu|fa|fi|fr|ga|gl|gu|he|hr|hu|hy|id|it|ja|ka|kk|km|kn|ko|ky|"
    "lt|lv|mk|ml|mn|mr|ms|mt|nb|ne|nl|nn|pa|pl|ps|pt|ro|ru|si|sk|sl|sq|sr|sv|sw|ta|te|tg|th|tr|uk|ur|uz|vi|yi|zh|"
    "zu"
)
TAG = re.compile(rf"(?:{LANGUAGES})(?:[-_][A-Za-z0-9]{{2,4}}){{0,2}}")


LEAST_OWN, OWN_TO_FOREIGN = 5, 4  # words that only one of two languages has


def tell_language(text: str, languages: Sequence[str]) -> str | None:
    """Return which of *languages* the script of *text* gives away, or its words where several share the script.

    languages: BCP 47.
    returns:   None if nothing decides: only figures, a script of none of them, few words.
    """
    script = tell_script(text)
    return None if script is None else tell_in_script(text, script, languages)


def tell_in_script(text: str, script: str, languages: Sequence[str]) -> str | None:
    """Return which of *languages* a *text* in *script* is in; None if nothing decides."""
    return _among(text, _written_in(script, tuple(languages)))


def tell_script(text: str) -> str | None:
    """Return the script that most of *text* is written in ("Han", "kana" for Japanese, "Latin" …), None for none."""
    if text.isascii():
        return "Latin" if LATIN.search(text) else None
    return weigh(text)[0]


def weigh(text: str) -> tuple[str | None, int]:
    """Return the script that most of *text* is written in, and its letters there, as many as their Latin translation.

    returns: (None, 0) if *text* has no letters.
    """
    if BEYOND_HAN_AND_LATIN.search(text) is None:
        han, latin = count_han(text) * LETTERS_A_CHARACTER, count_latin(text)
        return (None, 0) if han == latin == 0 else ("Han", han) if han >= latin else ("Latin", latin)
    counts = {script: sum(map(len, runs.findall(text))) * letters for script, (runs, letters) in RUNS.items()}
    if counts["kana"] * JAPANESE_SHARE >= counts["Han"]:
        counts["kana"] += counts["Han"]
    script, most = max(counts.items(), key=itemgetter(1))
    return (script, most) if most else (None, 0)


def is_foreign(script: str, languages: Sequence[str]) -> bool:
    """Return whether none of *languages* is written in *script*."""
    return not _written_in(script, tuple(languages))


def share_of_words(text: str, language: str) -> float:
    """Return how many of the words of *text* are among the commonest of *language*, at most 1."""
    words, common = _words(text[:SAMPLE]), WORDS.get(base(language), frozenset())
    return sum(map(common.__contains__, words)) / len(words) if words else 0.0


def tell_by_words(text: str, languages: Sequence[str], *, least: int = 2) -> str | None:
    """Return which of *languages* has most of its commonest words in *text*, if it has clearly more than the others.

    Spanish and Portuguese share many of theirs, so that among two the words count too which only one of them has.

    least: so many words it takes.
    """
    words, counted = Counter(_words(text[:SAMPLE])), Counter[str]()
    common = words.keys() & LANGUAGES_OF.keys()
    for word in common:
        for language in LANGUAGES_OF[word]:
            counted[language] += words[word]
    counts = {language: counted[base(language)] for language in languages}
    (best, most), *others = sorted(counts.items(), key=itemgetter(1), reverse=True)
    if most < least:
        return None
    for other, count in others:
        if most < 2 * count:
            own, foreign = (
                sum(
                    words[word]
                    for word in common
                    if (base(one) in LANGUAGES_OF[word]) > (base(two) in LANGUAGES_OF[word])
                )
                for one, two in ((best, other), (other, best))
            )
            if own < LEAST_OWN or own < OWN_TO_FOREIGN * foreign:
                return None
    return best


@lru_cache(maxsize=16)  # the same sample is asked for several languages
def _words(sample: str) -> tuple[str, ...]:
    if sample.isascii():
        return tuple(sample.lower().translate(NO_LETTERS).split())
    return tuple(WORD.findall(sample.lower()))


def language_in_name(ending: str) -> str | None:
    """Return the language tag that *ending*, of a file's name, looks like: "zh-TW" for "zh-TW", None for "v2"."""
    return ending if TAG.fullmatch(ending) else None


def count_han(text: str) -> int:
    return 0 if text.isascii() else sum(map(len, HAN_RUNS.findall(text)))


def count_latin(text: str) -> int:
    return sum(map(len, LATIN_RUNS.findall(text)))


def has_letters_of(language: str, text: str) -> bool:
    """Return whether *text* has a letter of the script of *language*; Latin letters are in every language."""
    script = SCRIPTS.get(base(language))
    scripts = ("kana", "Han") if script == "kana" else (script,) if script else ()
    return any(RUNS[each][0].search(text) for each in scripts)


def base(language: str) -> str:
    """Return the language of a tag without script and region: "zh" of "zh-Hant-TW"."""
    return language.split("-", maxsplit=1)[0].lower()


# Codes that pages and files have for a language whose tag is another: of three letters in ISO 639-2, or old ones.
_OTHER_CODES = """
ara=ar ces=cs chi=zh cmn=zh cze=cs dan=da deu=de dut=nl ell=el eng=en fin=fi fra=fr fre=fr ger=de gre=el heb=he hin=hi
hun=hu in=id ind=id ita=it iw=he jpn=ja kor=ko nld=nl nno=nn nob=nb nor=no pol=pl por=pt ron=ro rum=ro rus=ru spa=es
swe=sv tha=th tur=tr ukr=uk vie=vi zho=zh
"""
OTHER_CODES = dict(code.split("=") for code in _OTHER_CODES.split())
NORWEGIAN = frozenset({"nb", "nn", "no"})  # each is used for the whole language


def match_language(tag: str, languages: Sequence[str]) -> str | None:
    """Return the one of *languages* that copy in *tag* belongs to: the same tag, else the same language.

    source: docs/internals/articles.md: a site's "zh" takes zh-Hans and zh-Hant copy unless the site lists them apart.
    """
    code, parted, region = tag.replace("_", "-").lower().partition("-")
    code = OTHER_CODES.get(code, code)
    wanted, same = f"{code}{parted}{region}", NORWEGIAN if code in NORWEGIAN else frozenset({code})
    whole = [language for language in languages if "-" not in language]
    return next(
        (language for language in languages if language.lower() == wanted),
        next(
            (language for language in whole if base(language) == code),
            next((language for language in whole if base(language) in same), None),
        ),
    )


@lru_cache(maxsize=256)
def _written_in(script: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of *languages* that may be written in *script*; Japanese may do without kana."""
    scripts = [SCRIPTS.get(base(language), "Latin") for language in languages]
    return tuple(
        language
        for language, its in zip(languages, scripts, strict=True)
        if its == script or (script == "Han" and its == "kana")
    )


def _among(text: str, languages: tuple[str, ...]) -> str | None:
    """Return which of several *languages* of one script *text* is in."""
    if len(languages) < 2:  # noqa: PLR2004
        return languages[0] if languages else None
    chinese = tuple(language for language in languages if SCRIPTS.get(base(language)) == "Han")
    if not chinese:
        return tell_by_words(text, languages)
    if len(chinese) < len(languages) and count_han(text) < SURELY_CHINESE:
        return None
    return chinese[0] if len(chinese) == 1 else _by_characters(text, chinese)


def _by_characters(text: str, chinese: tuple[str, ...]) -> str | None:
    """Return which of the *chinese* languages has the simplified or the traditional characters that *text* has.

    GB 2312 holds the simplified ones, Big5 the traditional ones, and both the many that are alike.
    """
    sample = text[:SAMPLE]
    simplified, traditional = (len(sample.encode(charset, "ignore")) for charset in ("gb2312", "big5"))
    if simplified == traditional:
        return None
    fitting = [language for language in chinese if is_traditional(language) == (traditional > simplified)]
    return fitting[0] if len(fitting) == 1 else None


def is_traditional(language: str) -> bool:
    return not TRADITIONAL.isdisjoint(language.lower().split("-")) or base(language) == "yue"


# The names that people write for languages where a tag should be.
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
