"""Tell the kind of a line of wire copy from the line itself: the start of a story, prose, a date, an end mark."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from feedsvc.datelines import find_dateline, read_printed
from feedsvc.datelines.agencies import listed
from feedsvc.datelines.places import find_place
from feedsvc.datelines.word_tables import tables
from feedsvc.model.dates import Dateline, Span
from feedsvc.model.errors import DateError
from feedsvc.parsers.lines import NO_WORDS, Line, is_han, remembered, tidy
from feedsvc.parsers.names import is_publisher
from feedsvc.text.scripts import count_han

# A headline of news copy stays below; what is longer is a paragraph.
LONGEST_HEADLINE_WORDS, LONGEST_HEADLINE_HAN = 40, 80
PROSE_WORDS, PROSE_HAN = 25, 45  # so many make a sentence whatever they end in
SENTENCE_WORDS, SENTENCE_HAN = 8, 20  # so many do if they end like one
ENDS_SENTENCE = re.compile(r"[.!?。！？…][\"'”’」』)）]{0,2}$")
SENTENCES = re.compile(
    r"(?<!\bvs)(?<!\b[DMS][rst])(?<!\bMrs)(?<!\b(?:Gov|Sen|Rep|Gen|Col|Sgt|Rev|Inc|Ltd))(?<!\bCorp)(?<!\b(?:Co|No|Lt|Ft|Jr|Nr))"
    r"(?<=[a-z0-9)”\"])[.!?][”\"’)]?\s+[“\"(]?[A-Z]|。[”’」』）]?\S"
)
MOST_SENTENCE_ENDS = 2  # inside a headline
SHORT_SENTENCES_WORDS, LONGEST_SENTENCES_HAN = 16, 40  # of a headline that ends as a sentence does
LONGEST_DATE = 80  # characters of a line that is only a date
AROUND_A_DATE = re.compile(
    r"(?:published|posted|issued|updated|last|modified|date|time|on|at|gmt|utc|am|pm|发布于|发布时间|发布|时间|日期|更新|星期.|周.|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[\s\W\d_])*",
    re.IGNORECASE,
)
NUMERIC_DATE = re.compile(r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?(?:[\sT]{1,3}[\d:时分秒.]{1,12}Z?)?")
END = (
    r"(?:[(（【\[<]\s?(?:end|ends|endit|ende|fin|fim|fine|slut|끝|終|了|конец|more|more to (?:come|follow)|over|"
    r"完|本文完|全文完|未完|未完待续|下转第.{1,4}版)\s?[)）】\]>]"
    r"|\bend\s?it(?:em)?(?:/[a-z]{1,3}){0,4}|[-–—]{1,2}\s?30\s?[-–—]{1,2}"
    r"|[-–—=]{1,3}\s?(?:ends?|more)\s?[-–—=]{1,3}|#(?:\s?#){2,4}|\*\s?\*\s?\*)"
)
ENDS_WITH = frozenset(")）】]>-–—=#*")  # an end mark that is no word such as "Enditem"
END_ALONE = re.compile(rf"{END}|ends|end|more|nnnn|全文完|完", re.IGNORECASE)
END_AFTER = re.compile(rf"(?<=\S)\s{{0,4}}(?P<end>{END})[.。]?$", re.IGNORECASE)
BOILERPLATE = re.compile(
    r"(?:for (?:immediate )?release(?: at will)?|"
    r"(?:press|news|media) release(?:\s(?:no\.?\s?|#\s?)?[A-Z]{0,4}\d{1,8})?|新闻稿|新聞稿|通稿|统发稿)[:：.]?",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"[(（\[【][^()（）\[\]【】]{1,80}[)）\]】]")
DESKS = (
    r"(?:eds?\.?|editors?|attn\.?\s(?:eds|editors)|(?:eds?|editors?)['’]?s?\.?\snotes?|desk\snotes?|n\.?d\.?l\.?r\.?|"
    r"notes?\sto\s(?:all\s)?(?:editors?|eds|desks?|subs|clients|subscribers)|note\saux\srédactions|"
    r"redaktionelle[rn]?\shinweise?|nota\s(?:a\slos\seditores|del\seditor|do\seditor|da\sredação)|编者按|编者注|編者按|編者註|"
    r"编辑注|致编辑|编辑请注意|校对注)"
)
DESK_NOTE = re.compile(
    "|".join(
        rf"\{opening}\s{{0,3}}{DESKS}\s{{0,3}}[:：—–-][^\{closing}]{{0,1000}}\{closing}"
        for opening, closing in ("()", "[]", "{}", "<>", "（）", "【】", "［］", "〔〕", "｛｝")
    ),
    re.IGNORECASE,
)
LONGEST_END, LONGEST_SIGNED = 30, 60  # characters
INITIALS = re.compile(r"[(\[]?(?:[a-z]{1,4}(?:[/+.-][a-z]{1,4}){1,7}|[A-Z]{2,3}(?:/[A-Z]{2,3}){1,7})[)\]]?")
SIGNED = re.compile(
    r"/\s?(?P<slashed>[^\s/]{2,12})\s?/|(?P<agency>\S{2,20}(?: \S{2,20})??)"
    r"(?: (?:[a-z]{1,4}|[A-Z]{2,4})(?:/[A-Za-z]{1,4}){0,5}){1,5}"
)
# As in (APA, 11.9.2015) or (dpa/red, 3. 8. 2016).
SIGNED_AND_DATED = re.compile(
    r"[(（](?P<signers>[^\W\d_][\w./ -]{1,30}?(?:,[\w./ -]{2,20})?),\s{1,2}"
    r"(?P<date>\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d_]{3,12}\.?)\s?(?:19|20)\d\d)[)）]\.?$"
)
SIGNERS_APART = re.compile("[/,]")
SIGNER = re.compile(r"(?:red|réd|ag)\.?|redaktion|agenturen|rédaction|redazione|redacción|redação|staff", re.IGNORECASE)
COPYRIGHT = (
    r"[\s(（\[【*#]{0,4}(?:(?:copyright|©|\(c\)\s?\d{4}|c\.\s?(?:19|20)\d\d|all rights reserved)\b.{0,200}|©.{0,200}|"
    r"版[权權]所有.{0,60}|"
    r"(?:本文|本稿|文章)?(?:未经|未經|如需)?[^，。]{0,16}(?:请勿|請勿|不得|禁止|谢绝|謝絕|严禁|嚴禁)(?:擅自|自行)?(?:转载|轉載|复制|複製)"
    r"[^，。]{0,12}[。！!]?|.{0,30}(?:转载|轉載)(?:请|請|须|須)?(?:注明|註明|联系|聯繫).{0,30})[)）\]】*]{0,3}"
)
ADDRESS = (
    r"[(（<]?(?:e-?mail|contact|邮箱|郵箱|电子邮件)?\s?[:：]?\s?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}[)）>]?"
)
WAYS = r"office|cell|mobile|phone|tel(?:ephone)?|direct|fax|main|desk|(?:e-?)?mail|pager|[tmpfo]"
CONTACT = re.compile(
    rf"(?:(?:{WAYS})\s?[.:：]{{1,2}}?\s?)?(?:\+?[(\d][\d ()./-]{{6,24}}\d(?:\s?(?:x|ext\.?)\s?\d{{1,5}})?|"
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})(?:\s?\((?:office|cell|mobile|direct|main|fax|phone|desk)\))?[.,;]?",
    re.IGNORECASE,
)
LONGEST_CONTACT = 80  # characters
PAGE_FURNITURE = r"(?:字号|字體|字体|字級|字级)\s?[:：]?.{0,30}|font size\s?[:：].{0,30}"
NOTICE = re.compile(f"{COPYRIGHT}|{ADDRESS}|{PAGE_FURNITURE}", re.IGNORECASE)
SLUG_LINE = re.compile(
    r"[\^]?(?:AM|BC|PM|AP)-{1,2}"
    r"(?:[\w.'’&+-]{2,60}|(?=[^,]{1,60}-|[^,]{1,60}, ?\d)(?:[A-Z0-9][\w.'’&+]{0,30}[ -]){1,6}[A-Z0-9][\w.'’&+]{0,30})"
    r"(?:,\s{0,2}[\w .'’&/-]{1,40}){0,6}[<,.]?"
)
# What a wire sends before the name: "u i PM-PierRdp 8thLd-Writethru a0723 08-15 1334".
TRANSMISSION = re.compile(r"[a-z] [a-z] {1,3}[A-Z]{2}-\S.{1,80}? {1,4}\d\d-\d\d {1,3}\d{4}")
# As in Eds: UPDATES with quote; With AP Photos LIS101-104; AP Graphic planned.
LINE_FOR_DESKS = re.compile(
    r"(?:eds\.?|(?:attn\.?|attention),?\s(?:eds|editors|desks|subs|clients)\.?|"
    r"notes?\sto\s(?:all\s)?(?:editors?|eds|desks?|subs|clients|subscribers)\.?)\s{0,3}:\s.{1,1000}|"
    r"(?-i:(?:With |w/ ?)?[A-Z]{2,9} (?:Laser)?(?:Photo|Graphic|Video|Audio|Radio)s?\b"
    r"(?=.{0,160}(?:[A-Z]{2,7}\d{1,4}\b|[Pp]lanned|[Uu]pcoming|[Aa]vailable|[Ss]taffing))"
    r"(?:[ ,;:/.-]{1,3}"
    r"(?:[Pp]lanned|[Uu]pcoming|[Aa]vailable|[Ss]taffing|of|and|with|by|[A-Z0-9][\w.-]{0,30})){1,30}[.,]?)",
    re.IGNORECASE,
)
LONGEST_NOTICE = 200  # characters
HEAD_CHARACTERS = 1500  # of a paragraph; its dateline is in them
LONGEST_PLACE, MOST_PLACE_WORDS = 40, 5  # characters, words
LONGEST_DATELINE = 80  # characters of a line that is only a dateline
MOST_MASTHEAD_WORDS = 4
_MASTHEADS = """
agency broadcasting bulletin chronicle courier dispatch express gazette globe herald independent journal mirror monitor
network news newspaper newswire observer post record reporter review sentinel standard sun telegraph times today tribune
weekly wire
"""
MASTHEADS = frozenset(_MASTHEADS.split())
MASTHEAD_HAN = re.compile(r"[\u3400-\u9fff]{1,8}(?:社|报|報|网|網|台|臺|周刊|在线|在線)")
SITE = re.compile(r"[\w-]{2,40}(?:\.[\w-]{2,40}){1,3}", re.ASCII)
YEAR = re.compile(r"(?:1[6-9]|2[01])\d\d")
# What every day has: a figure, an "l" that was typed for one ("May l"), or a word for the day in Chinese, Japanese or
# Korean. Other scripts than these and those of Europe have figures of their own.
FIGURE = re.compile(
    r"[0-9０-９日号號일\u0590-\u1fff\u2070-\u2dff\ua000-\uabff\ud7b0-\uf8ff\ufb00-\ufeff\U00010000-\U0001ffff]"
)
TYPED_FIGURE = re.compile(r"[lｌ](?<!\w.)[OlＯｌ]{0,2}[^\W\d_]{0,2}(?!\w)")
NO_PLACE = re.compile(r"[\d.!?:：。！？()（）|/]")
# What makes a line a dateline is the sentence behind it; this one says nothing.
LATIN_COPY, HAN_COPY = " - The copy that stands below this was sent from there.", "电 本文由当地发出，内容见下文。"


def dateline_in(text: str, languages: tuple[str, ...]) -> Dateline | None:
    """Return the dateline at the head of a paragraph of copy for a site of these *languages*."""
    return _dateline_in(text[:HEAD_CHARACTERS], languages)


@lru_cache(maxsize=16)  # a line is asked whether it opens the story, and then for its dateline
def _dateline_in(head: str, languages: tuple[str, ...]) -> Dateline | None:
    return find_dateline(head.replace("\n", " "), languages=languages)


@remembered
def opens_story(line: Line) -> bool:
    """Return whether *line* begins with a dateline that names a day, or an agency before a whole sentence."""
    if not is_prose(line) and FIGURE.search(line.text) is None and TYPED_FIGURE.search(line.text) is None:
        return False  # most lines: whether a dateline is one takes fifty times as long
    dateline = dateline_in(line.text, line.languages)
    if dateline is None or dateline.span.start > len("（"):
        return False
    return dateline.day is not None or (dateline.agency is not None and is_prose(line))


@remembered
def is_prose(line: Line) -> bool:
    """Return whether *line* reads as a sentence rather than as a headline or a name."""
    if is_han(line.text):
        han = count_han(line.text)
        return han >= PROSE_HAN or "。" in line.text or (han >= SENTENCE_HAN and _ends(line))
    words = len(line.text.split(None, PROSE_WORDS))  # no more are counted
    return words >= PROSE_WORDS or (words >= SENTENCE_WORDS and _ends(line))


def is_long_prose(line: Line) -> bool:
    """Return whether *line* is too long for a note to the desk."""
    if is_han(line.text):
        return count_han(line.text) >= PROSE_HAN
    return len(line.text.split()) >= PROSE_WORDS


def is_question(line: Line) -> bool:
    """Return whether *line* is prose only because it ends in a question or an exclamation, as headlines do."""
    return line.text[-1:] in "?!？！" and SENTENCES.search(line.text) is None and is_headline(line)


def is_headline(line: Line) -> bool:
    """Return whether *line* can be a headline: not too long, and not several sentences."""
    if is_han(line.text):
        return count_han(line.text) <= LONGEST_HEADLINE_HAN and SENTENCES.search(line.text) is None
    words = len(line.text.split())
    several = words >= PROSE_WORDS // 2 and SENTENCES.search(line.text) is not None
    return words <= LONGEST_HEADLINE_WORDS and not several


def is_headline_of_sentences(line: Line) -> bool:
    """Return whether *line* can be a headline of two sentences or three: "Pilots gave up in May. Now ships wait".

    The story of a document without a headline looks the same, so it counts only above a block of copy.
    """
    if is_han(line.text):
        return count_han(line.text) <= LONGEST_SENTENCES_HAN and line.text.count("。") <= MOST_SENTENCE_ENDS
    longest = SHORT_SENTENCES_WORDS if line.text.endswith(".") else PROSE_WORDS
    return len(line.text.split()) <= longest and len(SENTENCES.findall(line.text)) <= MOST_SENTENCE_ENDS


@remembered
def is_date(line: Line) -> bool:
    """Return whether *line* holds a full date and nothing else, be it an impossible one (30 February)."""
    if len(line.text) > LONGEST_DATE or not any(map(str.isdigit, line.text)):
        return False
    if NUMERIC_DATE.fullmatch(line.text):
        return True
    try:
        stated = read_printed(line.text)
    except DateError:
        return AROUND_A_DATE.fullmatch(re.sub(r"[A-Za-z]{3,9}\.?\s\d|\d\s[A-Za-z]{3,9}", " ", line.text)) is not None
    if stated is None:
        return False
    rest = line.text[: stated.start] + " " + line.text[stated.end :]
    return AROUND_A_DATE.fullmatch(rest) is not None


def is_end(line: Line) -> bool:
    """Return whether *line* is only an end mark: "(END)", "Enditem", "（完）", "###"."""
    return len(line.text) <= LONGEST_END and END_ALONE.fullmatch(line.text) is not None


@remembered
def is_sign_off(line: Line) -> bool:
    """Return whether a last line only says who filed the story: "Reuter", "AAP RTV", "/ritzau/", "hh/ph/ts/hd"."""
    if len(line.text) > LONGEST_END:
        return False
    if INITIALS.fullmatch(line.text) is not None or is_agency(line):
        return True
    dated = signed_date(line)
    if dated is not None:
        return dated.whole.text == line.text
    signed = SIGNED.fullmatch(line.text)
    if signed is None:
        return False
    agency = signed["slashed"] or signed["agency"]
    return signed["slashed"] is not None or is_agency(line.part(0, len(agency)))


class SignedDate(NamedTuple):
    """A sign-off in brackets with its date: "(APA, 11.9.2015)"."""

    whole: Line
    date: Line


@remembered
def signed_date(line: Line) -> SignedDate | None:
    """Return the sign-off with a date that *line* is or ends with, None where it has none."""
    found = SIGNED_AND_DATED.search(line.text, max(0, len(line.text) - LONGEST_SIGNED))
    if found is None or not _sign(line, found["signers"]):
        return None
    return SignedDate(line.part(found.start()), line.part(found.start("date"), found.end("date")))


def _sign(line: Line, names: str) -> bool:
    parts = [part.strip() for part in SIGNERS_APART.split(names)]
    return all(SIGNER.fullmatch(part) is not None or is_agency(line._replace(text=part)) for part in parts)


def is_aside(line: Line, *, alone: bool) -> bool:
    """Return whether a line of a head says nothing of the article: an end mark, a rule, "FOR IMMEDIATE RELEASE".

    alone: it is the last line; words in brackets are an aside only if a headline can still follow.
    """
    if is_end(line) or not any(map(str.isalnum, line.text)) or BOILERPLATE.fullmatch(line.text) or is_notice(line):
        return True
    return not alone and len(line.text) <= LONGEST_DATE and BRACKETED.fullmatch(line.text) is not None


def is_notice(line: Line) -> bool:
    """Return whether *line* is about the page or the paper: copyright, an electronic address, sizes of type."""
    if len(line.text) > LONGEST_NOTICE:
        return False
    return NOTICE.fullmatch(line.text) is not None


def is_contact(line: Line) -> bool:
    """Return whether *line* is only a telephone number or an address of mail: "Office: 714-555-0100", "a@b.example"."""
    return len(line.text) <= LONGEST_CONTACT and CONTACT.fullmatch(line.text) is not None and not is_date(line)


def is_slug(line: Line) -> bool:
    """Return whether *line* is a wire's name for the story: "BC-Portugal-Choir, 1st Ld-Writethru,0350"."""
    if len(line.text) > LONGEST_NOTICE:
        return False
    return SLUG_LINE.fullmatch(line.text) is not None or TRANSMISSION.fullmatch(line.text) is not None


def is_desk_note(line: Line) -> bool:
    """Return whether *line* is only a note to editors, in brackets or as heads have it without."""
    return DESK_NOTE.fullmatch(line.text) is not None or is_line_for_desks(line)


def is_line_for_desks(line: Line) -> bool:
    """Return whether *line*, of a head, is a note to editors without a bracket: "Eds: ADDS quote"."""
    return LINE_FOR_DESKS.fullmatch(line.text) is not None


def without_desk_notes(text: str) -> tuple[str, tuple[str, ...]]:
    """Return *text* without the notes to editors in its brackets, and these notes: "[Eds: adds quote]"."""
    notes = tuple(note.group() for note in DESK_NOTE.finditer(text))
    return (tidy(DESK_NOTE.sub(" ", text)) if notes else text), notes


def words_of_desk_note(note: str) -> str:
    """Return the words of a note to editors, without its bracket and whom it is to."""
    bare = note if note[:1].isalpha() else note[1:-1]
    return re.split("[:：—–-]", bare, maxsplit=1)[-1].strip(NO_WORDS)


def end_after(line: Line) -> Line | None:
    """Return the end mark that *line* ends with, after its own words."""
    last = line.text[-LONGEST_END:]
    may_end = "end" in last.lower() or last.rstrip(".。")[-1:] in ENDS_WITH  # nearly no line
    found = END_AFTER.search(line.text, max(0, len(line.text) - LONGEST_END)) if may_end else None
    if found is None:
        signed = signed_date(line)
        return None if signed is None or signed.whole.text == line.text else signed.whole
    return line.part(found.start("end"), found.end("end"))


@remembered
def is_masthead(line: Line) -> bool:
    """Return whether *line* is the short name of a paper or an agency, as it is printed above a headline.

    The words of other publishers ("Weather Center Opens") are those of headlines too.
    """
    if is_han(line.text):
        return MASTHEAD_HAN.fullmatch(line.text) is not None
    words = line.text.split(None, MOST_MASTHEAD_WORDS)
    if len(words) > MOST_MASTHEAD_WORDS:
        return False
    return is_agency(line) or (is_publisher(line.text) and words[-1].lower() in MASTHEADS)


def is_outlet(line: Line) -> bool:
    """Return whether *line* is only the name of a publisher, or its site: "Quay Bulletin", "dpa", "quay.example"."""
    return is_publisher(line.text) or is_agency(line) or SITE.fullmatch(line.text) is not None


def is_agency(line: Line) -> bool:
    """Return whether *line* is only the name of an agency that a language lists: "dpa", "Canadian Press"."""
    return len(line.text) <= LONGEST_PLACE and listed(line.text, tables(line.languages)) is not None


def _ends(line: Line) -> bool:
    return ENDS_SENTENCE.search(line.text[-4:]) is not None


def may_be_place(line: Line) -> bool:
    """Return whether *line* is short enough for a place and has nothing that places have not; most lines have."""
    return (
        len(line.text) <= LONGEST_PLACE
        and NO_PLACE.search(line.text) is None
        and (is_han(line.text) or line.text[:1].isupper())
        and len(line.text.split()) <= MOST_PLACE_WORDS
    )


def dateline_alone(line: Line) -> Dateline | None:
    """Return the dateline that *line* is, "LISBON, 28 November 2026", with a whole date and a known place or region."""
    if len(line.text) > LONGEST_DATELINE or YEAR.search(line.text) is None:
        return None
    found = find_dateline(line.text + (HAN_COPY if is_han(line.text) else LATIN_COPY), languages=line.languages)
    if found is None or found.span.start or found.span.end < len(line.text):
        return None
    if found.year is None or found.day is None or len(found.places) != 1:
        return None
    if find_place(found.places[0]) is None and found.place_country is None:
        return None
    return replace(found, text=line.text, span=line.span)


def place_alone(line: Line) -> Dateline | None:
    """Return the dateline that *line* is, a place that we know in capitals and nothing else: "NEW YORK"."""
    if not (line.text.isupper() and may_be_place(line)) or find_place(line.text.title()) is None:
        return None
    found = find_dateline(line.text + LATIN_COPY, languages=line.languages)
    if found is None or found.span.start or found.span.end < len(line.text):
        return None
    return replace(found, text=line.text, span=line.span)


def dateline_above(place: Line, date: Line, text: str) -> Dateline | None:
    """Return the dateline that *place* and the *date* below it are, in the *text* that both stand in.

    Only a known place counts, because a line above a date may name a section of the paper.
    """
    between, copy = ("", HAN_COPY) if is_han(place.text) else (", ", LATIN_COPY)
    found = find_dateline(f"{place.text}{between}{date.text}{copy}", languages=place.languages)
    if found is None or found.day is None or found.span.start or len(found.places) != 1:
        return None
    if find_place(found.places[0]) is None:
        return None
    span = Span(start=place.start, end=date.end)
    return replace(found, text=text[span.start : span.end], span=span)
