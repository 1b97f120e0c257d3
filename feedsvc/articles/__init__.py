"""Make articles of drafts: identity, languages, dates, holds, revisions, related stories."""
