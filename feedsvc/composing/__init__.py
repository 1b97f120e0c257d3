"""Compose articles from drafts: languages, dates, credits, holds, links, and what a pass asks of them."""
