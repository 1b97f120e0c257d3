"""The words of English marks that hold copy, and the words around the time at which such a mark ends: data only."""

from __future__ import annotations

from feedsvc.model.draft import HoldKind

DAY = "(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)(?=[\\s.,]))"
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
# What a time after which copy is free begins with.
WHEN = rf"(?:\d|(?:{DAY}|{MONTH}|noon|midnight|today|tonight|tomorrow|weekend|further notice|[ap]\.?m)\b)"
# What a time and the words around it consist of: "10:00 a.m. EST November 27, and thereafter", "Monday papers".
_TIME_WORD = (
    rf"(?:\d[\d:.,/]{{0,16}}(?:st|nd|rd|th|am|pm|hrs?|h)?|{DAY}|{MONTH}|noon|midnight|today|tonight|tomorrow|weekend|"
    r"further|notice|[ap]\.?\s?m|gmt|utc|bst|cet|cest|wet|west|eet|[ecmp][sd]?t|hkt|jst|sgt|ist|aest|local|time|hours?|"
    r"hrs|o['’]clock|"
    r"uhr|the|of|on|at|in|from|for|by|and|or|after|before|not|thereafter|onwards?|next|this|week|morning|evening|"
    r"afternoon|night|delivery|papers?|editions?|[ap]ms|use|release|publication|broadcast|lisbon|london|beijing)\b"
)
# What parts a mark from the rest of its line: without it, the word is just the first of a headline.
SET_OFF = r"\s{0,3}(?:[:;*#)\]】）〕》」』`=>!/|—–_~+<\u202a-\u202e\u2066-\u2069]|--|-\s|[.。]?$)"
AT = r"(?:(?:on|upon|at|after|from|before|for|in|until|till|til|to|by|not|the|next|this|use|release)\s+){0,4}"
ONLY_WHEN = rf"{AT}(?={WHEN})(?>(?:{_TIME_WORD}[\s,.;()–—-]{{0,4}}){{1,24}})(?:(?<=[\s(–—-])|(?={SET_OFF}))(?![A-Za-z])"
CAPITALS_BEFORE_A_HEADLINE = r"\s+(?=.{0,200}[a-z])"
KILL_WORDS = r"kill(?:ed|\s+kill|\s+notice|\s+story|\s+advisory){0,3}"
WITHDRAW_WORDS = (
    "(?:withdrawn?|withhold|retract|retracted|retraction|spiked?|(?:withdrawal|retraction) (?:notice|advisory))"
)
ALERTS = r"(?:(?:bulletin|urgent|mandatory|advisory|story|photo|flash)\s+){0,2}"
STRICT = (
    r"(?:(?:strict(?:ly)?|press|media|news|under|full|still|private|confidential|and|the|"
    r"this(?: story)? is)\s+){0,4}"
)
USED = "(?:publication|release|broadcast|use|distribution|published|released|used)"
USE = "(?:publish|release|use|broadcast|run|transmit|distribute)"
COPY = r"(?:story|stories|copy|item|article|report|piece|text|take|version|dispatch|slug)s?\b"
NOTICE = (
    r"(?:(?:(?:attn|attention|nb|memo|notes?|notice|advisory)(?:\s+to)?\s+)?(?:all\s+)?(?:editors?|desks?|subs|clients|"
    r"subscribers|newsrooms?)(?:['’]s?)?(?:\s+(?:notes?|advisory|notice))?|attn|attention|slug|status|nb|note)"
)
SAID = rf"{NOTICE}\s?(?:[:,—–-]|--)\s{{0,3}}"
CLEARED = "(?:release|publication|approval|clearance|broadcast|legal|the desk)"
WAITS = rf"(?:clear\w{{0,4}}|approv\w{{1,3}}|confirm\w{{0,6}}|check\w{{0,3}}|advised?|notified|told|{CLEARED})\b"

# Each is asked in this order, in any case; the clearer mark names the kind.
# CLEAR forms are the desks' own, and mark in any company.
CLEAR: tuple[tuple[HoldKind, str], ...] = (
    ("kill", r"(?:bulletin|mandatory)\s+kill\b|kill\s+(?:notice|advisory)\b"),
    ("hold", r"[abp][cmp]-(?:\S.{0,60},\s?)?advisory(?=\s?[,.]|$)"),  # it tells editors what is to come
    (
        "hold",
        r"(?:advisory\s(?:to|for)\s(?:all\s)?(?:editors?|eds|desks?|subs|clients|subscribers)|(?:editors?|eds)['’]?s?\sadvisory)"
        + SET_OFF,
    ),
    ("kill", r"[abp][cmp]-(?:\S.{0,60}[-,\s])?kill\b"),
    ("kill", r"[abp][cmp]-(?:\S.{0,60},\s?)?killed\b"),  # "BC-Ferry-Two Killed" is the name of a story
    (
        "kill",
        SAID + r".{0,60}\b(?:kill|withdraw|withhold|spike|disregard)\s+"
        r"(?:(?:the|this|that|our|above|earlier|previous|all)\s+)"
        rf"{{1,3}}(?:[\w'’-]{{1,20}}\s+){{0,4}}{COPY}",
    ),
    ("kill", SAID + r"(?:please\s+)?(?:kill|withdraw|withhold|spike|disregard)\s*(?:it\b|this\b|[.!]|$)"),
    (
        "kill",
        (
            r"(?:please\s+)?(?:kill|withdraw|withhold|disregard|spike)\s+(?:this|the (?:above|earlier|previous)|"
            rf"our|all)\s+(?:[\w'’-]{{1,20}}\s+){{0,3}}{COPY}"
        ),
    ),
    ("kill", rf"please\s+(?:kill|withhold|withdraw|disregard)\s+(?:the\s+)?(?:[\w'’-]{{1,20}}\s+){{0,3}}{COPY}"),
    (
        "kill",
        (
            rf".{{0,60}}\b(?:this|the above|the previous|the earlier)\s+{COPY}.{{0,60}}?\b(?:has been|have been|is|was|"
            r"should be|must be)\s+(?:hereby\s+|now\s+)?(?:withdrawn|killed|retracted|spiked|cancell?ed)"
            r"(?:\s+from\s+(?:the\s+)?(?:wire|service|file|use)\b|\s*[.!]{0,3}\s*$|[.;,]\s+(?:please|do not|no)\b)"
        ),
    ),
    (
        "embargo",
        rf"(?:embargoed|{STRICT}under (?:strict )?embargo)\s+(?:un)?till?\s+(?!last\b|now\b|then\b|recently\b)",
    ),
    ("embargo", STRICT + rf"embargoed\s+(?:for\s+{USED}|to\s+{WHEN})\b"),
    ("embargo", rf".{{0,120}}\bembargo(?:ed)?\s+(?:until|till?|to|for|on|at|lifts|ends)\s+{ONLY_WHEN}\s*$"),
    (
        "embargo",
        rf".{{0,40}}\b(?:this|the)\s+{COPY}\s+(?:is|remains)\s+(?:strictly\s+)?(?:embargoed|under\s+embargo)\b",
    ),
    ("embargo", SAID + r".{0,60}\bembargo(?:ed)?\b(?!\s+(?:lifted|over|ended|no longer))"),
    ("embargo", rf"{STRICT}embargo\s+(?:is lifted|will lift|lifts|ends|expires|time|date)[:,]?\s+{ONLY_WHEN}\s*$"),
    ("embargo", rf"no(?:t)?\s+(?:for\s+)?{USED}\s+(?:before|(?:un)?till?|prior to)\b"),
    ("embargo", rf"(?:(?:publish|use|release|run|broadcast)\s+)?not\s+before\s+{ONLY_WHEN}\s*$"),
    ("embargo", rf"(?:do\s+not|don['’]t)\s+{USE}\s+(?:before|(?:un)?till?)\s+{ONLY_WHEN}"),
    ("embargo", rf"(?:do\s+not|don['’]t)\s+{USE}\s+or\s+{USE}\b"),
    ("embargo", rf"for\s+{USED}\s+(?:up)?on\s+delivery\b"),
    ("embargo", rf"(?:to\s+be\s+)(?:released?|published|used)\s+{ONLY_WHEN}\s*$"),
    ("embargo", r"confidential\s+(?:un)?till?\b"),
    ("embargo", r"sperrfrist\b"),
    ("hold", SAID + rf".{{0,40}}\b(?:on hold|hold\s+(?:until|till?|pending|for|it|this|the {COPY}))"),
    (
        "hold",
        SAID + rf".{{0,40}}\b(?:do\s+not|don['’]t|not\s+(?:to|for))\s+(?:{USE}|{USED})\s*(?:[.!)\]]|$|yet|this|it)",
    ),
    ("hold", rf"(?:please\s+)?hold\s+for\s+{CLEARED}\s*(?:[.,]|(?:until|pending|at|on|till|after|before|by)\b|{WHEN})"),
    (
        "hold",
        rf"(?:please\s+|on\s+)?hold,?\s+(?:(?:un)?till?|pending)\s+(?:(?:it|is|story|legal|further|legally)\s+){{0,3}}{WAITS}",
    ),
    ("hold", rf"(?:please\s+)?hold\s+(?:on to\s+)?(?:this|all)\s+(?:[\w'’-]{{1,20}}\s+){{0,2}}{COPY}"),
    ("hold", r"(?:please\s+)?check(?:ed)?\s+against\s+(?:delivery|the\s+speech\s+as\s+delivered)\b"),
    ("hold", r"(?:for\s+)?internal\s+(?:use\s+)?only\b|internal\s?[:—–-]\s+(?:do\s+not|not\s+for)\b"),
    ("advance", r"(?:[abp][cmp]-\S.{0,60}[-,\s])?adv(?:ance)?\s?-?\d{1,2}\b"),
    ("advance", rf"adv\.?\s+(?:for\s+)?{ONLY_WHEN}"),
    ("advance", r"adv(?:ance)?\s+for\s+(?:release|use)\b"),
    ("draft", rf"draft\s?[:—–-]\s+(?:do\s+not\s+{USE}|not\s+for)\b"),
    (
        "draft",
        (
            r"(?:(?:story|copy|article|post|publication|publishing|editorial)[\s_-])?status\s?[:：]\s{0,4}"
            r"(?:(?:(?:first|rough)\s)?draft|hold|on\shold|held|embargoed|withdrawn|killed|spiked|internal|confidential"
            rf"|not\s(?:yet\s)?(?:for\s)?{USED})[\s.*_]{{0,3}}$"
        ),
    ),
)
# These are words of headlines too: they count where nothing but a time follows, in capitals or in brackets, or where
# the line is not the only one that can be the headline.
ALONE: tuple[tuple[HoldKind, str], ...] = (
    ("kill", ALERTS + KILL_WORDS + SET_OFF),
    ("kill", rf"(?:{COPY}\s+)?" + WITHDRAW_WORDS + SET_OFF),
    ("embargo", STRICT + "embargo(?:ed)?" + SET_OFF),
    ("embargo", STRICT + rf"embargo(?:ed)?[:,]?\s+(?:(?:un)?till?\s+)?{ONLY_WHEN}"),
    (
        "embargo",
        (
            rf"not\s+(?:for|to be)\s+{USED}(?:\s+or\s+{USED})?\s*"
            rf"(?:{SET_OFF}|(?:unless|without|yet)\b|{ONLY_WHEN})"
        ),
    ),
    ("embargo", rf"(?:do\s+not|don['’]t)\s+{USE}(?:\s+(?:this(?:\s+{COPY})?|yet|it))?{SET_OFF}"),
    ("embargo", rf"for\s+(?:release|publication|use|broadcast)\s*(?:[:,]\s*)?{ONLY_WHEN}"),
    ("embargo", rf"release\s+(?:on|at|after|from)\s+{ONLY_WHEN}"),
    ("hold", r"(?:(?:urgent|please|on|story|copy|legal|desk)\s+){0,2}hold" + SET_OFF),
    ("hold", rf"(?:please\s+)?hold\s+for\s+{CLEARED}" + SET_OFF),
    ("hold", rf"hold,?\s+(?:un)?till?\s+{ONLY_WHEN}"),
    ("advance", rf"advance\s+(?:for|to)\s+(?:(?:the|papers of|editions of)\s+)?{ONLY_WHEN}"),
    ("advance", "advance" + SET_OFF),
    ("draft", r"(?:(?:rough|first|working|early)\s+)?draft(?:\s+(?:only|copy|story))?" + SET_OFF),
)
# These count in capitals only.
CAPITALS: tuple[tuple[HoldKind, str], ...] = (
    ("kill", "KILL(?:ED)?" + CAPITALS_BEFORE_A_HEADLINE),
    ("embargo", r"(?:STRICTLY\s+)?EMBARGOED\b"),
    ("embargo", r".{0,120}\bEMBARGOED(?:\s+(?:UNTIL|TILL?|TO|FOR)\b|[\s*_~+)\]!.>/|<-]{0,12}$)"),
    ("embargo", "EMBARGO" + CAPITALS_BEFORE_A_HEADLINE),
    ("embargo", r"FOR RELEASE\b(?!\s+(?:IMMEDIATE|AT WILL|ON RECEIPT))"),
    (
        "embargo",
        r"[^a-z]{0,80}\b(?:DO NOT (?:USE|RUN|PUBLISH)|NOT FOR (?:PUBLICATION|RELEASE|USE))[\s*_~+)\]!.-]{0,12}$",
    ),
    ("hold", r"HOLD FOR\s+(?:RELEASE|PUBLICATION|APPROVAL|CLEARANCE)\b"),
    ("hold", r"HFR\b"),
    ("hold", "HOLD" + CAPITALS_BEFORE_A_HEADLINE),
    ("advance", r"ADVANCE FOR\b"),
    ("embargo", r"E\sM\sB\sA\sR\sG\sO(?:\sE\sD)?\b"),
    ("kill", r"K\sI\sL\sL(?:\sE\sD)?\b"),
    ("hold", r"H\sO\sL\sD\b"),
)

# Each form above has one of these, whatever blanks are between its letters.
_MARKING = """
adv broadcast cancel check confidential delivery disregard distribut donot don't draft embargo foruse hfr hold internal
kill notbefore notfor notto notuse nouse publica publish releas retract sperrfrist spike status tobeuse withdr
"""
MARKING = tuple(_MARKING.split())

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
# The words before and behind the time at which a mark ends; a mark with other words holds until a person lifts it.
AROUND_A_TIME: tuple[tuple[str, str], ...] = (
    (rf"(?:{_EMBARGOED}[ :;,.-]{{1,3}})?(?:{'|'.join(_OPENINGS)})(?:\s?at)?", _AFTER_ALL),
)
