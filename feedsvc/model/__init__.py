"""The values that pass through the house: one frozen type for each state.

Documents become drafts, drafts become articles, articles become entries, entries become feeds (docs/architecture.md).
True of every field: ``str`` is decoded and free of characters that XML 1.0 forbids (a draft, which is as found,
excepted); ``datetime`` is aware; collections are tuples; ``None`` means "the document does not say". Language
keys are BCP 47 tags. Standard library only.

Nothing is imported here, so that the dateline reader loads the dates and nothing else.
"""
