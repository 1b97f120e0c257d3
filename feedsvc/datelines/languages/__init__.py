"""Register the languages that datelines are read in.

Order decides ties: a word that two languages share (an agency's name, "May") counts for the first of them. To add a
language, write its file of words and add its tag here; docs/datelines.md shows how.
"""

from __future__ import annotations

from feedsvc.datelines.languages.language import Language, read_language

TAGS = ("en", "zh", "ja", "ko", "de", "es", "fr", "pt", "it", "ru", "id", "tr", "nl", "ar")

LANGUAGES: tuple[Language, ...] = tuple(read_language(tag) for tag in TAGS)
