"""Hold the words that say from when copy may be used, in English and Chinese: data only.

The words before a date and those behind it make sense together, or the mark is not understood: "not for release
before" frees copy then, "for release before" would say the opposite.
"""

from __future__ import annotations

import re

ORNAMENTS = " \t*#=>!\"'“”‘’<·•^_~+|-–—"
BRACKETS = {"(": ")", "[": "]", "【": "】", "〔": "〕", "《": "》"}

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b"
_FIGURE = r"(?<![\d:.,/-])\d{1,2}(?:st|nd|rd|th)?(?![\d:a-z])(?!\s?[ap]\.?\s?m\b)"
MONTH_FIRST = re.compile(rf"(?<![a-z]){_MONTH}\s{_FIGURE}", re.IGNORECASE)
DAY_FIRST = re.compile(rf"{_FIGURE}\s{_MONTH}(?![a-z])(?!\s{_FIGURE})", re.IGNORECASE)
DAY_ZH = re.compile(r"(?<![\d年])\d{1,2}月\d{1,2}[日号號]")
# In capitals it could be a zone's letters.
MONTH = re.compile(rf"(?<![A-Za-z]){_MONTH}(?![A-Za-z])", re.IGNORECASE)
# Words that say nothing before a day or a time: "on Monday", "the 30th".
FILLING = re.compile(rf"\b(?:on|the)\s(?={_DAY}|{_MONTH}\s|\d)", re.IGNORECASE)
# From Monday on.
WEEKDAYS = tuple(
    re.compile(rf"(?<![a-z]){name}(?![a-z])|(?:周|週|星期|礼拜|禮拜)[{figure}]", re.IGNORECASE)
    for name, figure in (
        ("mon(?:day)?", "一1"),
        ("tue(?:s|sday)?", "二2"),
        ("wed(?:nesday)?", "三3"),
        ("thu(?:r|rs|rsday)?", "四4"),
        ("fri(?:day)?", "五5"),
        ("sat(?:urday)?", "六6"),
        ("sun(?:day)?", "日天7"),
    )
)

_THING = "(?:release|publication|broadcast|use|distribution)"
_UNTIL = "(?:until|till|til|'til)"
_EMBARGOED = "(?:strictly |strict |press |news |media )?(?:under )?(?:strict )?embargo(?:ed)?"
_OPENINGS = (
    rf"{_EMBARGOED}(?: (?:for|from) {_THING})?(?: (?:{_UNTIL}|to|for))?",
    "embargo (?:lifts|ends|expires|time|date|is lifted|will lift|will be lifted)",
    rf"for {_THING}(?: (?:from|after|not before))?",
    rf"(?:not? (?:for )?|not to be ){_THING}d? (?:before|{_UNTIL}|prior to)",
    rf"hold (?:for {_THING}(?: {_UNTIL})?|{_UNTIL})",
    rf"(?:do not|don't) (?:publish|release|use|run|broadcast|distribute) (?:before|{_UNTIL})",
    "(?:(?:publish|release|use|run|broadcast) )?not before",
    "release(?: date| time)?(?: (?:from|after))?",
    "to be (?:released|published|used)(?: (?:from|after))?",
    _UNTIL,
    "",
)
_AFTER_ALL = "(?:and thereafter|(?:and )?onwards?)?"

_OUR = "(?:本稿|此稿|该稿|該稿|稿件|本文|此文|本报道|本篇)?"
_PLEASE = "(?:请|請|务请|務請|敬请|须|須|应|應)?"
_ISSUE = (
    "(?:正式|统一|統一|公开|对外|對外)?(?:发布|發布|发表|發表|刊发|刊發|刊登|刊播|刊用|播发|播發|播出|"
    "发稿|發稿|见报|見報|使用|采用|採用|报道|報道|公开|公開)"
)
_MUST_NOT = f"(?:一律)?(?:不得|不要|请勿|請勿|切勿|勿|严禁|嚴禁|禁止)(?:提前|自行|擅自|对外|對外)*{_ISSUE}"
_TILL_THEN = f"(?:[,。;](?:此前|在此之前)?(?:敬请|务请)?{_MUST_NOT})?"

FORMS = tuple(
    (re.compile(opening), re.compile(closing))
    for opening, closing in (
        (
            rf"(?:{_EMBARGOED}[ :;,.-]{{1,3}})?(?:{'|'.join(_OPENINGS)})(?:\s?at)?",
            _AFTER_ALL,
        ),
        (
            f"{_OUR}{_PLEASE}(?:定于|定於|于|於|在)?",
            f"(?:后|後|起|以后|以後|之后|之後|开始)?(?:可以|方可|才可|可|再)?{_ISSUE}{_TILL_THEN}",
        ),
        (f"{_OUR}(?:限|限于|限於)", f"(?:后|後|起)(?:可)?{_ISSUE}{_TILL_THEN}"),
        (f"{_OUR}{_PLEASE}(?:于|於|在)?", f"(?:之|以)?前{_MUST_NOT}"),
        (f"{_OUR}(?:禁载|禁載|禁播|禁用|禁发|禁發|保密|封锁|封鎖|限发)(?:期)?(?:至|到)", f"(?:止)?{_TILL_THEN}"),
        (f"{_OUR}", "(?:起|后|後)?(?:解禁|解密)"),
        ("(?:解禁时间|解密时间|发布时间|发布时限|發布時限|解密期限)(?:[:至到]|为)?", ""),
    )
)
