"""Say what is searched, and what a question asks for: the same words on both sides, whatever store they are kept in.

``separated`` turns a text into words, ``article_words`` an article, ``ask`` what a person types.
"""

from __future__ import annotations

from feedsvc.search.articles import article_words
from feedsvc.search.form import form
from feedsvc.search.questions import Question, ask
from feedsvc.search.words import separated

__all__ = ["Question", "article_words", "ask", "form", "separated"]
