"""Tell lines that cannot hold copy back from those that may, by the words that every form of a mark holds one of.

Nearly every line is none, and asking all the forms says so twenty times as slowly. What a sign here is missing from is
no mark; what has one may be, and the forms say so. Whoever adds a form sees in the tests whether it holds a sign.
"""

from __future__ import annotations

import re

# In small letters, wherever they stand.
WORDS = (
    *("kill", "embargo", "hold", "withdraw", "spike", "disregard", "retract", "cancel", "adv", "draft", "check"),
    *("not", "n't", "n’t", "internal", "delivery", "confidential", "sperrfrist"),
)
BEGINNINGS = re.compile(r"no|for\s|to\s|release|hfr|[ekh]\s", re.IGNORECASE)
# Plain words only, so that one look at each character finds them.
HAN = re.compile(
    "撤|毙|斃|废|廢|毁|毀|稿|禁|勿|限|请|請|须|須|应|應|均|刊|停发|停發|停用|取消|定于|定於|拟于|擬於|将于|將於|计划于|"
    "本文|此文|本报道|本篇|本消息|不得|不要|不可|不能|保密|封锁|封鎖|保留|解密|"
    "发布|發布|发佈|發佈|发表|發表|播发|播發|见报|見報|转载|轉載|内参|內參|内部|內部|"
    "暂不|暫不|暂缓|暫緩|暂停|暫停|先不|先别|先別|缓发|緩發|待审|待審|待核|待签|待发|待發|扣发|预发|預發"
)
LETTER = re.compile("[A-Za-z]")
ODD_LETTERS = re.compile("[ıİſ\u212a]")  # that Python's patterns take for i, s and k in any case


def has_sign(text: str, begin: int) -> bool:
    """Return whether *text*, whose words start at *begin*, may begin with a mark; False is certain."""
    if not text.isascii():
        if HAN.search(text) is not None or ODD_LETTERS.search(text) is not None:
            return True
        if LETTER.search(text) is None:
            return False
    small = text.lower()
    for word in WORDS:  # a loop, for it is asked of every line of a head
        if word in small:
            return True
    return BEGINNINGS.match(text, begin) is not None
