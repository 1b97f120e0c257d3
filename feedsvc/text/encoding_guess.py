"""Guess which of the encodings before UTF-8 a document is written in, and say when another fits as well.

Each encoding is judged by the characters that it makes of the bytes that are no ASCII: whether they are letters of
copy in its languages. The bytes of two Chinese characters are good Korean, and four rare ones in Japanese; so the
languages of the site decide first, and chardet's statistics tell when they may be wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, islice

import chardet

SAMPLE = 20_000  # characters or bytes; enough to judge by
HIGH_WORD = re.compile(rb"[A-Za-z]?[\x80-\xff][^\s]{0,400}")
BROKEN = re.compile("[\udc80-\udcff]+")  # as "surrogateescape" writes bytes that do not decode
FOREIGN = re.compile("[^\x00-\x7f]+")
WIDE_LETTERS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]+")
KANA = re.compile("[\u3041-\u30fe]+")
# Never inside a word: two scripts, a capital after a small letter, three accents side by side, a sign.
UNREADABLE = re.compile(
    "[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]|[a-zà-öø-ÿ][À-ÖØ-Þ]|[а-яё][А-ЯЁ]|[ά-ώ][Α-Ω]|[\u00c0-\u024f]{3,}"
    "|[a-z][¡-¿€‚„…†‡‰‹›•™][a-z]"
)
SIGNS = frozenset("\u00a0\u00ad¡¿§©®°´·º»ª«²³¹¼½¾£¥€‘’‚“”„•–—…‹›™‰№")
WIDE_SIGNS = frozenset(
    "　、。〃々〈〉《》「」『』【】〔〕〖〗…–—―－·・•‘’“”﹏ー～￥￠℃×，．：；？！（）％／０１２３４５６７８９"
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ"
)
DAMAGED = 20  # one of so many characters may be
FITS = 0.6  # of the characters; see `_Encoding.fit`
OTHER_LETTER = 0.3  # the value of a letter of the language that everyday copy seldom has
# Beside the fit of an encoding three things count: that a language of the site is written in it, less for copy long
# enough to tell by itself; that two bytes make a character, which they seldom do by accident; that chardet is sure.
HOME, HOME_OF_LONG, LONG = 0.35, 0.15, 100
PAIRED = 0.3
BELIEF = 0.5
AS_WELL = 0.05  # a guess may as well be an encoding that fits by so much less
PLAIN = frozenset({"en", "id", "ms"})  # languages that are written in ASCII, but for names and quotation marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The encoding that the bytes are taken for, and their text.

    text:  with the bytes that do not decode as "surrogateescape" writes them.
    doubt: why it may be wrong, for an editor; None when nothing speaks for another encoding.
    """

    encoding: str
    text: str
    doubt: str | None

    @property
    def is_paired(self) -> bool:
        """Return whether it is one of the encodings in which two bytes make a character."""
        return any(known.name == self.encoding and known.rows is not None for known in ENCODINGS)

    @property
    def label(self) -> str:
        return label(self.encoding)


@dataclass(frozen=True, kw_only=True)
class _Encoding:
    """One encoding.

    languages: that it is for, by their tags.
    rows:      for CJK: the codec and the rows of the characters in everyday use in the national standard.
    letters:   for others: the ranges of the alphabet.
    """

    name: str
    languages: frozenset[str]
    rows: tuple[str, tuple[tuple[int, int], ...]] | None = None
    letters: str = ""

    @cached_property
    def usual(self) -> frozenset[str]:
        """Return the characters that nearly all of its copy is made of, besides ASCII."""
        if self.rows is None:
            return SIGNS.union(re.findall(f"[{self.letters}]", "".join(map(chr, range(0xAA, 0x700)))))
        codec, rows = self.rows
        leads = chain.from_iterable(range(first, last + 1) for first, last in rows)
        trails = range(0x40 if codec == "big5" else 0xA1, 0xFF)
        pairs = (bytes((lead, trail)) for lead in leads for trail in trails)
        return WIDE_SIGNS.union(b"\n".join(pairs).decode(codec, "ignore"))

    def home(self, languages: Sequence[str]) -> float:
        """Return how much the *languages* of the site speak for it, the first more than the others."""
        here = [language for language in languages if not self.languages.isdisjoint(_tags_of(language))]
        own = [language for language in here if language not in PLAIN]
        return 1 - 0.05 * languages.index(own[0]) if own else 0.5 * bool(here)

    def fit(self, text: str) -> float:
        """Return how well *text*, which this encoding makes of the bytes, is made of its letters: 1 for fully."""
        foreign = "".join(FOREIGN.findall(text))
        if not foreign:
            return 0.0
        usual = self.usual
        good = sum(1.0 if sign in usual else OTHER_LETTER * (unicodedata.category(sign) == "Lo") for sign in foreign)
        if self.rows is None:
            good -= sum(len(found.group()) for found in UNREADABLE.finditer(text))
        return good / len(foreign)


def _tags(tags: str) -> frozenset[str]:
    return frozenset(tags.split())


LATIN, CYRILLIC = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f", "\u0400-\u045f\u0490\u0491"
LABELS = {"cp950": "Big5", "big5hkscs": "Big5-HKSCS", "cp932": "Shift JIS", "euc_jp": "EUC-JP", "cp949": "EUC-KR"}
LABELS |= {"iso8859-5": "ISO 8859-5", "iso8859-6": "ISO 8859-6"}
# GB 2312, level 1; Big5, frequently used; JIS X 0208, kana and level 1; KS X 1001, Hangul.
ENCODINGS = (
    _Encoding(name="gb18030", languages=_tags("zh zh-Hans zh-CN zh-SG"), rows=("gb2312", ((0xB0, 0xD7),))),
    _Encoding(name="cp950", languages=_tags("zh zh-Hant zh-TW zh-HK zh-MO yue"), rows=("big5", ((0xA4, 0xC6),))),
    _Encoding(name="big5hkscs", languages=_tags("zh zh-Hant zh-TW zh-HK zh-MO yue"), rows=("big5", ((0xA4, 0xC6),))),
    _Encoding(name="cp932", languages=_tags("ja"), rows=("euc_jp", ((0xA4, 0xA5), (0xB0, 0xCF)))),
    _Encoding(name="euc_jp", languages=_tags("ja"), rows=("euc_jp", ((0xA4, 0xA5), (0xB0, 0xCF)))),
    _Encoding(name="cp949", languages=_tags("ko"), rows=("euc_kr", ((0xB0, 0xC8),))),
    _Encoding(name="cp1251", languages=_tags("ru uk be bg sr mk"), letters=CYRILLIC),
    _Encoding(name="koi8-r", languages=_tags("ru"), letters=CYRILLIC),
    # Nearly all of its bytes are letters, so that any signs look like the rarer of them.
    _Encoding(name="iso8859-5", languages=_tags("ru uk be bg"), letters="\u0401\u0410-\u044f\u0451"),
    _Encoding(name="cp1253", languages=_tags("el"), letters="\u0386\u0388-\u03ce"),
    _Encoding(name="cp1255", languages=_tags("he yi"), letters="\u05b0-\u05ea"),
    _Encoding(
        name="cp1256", languages=_tags("ar fa ur"), letters="\u060c\u061b\u061f\u0621-\u0652\u067e-\u06d2éèêëàâçîïôùûœ"
    ),
    _Encoding(name="iso8859-6", languages=_tags("ar"), letters="\u060c\u061b\u061f\u0621-\u0652"),
    _Encoding(name="cp1250", languages=_tags("cs pl hu sk sl hr ro bs sq"), letters=LATIN),
    _Encoding(name="cp1254", languages=_tags("tr az"), letters=LATIN),
    _Encoding(name="cp1257", languages=_tags("et lv lt"), letters=LATIN),
    _Encoding(name="cp1258", languages=_tags("vi"), letters=LATIN),
    _Encoding(
        name="cp1252", languages=_tags("fr de es it pt nl da sv no nb nn fi is ca gl eu en id ms"), letters=LATIN
    ),
)
CALLED = {"euc_jp": "euc-jp"}  # by chardet, when it is asked
ANSWERED = {"euc_jis_2004": "euc_jp", "euc-jp": "euc_jp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The words that are not all ASCII, as an encoding reads them.

    home:  near 1 where it is for a language of the site, less where that has no letters of its own, 0 for none.
    share: of chardet's belief.
    """

    encoding: _Encoding
    text: str
    fit: float
    home: float
    share: float

    @property
    def is_in_kana(self) -> bool:
        """Return whether most of it is kana, which is no accident."""
        return 2 * sum(map(len, KANA.findall(self.text))) > sum(map(len, FOREIGN.findall(self.text)))

    @property
    def weight(self) -> float:
        home = self.home * (HOME if len(self.text) < LONG else HOME_OF_LONG)
        return self.fit + home + PAIRED * (self.encoding.rows is not None) + BELIEF * self.share


def guess(content: bytes, languages: Sequence[str]) -> Guess | None:
    """Return the likeliest encoding of *content*, which is not UTF-8; None if it is text in none.

    languages: of the site; without any, copy that is neither Chinese, Japanese nor Korean is likely to be English.
    """
    words = b"\n".join(word.group() for word in islice(HIGH_WORD.finditer(content), SAMPLE // 10))[:SAMPLE]
    readings = _readings(words, languages or ("en",))
    for best in readings:
        text = content.decode(best.encoding.name, "surrogateescape")
        if is_whole(text):
            return Guess(encoding=best.encoding.name, text=text, doubt=_doubt(best, readings, languages))
    return None


def _readings(words: bytes, languages: Sequence[str]) -> list[_Reading]:
    """Return *words* as read in each encoding that fits, the likeliest first."""
    texts = {encoding.name: words.decode(encoding.name, "surrogateescape") for encoding in ENCODINGS}
    fitting = [(encoding, fit) for encoding in ENCODINGS if (fit := encoding.fit(texts[encoding.name])) >= FITS]
    reporter = _reporter(words, [texts[encoding.name] for encoding, _ in fitting if encoding.rows is not None])
    beliefs = _beliefs(reporter, [encoding.name for encoding, _ in fitting])
    readings = [
        _Reading(
            encoding=encoding,
            text=texts[encoding.name],
            fit=fit,
            home=encoding.home(languages),
            share=beliefs.get(encoding.name, 0),
        )
        for encoding, fit in fitting
    ]
    return sorted(readings, key=lambda reading: -reading.weight)


def _reporter(words: bytes, texts: Sequence[str]) -> bytes:
    """Return those of *words* that are not the same letters in all *texts*, as quotation marks are; all if none is."""
    lines = zip(words.split(b"\n"), *(text.split("\n") for text in texts), strict=True)
    return b"\n".join(word for word, *made in lines if len({*map(_wide_letters, made)}) > 1) or words


def _wide_letters(text: str) -> str:
    return "".join(WIDE_LETTERS.findall(text))


def _beliefs(words: bytes, names: Sequence[str]) -> dict[str, float]:
    """Return chardet's confidence in each of the encodings, in shares of one."""
    if not names:
        return {}
    found = chardet.detect_all(
        words,
        ignore_threshold=True,
        compat_names=False,
        include_encodings=[CALLED.get(name, name) for name in names],
        no_match_encoding=CALLED.get(names[0], names[0]),
    )
    beliefs: dict[str, float] = {}
    for answer in found:
        name = (answer["encoding"] or "").lower()
        beliefs.setdefault(ANSWERED.get(name, name), answer["confidence"])
    total = sum(beliefs.values()) or 1.0
    return {name: belief / total for name, belief in beliefs.items()}


@cache
def everyday() -> frozenset[str]:
    """Return the characters that Chinese, Japanese and Korean copy is made of."""
    return frozenset(chain.from_iterable(encoding.usual for encoding in ENCODINGS if encoding.rows is not None))


def label(encoding: str) -> str:
    """Return the common name of *encoding*."""
    return LABELS.get(encoding) or encoding.upper().replace("CP125", "Windows-125")


@cache
def _tags_of(language: str) -> tuple[str, ...]:
    """Return the tags by which an encoding may name *language*: "zh-Hant-TW" is zh-Hant, zh-TW, and not all of zh."""
    base, *rest = language.split("-")
    return tuple(f"{base}-{subtag}" for subtag in rest) if base == "zh" and rest else (base,)


def is_whole(text: str) -> bool:
    """Return whether few of the characters are damaged, or only the last, which a transfer cut off."""
    broken = sum(map(len, BROKEN.findall(text.rstrip()[:-3])))
    return broken == 0 or broken * DAMAGED <= sum(map(len, FOREIGN.findall(text)))


def _doubt(best: _Reading, readings: Sequence[_Reading], languages: Sequence[str]) -> str | None:
    """Return why *best* may be wrong: no language of the site is written in it, or another reading is likely."""
    if languages and best.home == 0:
        return f"its bytes are read as {label(best.encoding.name)}, in which no language of the site is written"
    for rival in readings:
        least = best.share / 2 if rival.home >= best.home else best.share
        if rival.text != best.text and rival.fit > best.fit - AS_WELL and (rival.share > least or rival.is_in_kana):
            mine, other = next(_differing(best, rival))
            return (
                f"its bytes are read as {label(best.encoding.name)} ({mine!r}), "
                f"and may be {label(rival.encoding.name)} ({other!r}) as well"
            )
    return None


def _differing(one: _Reading, other: _Reading) -> Iterator[tuple[str, str]]:
    """Yield the words that two readings differ in; they part at the same line ends, which no character holds."""
    for mine, its in zip(one.text.split("\n"), other.text.split("\n"), strict=True):
        if mine != its:
            yield BROKEN.sub("\ufffd", mine[:20]), BROKEN.sub("\ufffd", its[:20])
