"""Turn the HTML of a message into plain paragraphs."""

from __future__ import annotations

import html
import re

import nh3

from feedsvc.content.characters import strip_unwanted
from feedsvc.content.nesting import DROPPED, bound_nesting

PARTING = """
    article aside blockquote br caption dd div dl dt figcaption figure footer h2 h3 h4 h5 h6 header hr li ol p pre
    section table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(PARTING.split())
TAG = re.compile(r"<([^>]*)>")


def plain_paragraphs(hypertext: str) -> str:
    """Return what *hypertext* says, a blank line between its blocks; the cost is linear in its length."""
    bounded = bound_nesting(strip_unwanted(hypertext)[0], tags=BLOCKS)
    safe = nh3.clean(bounded, tags=set(BLOCKS), clean_content_tags=set(DROPPED), attributes={}, link_rel=None)
    blocks: list[list[str]] = [[]]
    for number, each in enumerate(TAG.split(safe)):  # words and tags by turns
        said = " ".join(html.unescape(each).split()) if number % 2 == 0 else ""
        if said:
            blocks[-1].append(said)
        elif number % 2 and each != "br":
            blocks.append([])
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)
