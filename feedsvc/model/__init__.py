"""Hold the values that pass through the house: one frozen type for each state.

Documents become drafts, drafts become articles, articles become entries, entries become feeds (docs/design.md,
section 2). True of every field: ``str`` is decoded and free of characters that XML 1.0 forbids (a draft, which
is as found, excepted); ``datetime`` is aware; collections are tuples; ``None`` means "the document does not say".
Language keys are BCP 47 tags. Standard library only.
"""

from __future__ import annotations

from feedsvc.model.articles import (
    Article,
    Credit,
    Entry,
    Media,
    RelatedLink,
    State,
    Text,
    Version,
    WantedLink,
)
from feedsvc.model.dates import (
    Confidence,
    Dateline,
    Evidence,
    Inferred,
    Place,
    Precision,
    Span,
    Timestamp,
)
from feedsvc.model.documents import (
    Document,
    KnownDocument,
    Problem,
    Severity,
    Unchanged,
)
from feedsvc.model.drafts import (
    Arrived,
    Byline,
    Draft,
    Enclosure,
    Excerpt,
    Hold,
    HoldKind,
    Kind,
    Paragraph,
    RelatedLine,
    Role,
    StatedDate,
    Take,
)
from feedsvc.model.feeds import (
    Alternate,
    Category,
    Edition,
    Feed,
    FeedListing,
    ReadyFeed,
    Tombstone,
)

__all__ = [
    "Alternate",
    "Arrived",
    "Article",
    "Byline",
    "Category",
    "Confidence",
    "Credit",
    "Dateline",
    "Document",
    "Draft",
    "Edition",
    "Enclosure",
    "Entry",
    "Evidence",
    "Excerpt",
    "Feed",
    "FeedListing",
    "Hold",
    "HoldKind",
    "Inferred",
    "Kind",
    "KnownDocument",
    "Media",
    "Paragraph",
    "Place",
    "Precision",
    "Problem",
    "ReadyFeed",
    "RelatedLine",
    "RelatedLink",
    "Role",
    "Severity",
    "Span",
    "State",
    "StatedDate",
    "Take",
    "Text",
    "Timestamp",
    "Tombstone",
    "Unchanged",
    "Version",
    "WantedLink",
]
