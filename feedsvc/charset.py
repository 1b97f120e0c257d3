"""Turn the bytes of a document into text.

The order is fixed and the first that fits wins: a byte order mark, UTF-16 without one, strict UTF-8, the encoding that
is declared, then a guess among the encodings that news copy still comes in. A guess is taken only if every byte of the
document decodes in it and the result reads like text, so that no picture is ever published as a story.
source: docs/design.md, sections 4 and 13 (chardet 7; charset-normalizer takes short GB18030 for UTF-16).
"""

from __future__ import annotations

import codecs
import re
import unicodedata

import chardet

from feedsvc.errors import CharsetError

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the first half of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SIGNATURES = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old office document"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"wOFF", "a font"),
    (b"OggS\x00", "an Ogg recording"),
    (b"ID3\x03", "an MP3 recording"),
    (b"ID3\x04", "an MP3 recording"),
)
ANY_SIGNATURE = tuple(signature for signature, _ in SIGNATURES)
# Each is replaced by the widest encoding that reads all of it: copy labelled gb2312 is full of GBK characters.
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})
CJK_GUESSES = ("gb18030", "big5hkscs", "cp950", "cp932", "euc-jp", "cp949", "cp1250", "cp1251", "cp1252")
ALL_GUESSES = (*CJK_GUESSES, "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r", "iso8859-2")
CJK = frozenset({"gb18030", "big5hkscs", "cp950", "cp932", "euc_jp", "cp949"})
OTHER_SCRIPT = frozenset({"cp1251", "cp1253", "cp1255", "cp1256", "koi8-r"})

NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\x0b\x0c\r\x1b") + b"\x7f"
HIGH_WORDS = re.compile(rb"[^\s]{0,40}[\x80-\xff][^\s]{0,400}")
HIGH_BYTES = bytes(range(128, 256))
# The rows of the characters in everyday use, in the national standards GB 2312 (level 1) and Big5 (frequently used).
COMMON_PAIRS = {
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]"),
    "cp950": re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]"),
}
MIXED_WORD = re.compile("[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]")
WIDE_TEXT = re.compile("[\t\n\r -~\u00a0-\u024f\u2010-\u2027\u2030-\u205e\u3000-\u30ff\u4e00-\u9fff\uff01-\uff65]")
SURROGATE = re.compile("[\ud800-\udfff]")
SAMPLE = 20_000  # characters or bytes; enough to judge by


def decode(content: bytes, *, declared: str | None = None) -> str:
    """Return the text of *content*, every kind of line end as a line feed, without byte order mark.

    Half of a surrogate pair, which some editors write into UTF-8 and UTF-16 and no text may hold, becomes U+FFFD;
    two halves that belong together become their character. Control characters stay: a draft is as found.

    declared: the encoding that the document or its source names, used where the bytes do not show their own.
    returns:  text that spans count in.
    raises:   CharsetError, which says what the bytes look like.
    """
    text = _marked(content)
    if text is None:
        _refuse_binary(content)
        text = _wide(content)
    if text is None:
        text = _utf8(content)
    if text is None and declared is not None:
        text = _declared(content, declared)
    if text is None:
        text = _guessed(content)
    for sign in LINE_ENDS:  # few texts have another than the line feed, and looking for a character is quick
        if sign in text:
            return NEWLINES.sub("\n", text)
    return text


def _marked(content: bytes) -> str | None:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            try:
                return _mended(content[len(mark) :].decode(encoding, "surrogatepass"))
            except UnicodeError as error:
                if encoding == "utf-8":  # a mark glued to another encoding by a careless tool: look further
                    return None
                raise CharsetError(f"begins as {encoding.upper()} text and is broken after that: {error}") from error
    return None


def _refuse_binary(content: bytes) -> None:
    for signature, name in SIGNATURES if content.startswith(ANY_SIGNATURE) else ():
        if content.startswith(signature):
            raise CharsetError(f"is no text: it looks like {name}")
    if content[4:8] == b"ftyp":
        raise CharsetError("is no text: it looks like a video or a sound recording")
    if content[:4] == b"RIFF" and content[8:12] in {b"WAVE", b"WEBP", b"AVI "}:
        raise CharsetError("is no text: it looks like an image or a recording")


def _wide(content: bytes) -> str | None:
    """Return UTF-16 text that carries no mark; it shows by the NUL beside each line end, blank and figure."""
    nuls = content.count(0)
    if nuls == 0 or len(content) % 2:
        return None
    if nuls * 5 < len(content) and _utf8(content) is not None:
        return None  # UTF-8 with stray NULs: every second byte of English UTF-16 would be one
    best, most = None, 0.95
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding, "surrogatepass")
        except UnicodeError:
            continue
        sample = text[:SAMPLE]
        share = len(WIDE_TEXT.findall(sample)) / len(sample)
        if share >= most:
            best, most = text, share
    return None if best is None else _mended(best)


def _utf8(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeError:
        try:
            text = _mended(content.decode("utf-8", "surrogatepass"))
        except UnicodeError:
            return None
    _refuse_controls(content, one_in=10)
    return text


def _declared(content: bytes, declared: str) -> str | None:
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError) as error:
        raise CharsetError(f"is not UTF-8, and its declared encoding {declared!r} is not known") from error
    if name.replace("_", "-") in NO_CHARSETS:
        raise CharsetError(f"is not UTF-8, and its declared encoding {declared!r} is none that copy is written in")
    for encoding in (WIDER.get(name, name), name):
        try:
            text = content.decode(encoding)
        except LookupError as error:  # "base64" and the like: codecs, but of bytes
            raise CharsetError(f"is not UTF-8, and its declared encoding {declared!r} is no charset") from error
        except UnicodeError:
            continue
        _refuse_controls(content if encoding not in {"utf-16", "utf-32"} else b"", one_in=10)
        return _mended(text)
    return None


def _guessed(content: bytes) -> str:
    _refuse_controls(content, one_in=50)  # bytes of a picture are in 29 of 256 cases such a character
    # Bilingual copy is mostly English, which would outvote ten Chinese characters: ask about those words alone first.
    words = b" ".join(HIGH_WORDS.findall(content[: 10 * SAMPLE]))
    cjk = _detected(words, CJK_GUESSES)
    candidates = (
        (cjk, "cp950") if cjk in CJK else (*_a_few_characters(content), _detected(content, ALL_GUESSES), "cp1252")
    )
    for encoding in candidates:
        text = _plausible(content, encoding)
        if text is not None:
            return text
    raise CharsetError("is neither UTF-8 nor in another encoding that we know; save it as UTF-8")


def _detected(content: bytes, candidates: tuple[str, ...]) -> str:
    found = chardet.detect(content, include_encodings=candidates, prefer_superset=True, compat_names=False)
    return found["encoding"] or "cp1252"


def _a_few_characters(content: bytes) -> tuple[str, ...]:
    """Return the encodings in which English copy holds a common Chinese word or two, too few for statistics."""
    high = len(content) - len(content.translate(None, HIGH_BYTES))
    if high * 3 > len(content):
        return ()
    common = {encoding: len(pattern.findall(content)) * 2 for encoding, pattern in COMMON_PAIRS.items()}
    return tuple(sorted((each for each in common if common[each] * 2 >= high), key=lambda each: -common[each]))


def _plausible(content: bytes, encoding: str) -> str | None:
    """Return the text if all of it decodes and it reads like text."""
    try:
        text = content.decode(encoding)
    except UnicodeError:
        return None
    sample = text[:SAMPLE]
    foreign = [each for each in sample if not each.isascii()]
    if encoding in OTHER_SCRIPT and len(MIXED_WORD.findall(sample)) * 4 > len(foreign):
        return _plausible(content, "cp1252")  # French read as Cyrillic: accents inside Latin words
    strange = sum(unicodedata.category(each) in {"Co", "Cn", "Cc", "So", "Sm", "Sk"} for each in foreign)
    return text if strange * 5 <= len(foreign) else None


def _refuse_controls(content: bytes, *, one_in: int) -> None:
    sample = content[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if controls > 1 and controls * one_in > len(sample):  # a single stray one is removed later, and counted
        where = re.search(b"[" + re.escape(CONTROLS) + b"]", sample)
        at = 0 if where is None else where.start()
        raise CharsetError(
            f"is no text: {controls} of its first {len(sample)} bytes are control characters, as at byte {at}"
        )


def _mended(text: str) -> str:
    if SURROGATE.search(text) is None:
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return SURROGATE.sub("\ufffd", paired)
