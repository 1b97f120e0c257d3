"""Tell of documents and articles: what one would become and why, and what one was before."""
