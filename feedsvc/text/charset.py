"""Turn the bytes of a document into text.

The order is fixed and the first that fits wins: a byte order mark, UTF-16 without one, UTF-8, UTF-8 with a few bytes
damaged, the encoding that is declared, then a guess among the encodings that news copy still comes in
(`feedsvc.text.encoding_guess`). Remarks tell of damage, of doubtful guesses, and of text that was misread before it
came.
source: docs/internals/articles.md, "Encodings".
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedsvc.model.draft import Remark
from feedsvc.model.errors import CharsetError
from feedsvc.text.encoding_guess import BROKEN, FOREIGN, everyday, guess, is_whole, label

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

NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
LINE_END_BYTES = re.compile(rb"\r\n|[\n\r\x0b\x0c]")
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\x0b\x0c\r\x1b") + b"\x7f"
WIDE_TEXT = re.compile("[\t\n\r -~\u00a0-\u024f\u2010-\u2027\u2030-\u205e\u3000-\u30ff\u4e00-\u9fff\uff01-\uff65]")
WIDE_SHARE = 0.95
SURROGATE = re.compile("[\ud800-\udfff]")
# Three bytes that are a character of UTF-8 are seldom an accident, and two are seldom a letter of an alphabet in use.
LONG_CHARACTER = re.compile("[\u0800-\ud7ff\ue000-\U0010ffff]")
LONG_WORD = re.compile(f"(?<![^\x00-\x7f]){LONG_CHARACTER.pattern}{{2,}}(?![^\x00-\x7f])")
SHORT_CHARACTER = re.compile("[\u00a0-\u017f\u0386-\u03ce\u0400-\u045f\u05d0-\u05ea\u0621-\u064a]")
ODD_CHARACTER = re.compile("[\u0080-\u009f\u0180-\u0385\u03cf-\u03ff\u0460-\u05cf\u05eb-\u0620\u064b-\u07ff]")
FEW = 8  # characters that are not ASCII: too few to be sure of UTF-8
CUT_OFF = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\s*\Z")
# The characters that the bytes of UTF-8 begin with in an encoding, where they were taken for it.
SUSPECTS = (
    ("cp1252", re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")),
    ("gb18030", re.compile("[\u4e00-\u9fff]{2}")),
)
# By the characters of the bytes 0x80 to 0x9F in Windows-1252, the characters of those numbers.
WINDOWS_1252 = {
    ord(sign): chr(byte) for byte in range(0x80, 0xA0) for sign in bytes((byte,)).decode("cp1252", "ignore")
}
OF_XML = re.compile(
    rb"\s{0,9}<\?xml\s[^>]{0,200}?\sencoding\s?=\s?[\"'](?P<encoding>[A-Za-z][\w.-]{0,40})[\"']", re.ASCII
)
CURE = "save it as UTF-8, or give its source its `encoding`"
SAMPLE = 20_000  # characters or bytes; enough to judge by
GLANCE = 1_000  # characters; every document is looked at, and one that was misread was so throughout


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of a document.

    is_doubtful: the encoding may be another, so nothing that is read from the text is certain.
    """

    text: str
    remarks: tuple[Remark, ...] = ()
    is_doubtful: bool = False


def decode(content: bytes, *, declared: str | None = None, languages: Sequence[str] = ()) -> Decoded:
    """Return the text of *content*, every kind of line end as a line feed, without byte order mark.

    Bytes that are damaged become U+FFFD, and so does half of a surrogate pair, which some editors write into UTF-8 and
    UTF-16 and no text may hold; two halves that belong together become their character. Control characters stay: a
    draft is as found.

    declared:  the encoding that the document or its source names, used where the bytes do not show their own.
    languages: of the site: where several encodings fit, theirs are guessed.
    returns:   text that spans count in.
    raises:    CharsetError, which names the format that the bytes look like.
    """
    text = _marked(content)
    if text is not None:
        return _decoded(text)
    bare = content.removeprefix(codecs.BOM_UTF8)  # by a careless tool, before another encoding or damaged UTF-8
    _refuse_binary(bare)
    text = _wide(bare)
    if text is None:
        text = _utf8(bare)
    if text is not None:
        return _decoded(text, doubt=_also(bare, text, languages))
    text = _damaged_utf8(bare)
    if text is not None:
        return _decoded(text, damage=_damage(bare, text, "utf-8"))
    stated = OF_XML.match(bare)
    declared = stated["encoding"].decode() if stated else declared
    if declared is not None:
        known = _declared(bare, declared)
        if known is not None:
            return known
    return _guessed(bare, declared=declared, languages=languages)


def _decoded(text: str, *, damage: Remark | None = None, doubt: Remark | None = None) -> Decoded:
    if damage is not None:
        text = BROKEN.sub("\ufffd", text)
    for sign in LINE_ENDS:  # few texts have another than the line feed, and looking for a character is quick
        if sign in text:
            text = NEWLINES.sub("\n", text)
            break
    text = text.lstrip("\ufeff")  # some tools write a byte order mark before the one that is there
    misread = None if text.isascii() else _misread(text)
    remarks = tuple(remark for remark in (damage, doubt, misread) if remark is not None)
    return Decoded(text=text, remarks=remarks, is_doubtful=doubt is not None)


def _marked(content: bytes) -> str | None:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            if encoding == "utf-8" and 0 in content:
                return None  # it may be UTF-16 below the mark of a careless tool
            try:
                return _mended(content[len(mark) :].decode(encoding, "surrogatepass"))
            except UnicodeError as error:
                if encoding == "utf-8":
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
    """Return UTF-16 text without a mark, which the NULs beside line ends, blanks and figures give away."""
    nuls = content.count(0)
    if nuls == 0:
        return None
    if nuls * 5 < len(content) and _utf8(content) is not None:
        return None  # UTF-8 with stray NULs: every second byte of English UTF-16 would be one
    return _widest(content, lambda sample: len(WIDE_TEXT.findall(sample)))


def _widest(content: bytes, good: Callable[[str], int]) -> str | None:
    """Return *content* as UTF-16, whichever way round more characters are *good*, where nearly all are."""
    best, most = None, WIDE_SHARE
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content[: len(content) // 2 * 2].decode(encoding, "surrogatepass")
        except UnicodeError:
            continue
        sample = text[:SAMPLE]
        share = good(sample) / len(sample) if sample else 0.0
        if share >= most:
            best, most = text, share
    return None if best is None else _mended(best) + "\ufffd" * (len(content) % 2)


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


def _also(content: bytes, text: str, languages: Sequence[str]) -> Remark | None:
    """Return the other reading of a text that is UTF-8 by only a few odd characters: "ʮһ" is "十一" in GB18030."""
    if text.isascii() or LONG_CHARACTER.search(text) is not None or ODD_CHARACTER.search(text) is None:
        return None
    foreign = FOREIGN.findall(text)
    if sum(map(len, foreign)) > FEW:
        return None
    other = guess(content, languages)
    if other is None or not other.is_paired:
        return None
    mine, its = foreign[0], FOREIGN.findall(other.text)[0]
    return Remark(
        text=f"is read as UTF-8 ({mine!r}), and may be {other.label} ({its!r})",
        line=text.count("\n", 0, text.find(mine)) + 1,
    )


def _damaged_utf8(content: bytes) -> str | None:
    """Return the text, bytes that do not decode as "surrogateescape" writes them, where nearly all is UTF-8.

    Other encodings do not look like it. A last character that is cut off speaks for UTF-8 too, if two bytes are left.
    """
    cut = CUT_OFF.search(content, max(len(content) - 8, 0))
    text = content[: cut.start() if cut else None].decode("utf-8", "surrogateescape")
    left = 0 if cut is None else len(cut[0].rstrip())
    if not _is_mostly_utf8(text, good=max(left - 1, 0), least=2 if cut is None else 1):
        return None
    _refuse_controls(content, one_in=10)
    return content.decode("utf-8", "surrogateescape")


def _is_mostly_utf8(text: str, *, good: int = 0, least: int = 2) -> bool:
    good += 3 * len(LONG_CHARACTER.findall(text)) + len(SHORT_CHARACTER.findall(text))
    return good >= max(least, 3 * sum(map(len, BROKEN.findall(text))))


def _damage(content: bytes, text: str, encoding: str) -> Remark | None:
    """Return the remark on the bytes that *text* shows as U+FFFD."""
    at = _first_break(content, encoding)
    if at is None:
        return None
    count = len(BROKEN.findall(text))
    places = "one place" if count == 1 else f"{count} places"
    message = (
        f"is {label(encoding)}, but for {places} shown as U+FFFD, first at byte {at}; save it again from its original"
    )
    return Remark(text=message, line=_line(content, at))


def _first_break(content: bytes, encoding: str) -> int | None:
    """Return where *content* is not in *encoding* first."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _line(content: bytes, at: int) -> int:
    return len(LINE_END_BYTES.findall(content[:at])) + 1


def _declared(content: bytes, declared: str) -> Decoded | None:
    """Return the text in the encoding that is declared, unless too many bytes do not belong to it."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError) as error:
        raise CharsetError(f"is not UTF-8, and its declared encoding {declared!r} is not known") from error
    if name.replace("_", "-") in NO_CHARSETS:
        raise CharsetError(f"is not UTF-8, and its declared encoding {declared!r} is no encoding of text")
    wider = WIDER.get(name, name)
    for encoding in (wider, name):
        try:
            text = content.decode(encoding)
        except LookupError as error:  # "base64" and the like: codecs, but of bytes
            raise CharsetError(f"is not UTF-8, and its declared encoding {declared!r} is no charset") from error
        except UnicodeError:
            continue
        _refuse_controls(content if encoding not in {"utf-16", "utf-32"} else b"", one_in=10)
        return _decoded(_mended(text))
    if name.startswith("utf"):
        return None
    text = content.decode(wider, "surrogateescape")
    if not is_whole(text):
        return None
    _refuse_controls(content, one_in=10)
    return _decoded(text, damage=_damage(content, text, wider))


def _guessed(content: bytes, *, declared: str | None, languages: Sequence[str]) -> Decoded:
    _refuse_controls(content, one_in=50)  # bytes of a picture are in 29 of 256 cases such a character
    wide = _widest(content, _count_everyday) if len(content) >= FEW and len(content) % 2 == 0 else None
    if wide is not None:
        return _decoded(wide, doubt=Remark(text=f"its bytes are read as UTF-16 without a mark; {CURE}"))
    found = guess(content, languages)
    in_utf8 = content.decode("utf-8", "surrogateescape")
    if found is None or LONG_WORD.search(in_utf8):
        at = _first_break(content, "utf-8") or 0
        rest = "in no other encoding that we know" if found is None else f"{found.label} in part"
        raise CharsetError(f"is not UTF-8 at byte {at}, and {rest}; save it as UTF-8", line=_line(content, at))
    why = found.doubt
    if not found.is_paired and LONG_CHARACTER.search(in_utf8):
        why = f"its bytes are read as {found.label}, and some of them are UTF-8"
    elif why is None and declared is not None:
        why = f"its bytes are not {declared}, as declared, and are read as {found.label}"
    doubt = None if why is None else Remark(text=f"{why}; {CURE}")
    return _decoded(found.text, damage=_damage(content, found.text, found.encoding), doubt=doubt)


def _count_everyday(text: str) -> int:
    usual = everyday()
    return sum(character in usual for character in text)


def _misread(text: str) -> Remark | None:
    """Return a remark if *text*, by a glance, was UTF-8 that was read as another encoding before it came.

    It is UTF-8 again once its characters are written in that encoding: "Ã©" in Windows-1252 is "é".
    """
    for encoding, suspect in SUSPECTS:
        first = suspect.search(text)
        if first is None:
            continue
        foreign = "\n".join(FOREIGN.findall(text, first.start(), first.start() + GLANCE))
        if encoding == "cp1252":
            foreign, encoding = foreign.translate(WINDOWS_1252), "latin-1"  # noqa: PLW2901  with C1 controls as they are
        if _is_mostly_utf8(foreign.encode(encoding, "replace").decode("utf-8", "surrogateescape")):
            line = text.count("\n", 0, first.start()) + 1
            shown = f"{text[first.start() :][:12]!r}"
            message = f"looks like UTF-8 that was read as another encoding and saved again, as in {shown}"
            return Remark(text=f"{message}; fetch it from its source again", line=line)
    return None


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
