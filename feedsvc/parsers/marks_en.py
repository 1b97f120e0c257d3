"""Hold the forms of English hold marks: data only."""

from __future__ import annotations

from feedsvc.model.drafts import HoldKind

DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
# What a time after which copy is free begins with.
WHEN = rf"(?:\d|(?:{DAY}|{MONTH}|noon|midnight|today|tonight|tomorrow|weekend|further notice|[ap]\.?m)\b)"
# What parts a mark from the rest of its line: without it, the word is just the first of a headline.
SET_OFF = r"\s{0,3}(?:[:;*#)\]>!/|—–]|--|-\s|$)"
CAPITALS_BEFORE_A_HEADLINE = r"\s+(?=.{0,200}[a-z])"
KILL_WORDS = r"kill(?:ed|\s+kill|\s+notice|\s+story|\s+advisory){0,3}"
WITHDRAW_WORDS = (
    "(?:withdrawn?|withhold|retract|retracted|retraction|spiked?|(?:withdrawal|retraction) (?:notice|advisory))"
)
ALERTS = r"(?:(?:bulletin|urgent|mandatory|advisory|story|photo|flash)\s+){0,2}"
STRICT = r"(?:(?:strict|strictly|press|media|news|under|full|this is|this story is)\s+){0,3}"
USED = "(?:publication|release|broadcast|use|published|released|used)"
USE = "(?:publish|release|use|broadcast|run|transmit)"
NOTICE = "(?:editors?|attn|attention|note to editors?)"
CLEARED = "(?:release|publication|approval|clearance)"

# Asked in this order, in any case; the clearer mark names the kind.
ANY_CASE: tuple[tuple[HoldKind, str], ...] = (
    ("kill", ALERTS + KILL_WORDS + SET_OFF),
    ("kill", r"(?:bulletin|mandatory)\s+kill\b"),
    ("kill", r"(?:(?:story|copy|article)\s+)?" + WITHDRAW_WORDS + SET_OFF),
    (
        "kill",
        NOTICE + r"\s?[:,—-].{0,60}\b(?:kill|withdraw|withhold|spike|disregard)\s+(?:the|this|story|copy|all|item)\b",
    ),
    ("kill", r"please\s+(?:kill|withhold|withdraw|disregard|do not use)\b"),
    ("embargo", STRICT + "embargo(?:ed)?" + SET_OFF),
    ("embargo", STRICT + r"embargo(?:ed)?\s+(?:un)?till?\b"),
    (
        "embargo",
        STRICT + rf"embargo(?:ed)?\s+(?:(?:for|to|at|on|before|against)\s+){{0,2}}(?:{WHEN}|{USED}\b|delivery\b)",
    ),
    (
        "embargo",
        r".{0,120}\b(?:embargoed\s+(?:un)?till?|embargoed for release|under\s+(?:strict\s+)?embargo\s+(?:un)?till?)\b",
    ),
    ("embargo", rf"not\s+(?:for|to be)\s+{USED}\b"),
    ("embargo", rf"(?:do\s+not|don['’]t)\s+{USE}\s*(?:(?:(?:un)?till?|before|or)\b|[:.!*)\]]|$)"),
    ("embargo", rf"for\s+(?:release|publication)\s*(?:[:,]\s*)?(?:(?:on|at|after|from|not before)\s+)?{WHEN}"),
    ("hold", r"(?:(?:urgent|please|on|story|copy)\s+){0,2}hold" + SET_OFF),
    ("hold", rf"(?:please\s+)?hold\s+for\s+{CLEARED}\s*(?:[.,]|(?:until|pending|at|on|till|after|before|by)\b|{WHEN})"),
    ("hold", rf"(?:please\s+)?hold\s+for\s+{CLEARED}" + SET_OFF),
    ("hold", rf"hold\s+(?:un)?till?\s+{WHEN}"),
    ("advance", rf"advance\s+(?:for|to)\s+(?:(?:the|papers of|editions of)\s+)?(?:{WHEN}|{USED}\b|[ap]ms\b)"),
    ("advance", "advance" + SET_OFF),
)
# These count in capitals only.
CAPITALS: tuple[tuple[HoldKind, str], ...] = (
    ("kill", "KILL(?:ED)?" + CAPITALS_BEFORE_A_HEADLINE),
    ("embargo", r"(?:STRICTLY\s+)?EMBARGOED\b"),
    ("embargo", "EMBARGO" + CAPITALS_BEFORE_A_HEADLINE),
    ("embargo", r"FOR RELEASE\b(?!\s+(?:IMMEDIATE|AT WILL|ON RECEIPT))"),
    ("hold", r"HOLD FOR\s+(?:RELEASE|PUBLICATION|APPROVAL|CLEARANCE)\b"),
    ("hold", "HOLD" + CAPITALS_BEFORE_A_HEADLINE),
    ("advance", r"ADVANCE FOR\b"),
)
