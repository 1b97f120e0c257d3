from __future__ import annotations

from dataclasses import replace

from drafts import draft
from fakelibrary import settings, text
from feedsvc.articles.categories import categories_of, unused_categories
from feedsvc.model.feed import Category

COPY = "Ferry sails again\n\nCategory: Boats\n\nROTTERDAM, May 26 -- The ferry sails again from the old quay.\n"


def _category(slug: str, title: str) -> Category:
    return Category(slug=slug, title=text(en=title), description=text(en=title))


def test_a_name_is_looked_for_in_the_categories_of_the_settings_at_hand() -> None:
    boats = replace(settings(), categories=(_category("boats", "Boats"),))
    ships = replace(settings(), categories=(_category("ships", "Boats"), _category("world", "World")))
    document = draft(COPY)
    for _ in range(2):
        assert categories_of([document], boats) == ("boats",)
        assert categories_of([document], ships) == ("ships",)
        assert not list(unused_categories([document], ships))
