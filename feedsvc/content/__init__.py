"""Make HTML safe, and lay out the content of an entry in one or more languages.

``safe_html``, ``absolute_url`` and ``clean_text`` are for what comes in; ``excerpt`` cuts a summary; ``content_html``
and ``summary_text`` are for what goes out.
"""

from __future__ import annotations

from feedsvc.content.bodies import BETWEEN, content_html, revision_notes, shown_languages, summary_text
from feedsvc.content.characters import XML_FORBIDDEN, clean_text
from feedsvc.content.excerpts import excerpt
from feedsvc.content.safety import absolute_url, pictures_left_out, safe_html

__all__ = [
    "BETWEEN",
    "XML_FORBIDDEN",
    "absolute_url",
    "clean_text",
    "content_html",
    "excerpt",
    "pictures_left_out",
    "revision_notes",
    "safe_html",
    "shown_languages",
    "summary_text",
]
