"""Register the languages that datelines are read in.

Order decides ties: a word that two languages share (an agency's name, "May") counts for the first of them. To add a
language, write its file and add it here; docs/datelines.md shows how.
"""

from __future__ import annotations

from feedsvc.datelines.languages import ar, de, en, es, fr, id, it, ja, ko, nl, pt, ru, tr, zh  # noqa: A004 -- ISO 639 says "id"
from feedsvc.datelines.languages.language import Language

LANGUAGES: tuple[Language, ...] = (
    en.LANGUAGE,
    zh.LANGUAGE,
    ja.LANGUAGE,
    ko.LANGUAGE,
    de.LANGUAGE,
    es.LANGUAGE,
    fr.LANGUAGE,
    pt.LANGUAGE,
    it.LANGUAGE,
    ru.LANGUAGE,
    id.LANGUAGE,
    tr.LANGUAGE,
    nl.LANGUAGE,
    ar.LANGUAGE,
)
