"""What becomes of articles when the settings say something else of their source, name it otherwise, or no longer."""

from __future__ import annotations

import json

import pytest

from newsroom import MAIN, Newsroom

NOTE = "---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\n{body}\n"


def note(title: str, *, rest: str = "") -> str:
    return NOTE.format(title=title, rest=rest, body=f"Text of {title.lower()}.")


def ids(room: Newsroom) -> dict[str, str]:
    return {item["title"]: item["id"] for item in json.loads(room.feed("/feeds/all.json"))["items"]}


@pytest.fixture
def renamed(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom whose source was called "desk" when it published, and is called "wire" now."""
    for title in ("Herons", "Wrens"):
        newsroom.file(f"world/{title}.md", note(title))
    newsroom.file("world/copy.md", note("Wrens"))
    newsroom.file("world/broken.md", "---\ntitle: [\n---\n\nText.\n")
    newsroom.publish()
    newsroom.configure(MAIN.replace('"desk"', '"wire"'))
    return newsroom


def test_articles_go_on_under_their_ids_in_a_source_that_is_named_otherwise(renamed):
    before = ids(renamed)

    problems = renamed.publish().problems

    assert ids(renamed) == before
    assert [(each.source, each.path) for each in problems] == [("wire", "world/broken.md")]


def test_a_document_edited_while_its_source_got_another_name_stays_the_same_article(renamed):
    before = ids(renamed)
    renamed.file("world/Herons.md", note("Herons") + "\nThey came back at dusk.\n")

    renamed.publish()

    assert ids(renamed) == before
    assert b"came back at dusk" in renamed.feed("/feeds/all.json")


@pytest.mark.parametrize(
    ("rest", "left"),
    [
        pytest.param("draft: true", {"Wrens"}, id="held"),
        pytest.param("tags: [birds]", {"Herons", "Wrens"}, id="edited"),
        pytest.param(None, {"Wrens"}, id="removed"),
    ],
)
def test_what_the_desk_does_afterwards_counts(renamed, rest, left):
    renamed.publish()
    renamed.publish()

    if rest is None:
        (renamed.articles / "world/Herons.md").unlink()
    else:
        renamed.file("world/Herons.md", note("Herons", rest=rest))
    problems = renamed.publish().problems

    assert set(ids(renamed)) == left
    assert [each.path for each in problems if each.severity == "rejected"] == ["world/broken.md"]


def test_the_last_of_several_copies_that_is_removed_takes_its_article_along(renamed):
    renamed.publish()

    for name in ("Wrens", "copy"):
        (renamed.articles / f"world/{name}.md").unlink()
    renamed.publish()

    assert set(ids(renamed)) == {"Herons"}


def test_what_came_from_a_source_that_is_no_longer_named_stays_published(newsroom):
    second = '\n[[sources]]\nname = "second"\nurl = "more"\ncategory = "world"\n'
    (newsroom.folder / "more").mkdir()
    (newsroom.folder / "more/gulls.md").write_text(note("Gulls"), encoding="utf-8")
    newsroom.configure(MAIN + second)
    newsroom.publish()
    newsroom.configure(MAIN)

    newsroom.publish()
    newsroom.publish()

    assert set(ids(newsroom)) == {"Gulls"}


def test_other_settings_count_for_a_source_that_could_not_be_listed_when_they_came(newsroom):
    newsroom.file("herons.md", note("Herons"))
    newsroom.publish()
    newsroom.configure(MAIN.replace('category = "general"', 'category = "science"'))
    away = newsroom.articles.rename(newsroom.folder / "away")
    newsroom.publish()

    away.rename(newsroom.articles)
    newsroom.publish()

    assert "Herons" in newsroom.feed("/feeds/science.json").decode()
    assert "Herons" not in newsroom.feed("/feeds/general.json").decode()


def test_a_document_that_was_away_when_its_source_got_another_name_goes_on_when_it_is_back(renamed):
    before = ids(renamed)
    herons = (renamed.articles / "world/Herons.md").rename(renamed.folder / "Herons.md")
    renamed.publish()

    herons.rename(renamed.articles / "world/Herons.md")
    renamed.publish()
    renamed.file("world/Herons.md", note("Herons", rest="draft: true"))
    renamed.publish()

    assert before.keys() == {"Herons", "Wrens"}
    assert set(ids(renamed)) == {"Wrens"}
