"""The keys of front matter by what they mean: those of Hugo, Jekyll and Pelican, and their synonyms. Data only.

Keys are compared in lower case with "_" for "-" and blanks. A key that is not listed here is ignored: front matter
is full of a site's own keys (layout, permalink, weight), and none of them is news.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from feedsvc.model.draft import Role

Meaning = Literal[
    "title",
    "summary",
    "person",
    "publisher",
    "date",
    "updated",
    "release",
    "hold",
    "draft",
    "published",
    "kill",
    "withdrawn",
    "category",
    "tags",
    "slug",
    "id",
    "translation_of",
    "related",
    "enclosures",
    "language",
    "correction",
    "take",
    "minor",
    "revive",
    "kind",
    "note",
]

_LINES: Mapping[Meaning, str] = {
    "title": "title headline",
    # In this order: the first that a language has is its summary.
    "summary": "summary excerpt abstract standfirst deck dek description",
    "person": """
        author authors byline by editor editors edited_by translator translators translated_by
        photographer photographers photo_by photos_by
    """,
    "publisher": "publisher source agency publication",
    "date": "date published_at date_published pubdate pub_date datetime time",
    "updated": """
        updated lastmod last_mod lastmodified last_modified last_modified_at modified modified_at date_modified
        date_updated updated_at
    """,
    "release": """
        release release_at release_date release_time embargo embargo_until embargo_date embargoed embargoed_until
        publishdate publish_date publish_at publish_on not_before hold_until
    """,
    "hold": "hold on_hold hold_for_release",
    "draft": "draft",
    "published": "published",
    "kill": "kill killed",
    "withdrawn": "withdraw withdrawn retracted",
    "category": "category categories",
    "tags": "tag tags keyword keywords",
    "slug": "slug",
    "id": "id guid article_id",
    "translation_of": "translation_of translationof translates",
    "related": "related related_news related_links related_posts related_articles related_stories see_also",
    "enclosures": "enclosure enclosures attachment attachments",
    "language": "language lang locale",
    "correction": "correction corrected",
    "take": "take",
    "minor": "minor",
    "revive": "revive",
    "kind": "kind",
    "note": "subtitle subheading note notes editor_note editors_note",
}
MEANINGS: Mapping[str, Meaning] = {key: meaning for meaning, keys in _LINES.items() for key in keys.split()}
SUMMARIES = tuple(_LINES["summary"].split())
DATES = tuple(_LINES["date"].split())
# "title_zh", "title-zh-Hant", "summary_en": two letters, so that "author_url" is no author in a language.
IN_A_LANGUAGE = re.compile(
    r"(?P<key>title|headline|summary|excerpt|abstract|standfirst|deck|dek|description|authors?|editors?|translators?|byline)"
    r"_(?P<language>[a-z]{2}(?:_[a-z0-9]{2,8}){0,2})"
)
NOT_LANGUAGES = frozenset({"author_id", "authors_id", "editor_id", "editors_id"})
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def role_of(key: str) -> Role:
    """Return the role of the people that *key* names."""
    roles: Mapping[str, Role] = {"edit": "editor", "tran": "translator", "phot": "photographer"}
    return roles.get(key[:4], "author")


def language_tag(text: str) -> str:
    """Return a language tag in its usual spelling: "zh-Hans-CN" for "ZH_hans_cn".

    source: RFC 5646, section 2.1.1.
    """
    first, *others = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *(_subtag(each) for each in others)])


def _subtag(text: str) -> str:
    return {2: text.upper(), 4: text.title()}.get(len(text), text.lower())


SHORTEST = 5  # of known keys: shorter ones are like too many words
# Whoever meant one of these means copy not to be seen: it is held, whatever else the value says.
HOLDING: frozenset[Meaning] = frozenset({"release", "hold", "draft", "kill", "withdrawn"})


@lru_cache(maxsize=1024)  # a site's own keys stand in every one of its documents
def meant(key: str) -> str | None:
    """Return the known key that *key*, in our spelling, is one slip away from; of several, one that holds copy."""
    near = [known for known in MEANINGS if len(known) >= SHORTEST and is_near(key, known)]
    return min(near, key=lambda known: (MEANINGS[known] not in HOLDING, known), default=None)


def is_near(one: str, other: str) -> bool:
    """Return whether one change of a letter, or of two neighbours for each other, makes *other* of *one*."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, its = one[first:], other[first:]
    return rest[1:] == its[1:] or rest[1:] == its or rest == its[1:] or (rest[1::-1], rest[2:]) == (its[:2], its[2:])
