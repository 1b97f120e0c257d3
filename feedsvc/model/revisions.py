"""Hold what is known of each published version of an article, beside what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feedsvc.model.articles import Article

RevisionKind = Literal[
    "first", "correction", "update", "minor", "details", "withdrawn", "removed", "revived", "killed", "unknown"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Hold a document that a version was made of, and the digest of its bytes then."""

    source: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Hold how a version came about.

    kind: "details" changed no word of title or body; "removed" has no document any more that may be used; "unknown" was
          made by a feedsvc that did not note it.
    """

    kind: RevisionKind
    documents: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Hold one published version of an article.

    number:  from 1, in the order of publication.
    edition: that published it. made_at: when, None where that is not known.
    pruned:  its texts were forgotten, and only languages and dates are left in *article*.
    """

    number: int
    edition: int
    made_at: datetime | None
    making: Making
    article: Article
    pruned: bool = False
