"""Read the figures of East Asian dates: "11", "十一", "廿九", "二〇一七", "元"."""

from __future__ import annotations

DIGITS = "0-9〇零○Ｏ一二三四五六七八九十廿卅元"
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "元": 1}
_TENS = {"十": 10, "廿": 20, "卅": 30}


def read_number(text: str) -> int | None:
    """Return the number that *text* writes, None when it writes none."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    if not any(char in _TENS for char in text):
        digits = [str(_VALUES.get(char, char)) for char in text]
        joined = "".join(digits)
        return int(joined) if joined.isascii() and joined.isdigit() else None
    total, pending = 0, None
    for char in text:
        if char in _TENS:
            total += _TENS[char] if char != "十" or pending is None else 10 * pending
            pending = None
        elif char in _VALUES and pending is None:
            pending = _VALUES[char]
        else:
            return None
    return total + (pending or 0)
