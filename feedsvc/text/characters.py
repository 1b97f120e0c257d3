"""Keep characters out of text that feeds cannot carry.

One such character makes a whole XML document unreadable, so they are taken out when an article is made, and counted.
Text is never normalised: NFC turns U+F900 into U+8C48, and people's names have such ideographs.

source: XML 1.0, section 2.2 (Char).
"""

from __future__ import annotations

import re

XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
UNWANTED_CHARACTERS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
UNWANTED = re.compile(f"[{UNWANTED_CHARACTERS}]")
BREAKS = re.compile("[\t\r\n\u2028\u2029][ \t\r\n\u2028\u2029]*| [ \t\r\n\u2028\u2029]+")  # all but a single space


def strip_unwanted(text: str) -> tuple[str, int]:
    """Return *text* without characters that XML forbids and without C1 controls, and how many were taken out.

    XML 1.0 allows C1 controls; validators warn of them, and in text they are always the trace of a wrong decoding.
    """
    # Lines are printable too, and to ask Python costs a tenth of what the pattern does.
    return (text, 0) if text.replace("\n", "").isprintable() else UNWANTED.subn("", text)


def find_forbidden(text: str) -> str | None:
    """Return the first character of *text* that XML forbids, None if it has none."""
    found = None if text.replace("\n", "").isprintable() else XML_FORBIDDEN.search(text)
    return found[0] if found else None


def clean_text(text: str) -> tuple[str, int]:
    """Return *text* as one line that any feed can carry, and how many characters were taken out.

    Runs of spaces and line ends become one space; a no-break space or an ideographic space within the line stays.
    """
    if text.isprintable() and "  " not in text:  # nearly every text: nothing unwanted, no break, no other space
        return text.strip(), 0
    kept, removed = strip_unwanted(text)
    return BREAKS.sub(" ", kept).strip(), removed
