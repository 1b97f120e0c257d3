from __future__ import annotations

import json
import shutil
from datetime import timedelta

import feedparser
import pytest

from feedsvc.model.dates import Timestamp
from feedsvc.publish.changed_feeds import FeedRenderer
from newsroom import MAIN, START, Newsroom, said

FORMS = ("rss", "atom", "json")


@pytest.fixture
def either(newsroom: Newsroom, store_url: str) -> Newsroom:
    """A newsroom with a store of each kind, for what stores do; the others are of what becomes of copy."""
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    return newsroom


def wire(title: str = "Gulls return to the old pier", *, body: str = "", dateline: str = "LISBON, Oct 30") -> str:
    return (
        f"{title}\n\nBy Ines Duarte\n\n{dateline} (Quay News) -- They came at dawn. {body}\n\nNobody was surprised.\n"
    )


def note(title: str, *, date: str = "2026-10-30 09:00 +00:00", rest: str = "", body: str = "Text of it.") -> str:
    return f"---\ntitle: {title}\ndate: {date}\n{rest}\n---\n\n{body}\n"


def items(room: Newsroom, path: str) -> list[tuple[str, str]]:
    """Return (id, title) of a feed's entries, in any of the three formats."""
    body = room.feed(path)
    if path.endswith(".json"):
        return [(item["id"], item["title"]) for item in json.loads(body)["items"]]
    parsed = feedparser.parse(body)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [(entry.id, entry.title) for entry in parsed.entries]


def titles(room: Newsroom, path: str = "/feeds/all.atom") -> list[str]:
    return [title for _, title in items(room, path)]


def the_id(room: Newsroom, path: str = "/feeds/all.atom") -> str:
    ((identity, _),) = items(room, path)
    return identity


def test_an_article_stands_in_every_feed_it_belongs_to_under_one_id(either):
    either.file("world/gulls.txt", wire())

    edition = either.publish()

    assert (edition.number, edition.articles, edition.published, edition.problems) == (1, 1, 1, ())
    ids = {items(either, f"/feeds/{category}.{form}")[0] for category in ("all", "world") for form in FORMS}
    assert ids == {(the_id(either), "Gulls return to the old pier")}
    assert the_id(either, "/feeds/world.en.rss") == f"{the_id(either)}/en"
    assert items(either, "/feeds/world.zh.rss") == []
    assert items(either, "/feeds/science.rss") == []


def test_a_second_pass_over_the_same_files_changes_nothing(either):
    either.file("world/gulls.txt", wire())
    either.file("world/tide.md", note("Tide"))
    first = either.publish()
    before = {each.path: either.store.ready(each.path) for each in either.store.listings()}

    second = either.publish()

    assert second == first
    assert {each.path: either.store.ready(each.path) for each in either.store.listings()} == before


def test_a_rebuild_from_an_empty_store_gives_the_same_bytes(either, tmp_path):
    either.file("world/gulls.txt", wire())
    either.file("science/tide.md", note("Tide", rest="related: [Gulls return to the old pier]"))
    either.publish()
    before = {each.path: either.feed(each.path) for each in either.store.listings()}

    either.environ["FEEDSVC_STORE_URL"] = f"sqlite:///{tmp_path}/other.db"
    either.close()
    either._store = None
    either.now = START
    either.publish()

    assert {each.path: either.feed(each.path) for each in either.store.listings()} == before


def recategorise(room: Newsroom) -> None:
    (room.articles / "science").mkdir()
    (room.articles / "world/gulls.txt").rename(room.articles / "science/gulls.txt")


def test_a_moved_document_leaves_its_old_category(newsroom):
    newsroom.file("world/gulls.txt", wire())
    newsroom.publish()

    recategorise(newsroom)
    newsroom.publish()

    assert titles(newsroom, "/feeds/science.rss") == ["Gulls return to the old pier"]
    assert titles(newsroom, "/feeds/world.rss") == []


def test_a_removed_document_is_gone_everywhere_and_leaves_a_tombstone(either):
    either.file("world/gulls.txt", wire())
    either.file("world/tide.md", note("Tide"))
    either.publish()
    (either.articles / "world/gulls.txt").unlink()

    edition = either.publish()

    assert (edition.articles, edition.removed) == (1, 1)
    assert titles(either) == titles(either, "/feeds/world.en.json") == ["Tide"]
    assert either.store.entry("gulls-return-to-the-old-pier") is None
    assert either.store.tombstone("gulls-return-to-the-old-pier") is not None
    assert b"deleted-entry" in either.feed("/feeds/world.atom")


def test_a_late_translation_is_new_in_its_own_language_alone(either):
    either.file("world/gulls.en.txt", wire())
    either.publish()
    english = either.store.ready("/feeds/world.en.rss")
    either.file("world/tide.md", note("Tide"))
    either.publish()
    either.file(
        "world/gulls.zh.txt", "海鸥回到旧码头\n\n码头新闻里斯本11月1日电 它们黎明时分到来。\n\n没有人感到惊讶。\n"
    )

    edition = either.publish()

    assert (edition.articles, edition.published, edition.revised) == (2, 0, 1)
    assert titles(either) == ["Tide", "Gulls return to the old pier / 海鸥回到旧码头"]
    (chinese,) = feedparser.parse(either.feed("/feeds/world.zh.atom")).entries
    assert (chinese.title, chinese.published[:10]) == ("海鸥回到旧码头", "2026-11-01")
    entries = {entry.title: entry for entry in feedparser.parse(either.feed("/feeds/world.en.rss")).entries}
    before = feedparser.parse(english.body).entries[0]
    assert entries[before.title].published == before.published
    assert entries[before.title].updated == before.updated


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            ("a.md", note("Salt road", rest="id: salt\nlanguage: en")),
            ("b.md", note("盐路", rest="id: salt\nlanguage: zh")),
            id="one id",
        ),
        pytest.param(
            ("a.md", note("Salt road")), ("b.md", note("盐路", rest="translation_of: a.md")), id="translation"
        ),
        pytest.param(
            ("b.md", note("盐路", rest="translation_of: a.md")), ("a.md", note("Salt road")), id="translation first"
        ),
        pytest.param(("a.en.md", note("Salt road")), ("a.zh.txt", "盐路\n\n正文在此。\n"), id="stem"),
        pytest.param(("a.md", note("Salt road")), ("a.zh.md", note("盐路")), id="plain stem"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_documents_in_two_languages_become_one_article(newsroom, first, second, later):
    newsroom.file(f"world/{first[0]}", first[1])
    if later:
        newsroom.publish()
    newsroom.file(f"world/{second[0]}", second[1])

    edition = newsroom.publish()

    assert (edition.articles, said(newsroom)) == (1, [])
    assert titles(newsroom) == ["Salt road / 盐路"]


def test_two_documents_of_one_language_and_id_are_not_one_article(newsroom):
    newsroom.file("world/a.md", note("Salt road", rest="id: salt"))
    newsroom.file("world/b.md", note("Salt sea", rest="id: salt"))

    newsroom.publish()

    assert titles(newsroom) == ["Salt road"]
    assert said(newsroom) == [
        "rejected: world/b.md: is the same article in the same language (en) as world/a.md",
    ]


def test_the_second_document_takes_the_place_of_the_first_when_that_is_removed(newsroom):
    newsroom.file("world/a.md", note("Salt road", rest="id: salt"))
    newsroom.file("world/b.md", note("Salt sea", rest="id: salt"))
    newsroom.publish()
    (newsroom.articles / "world/a.md").unlink()

    newsroom.publish()

    assert (titles(newsroom), said(newsroom)) == (["Salt sea"], [])


def test_related_lines_become_links_when_their_article_arrives(either):
    either.file("world/tide.txt", wire("Tide turns early") + "\nRelated News\nGulls return to the old pier!\nNowhere\n")
    either.publish()
    assert either.store.entry("tide-turns-early").unresolved == ("Gulls return to the old pier!", "Nowhere")

    either.file("science/gulls.txt", wire())
    either.publish()

    entry = either.store.entry("tide-turns-early")
    assert [link.href for link in entry.related] == ["https://quay.example/articles/gulls-return-to-the-old-pier"]
    assert entry.unresolved == ("Nowhere",)
    (parsed,) = [each for each in feedparser.parse(either.feed("/feeds/world.rss")).entries if "Tide" in each.title]
    assert parsed.link == "https://quay.example/articles/tide-turns-early"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(note("Budget", rest="draft: true"), id="draft"),
        pytest.param(note("Budget", rest="release: 2030-01-01 09:00 +00:00"), id="release"),
        pytest.param("EMBARGOED UNTIL 10:00\n\n" + wire(), id="embargo"),
        pytest.param("HOLD FOR RELEASE\n\n" + wire(), id="hold"),
        pytest.param("KILL\n\n" + wire(), id="kill"),
        pytest.param("撤稿\n\n" + wire(), id="Chinese kill"),
    ],
)
def test_held_copy_is_reported_and_never_published(newsroom, document):
    newsroom.file("world/held.md" if document.startswith("---") else "world/held.txt", document)
    newsroom.file("world/tide.md", note("Tide"))

    edition = newsroom.publish()

    assert titles(newsroom) == ["Tide"]
    assert [problem.severity for problem in edition.problems] == ["held"]


def test_a_release_in_front_matter_passes_when_its_time_has_come(newsroom):
    release = (START + timedelta(minutes=90)).strftime("%Y-%m-%d %H:%M +00:00")
    newsroom.file("world/budget.md", note("Budget", rest=f"release: {release}"))
    newsroom.publish()
    newsroom.publish()
    assert titles(newsroom) == []

    newsroom.publish()

    assert (titles(newsroom), said(newsroom)) == (["Budget"], [])


@pytest.mark.parametrize(
    ("release", "held"),
    [
        pytest.param("2026-11-01 12:00 +00:00", False, id="this very minute"),
        pytest.param("2026-11-01 12:01 +00:00", True, id="a minute ahead"),
        pytest.param("2026-11-01 20:00", False, id="the site's zone"),
        pytest.param("2026-11-01 20:01", True, id="the site's zone, a minute ahead"),
        pytest.param("2026-10-31", False, id="a day that is over"),
        pytest.param("2026-11-01", True, id="a day that is not"),
        pytest.param("2026-10-31 09:00 CST", True, id="ambiguous letters"),
        pytest.param("after 2026-10-31 09:00, if the council agrees", True, id="conditions"),
        pytest.param("soon", True, id="no date"),
        pytest.param("31/02/2026", True, id="no such day"),
    ],
)
def test_a_release_is_held_unless_it_is_wholly_understood_and_over(newsroom, release, held):
    newsroom.file("world/budget.md", note("Budget", rest=f"release: {release}"))

    newsroom.publish()

    assert titles(newsroom) == ([] if held else ["Budget"])


@pytest.mark.parametrize(
    "mark",
    [
        "EMBARGOED UNTIL 2026-10-30 09:00 GMT AT THE EARLIEST",
        "ADVANCE FOR RELEASE 2 March 2020",
        "拟于2026年10月1日发布",
    ],
)
def test_a_mark_in_wire_copy_that_is_not_wholly_understood_holds_for_good(newsroom, mark):
    newsroom.file("world/held.txt", f"{mark}\n\n{wire()}")

    newsroom.publish()

    assert titles(newsroom) == []


def test_what_a_mark_withdraws_never_waits(newsroom):
    for number in range(12):
        newsroom.file(f"world/story-{number}.md", note(f"Story {number}"))
    newsroom.publish()
    for number in range(12):
        newsroom.file(f"world/story-{number}.md", note(f"Story {number}", rest="withdrawn: Staged."))

    assert newsroom.publish().articles == 0


def test_a_pass_that_knows_what_changed_looks_at_nothing_else(either):
    for name in ("edited", "left", "gone", "out"):
        either.file(f"world/{name}.md", note(name.title(), body="Old."))
    either.publish()
    either.file("world/edited.md", note("Edited", body="New."))
    either.file("world/left.md", note("Left", body="New."))
    either.file("world/fresh.md", note("Fresh"))
    either.file("world/late.md", note("Late"))
    either.articles.joinpath("world/gone.md").unlink()
    either.articles.joinpath("world/out.md").unlink()

    edition = either.publish(among=["world/edited.md", "world/fresh.md", "world/gone.md", "world/never.md"])

    assert (edition.published, edition.revised, edition.removed) == (1, 1, 1)
    assert sorted(titles(either)) == ["Edited", "Fresh", "Left", "Out"]
    assert either.feed("/feeds/all.atom").count(b"New.") == 2  # content and summary of one
    edition = either.publish()
    assert (edition.published, edition.revised, edition.removed) == (1, 1, 1)


def test_a_folder_that_changed_is_looked_at_with_all_that_was_in_it(either):
    for number in range(4):
        either.file(f"world/{number}.md", note(f"Tide {number}"))
        either.file(f"world-news/{number}.md", note(f"Comet {number}"))
    either.publish()
    shutil.rmtree(either.articles / "world")
    shutil.rmtree(either.articles / "world-news")

    edition = either.publish(among=["world"])

    assert (edition.removed, edition.articles) == (4, 4)


def test_many_documents_gone_from_the_places_that_changed_are_kept_all_the_same(either):
    for number in range(20):
        either.file(f"world/{number}.md", note(f"Tide {number}"))
    either.publish()
    shutil.rmtree(either.articles / "world")

    assert either.publish(among=["world"]).articles == 20
    assert "20 of 20 documents of source desk are gone" in said(either)[0]
    either.file("science/a.md", note("Comet"))
    either.publish(among=["science/a.md"])
    assert "20 of 20 documents of source desk are gone" in said(either)[0]


def test_with_other_settings_a_pass_looks_at_everything(newsroom):
    newsroom.file("world/tide.md", note("Tide"))
    newsroom.publish()
    newsroom.configure(newsroom.main.replace("quay.example", "pier.example"))

    newsroom.publish(among=[])

    assert b"https://pier.example/articles/tide" in newsroom.feed("/feeds/all.atom")


def test_an_old_story_that_arrives_late_leads_the_feed(either):
    either.file("world/a.md", note("Newer", date="2026-10-30 09:00 +00:00"))
    either.file("world/b.md", note("Older", date="2026-10-28 09:00 +00:00"))
    either.publish()
    either.file("world/c.md", note("Oldest", date="2026-01-03 09:00 +00:00"))

    either.publish()

    assert titles(either) == ["Oldest", "Newer", "Older"]


def test_a_feed_keeps_to_its_bytes_by_summaries_before_it_drops_entries(newsroom):
    newsroom.configure(MAIN + "\n[feeds]\nmax_bytes = 30000\n")
    for number in range(12):
        newsroom.file(f"world/story-{number}.md", note(f"Story {number}", body="Long text. " * 600))

    newsroom.publish()

    assert len(newsroom.feed("/feeds/world.atom")) <= 30_000
    entries = feedparser.parse(newsroom.feed("/feeds/world.atom")).entries
    assert len(entries) == 12
    full = ["content" in entry for entry in entries]
    assert full == sorted(full, reverse=True)
    assert 0 < sum(full) < 12


def test_one_long_read_costs_the_others_nothing(newsroom):
    newsroom.configure(MAIN + "\n[feeds]\nmax_bytes = 30000\n")
    for number in range(5):
        newsroom.file(f"world/story-{number}.md", note(f"Story {number}"))
    newsroom.publish()
    newsroom.file("world/long.md", note("A long read", body="Long text. " * 6000))

    newsroom.publish()

    shown = {
        form: [
            (item["title"], "content_html" in item) for item in json.loads(newsroom.feed("/feeds/world.json"))["items"]
        ]
        if form == "json"
        else [
            (entry.title, "content" in entry)
            for entry in feedparser.parse(newsroom.feed(f"/feeds/world.{form}")).entries
        ]
        for form in FORMS
    }
    assert dict(shown["atom"]) == {"A long read": False, **{f"Story {number}": True for number in range(5)}}
    assert shown["rss"] == shown["atom"]


def test_every_format_holds_the_same_entries_when_bytes_are_short(newsroom):
    newsroom.configure(MAIN + "\n[feeds]\nmax_bytes = 10000\n")
    for number in range(105):  # all but five are in the archive too
        newsroom.file(f"world/story-{number}.md", note(f"Story {number}", body="Text. " * 200))

    newsroom.publish()

    counts = {len(items(newsroom, f"/feeds/world.{form}")) for form in FORMS}
    listed = {each.entries for each in newsroom.store.listings() if each.category == "world" and not each.language}
    assert counts == listed
    assert len(counts) == 1
    assert 5 < counts.pop() < 105


@pytest.mark.parametrize(
    "rest",
    [
        'related: [{title: Tide, url: "https://"}]',
        'related: [{title: Tide, url: "https://x.example:abc/"}]',
        'enclosures: [{url: "https://", type: audio/mpeg}]',
        'enclosures: [{url: "javascript:alert(1)", type: audio/mpeg}]',
    ],
)
def test_an_address_that_leads_nowhere_is_left_out_and_reported(newsroom, rest):
    newsroom.file("world/gulls.md", note("Gulls", rest=rest))

    newsroom.publish()

    assert titles(newsroom) == ["Gulls"]
    assert "is no web address; it is left out" in said(newsroom)[0]
    assert said(newsroom)[0].startswith("note: ")


def test_addresses_and_types_are_written_as_standards_ask(newsroom):
    media = '{url: "https://例子.测试/声音 1.mp3", type: mp3, length: 7}, '
    media += '{url: "https://quay.example/img/a b.jpg", type: \'image/<b>"x\'}'
    newsroom.file("world/gulls.md", note("Gulls", rest=f"enclosures: [{media}]"))

    newsroom.publish()

    assert [(each.url, each.media_type) for each in newsroom.store.entry("gulls").article.media] == [
        ("https://xn--fsqu00a.xn--0zwm56d/%E5%A3%B0%E9%9F%B3%201.mp3", "audio/mpeg"),
        ("https://quay.example/img/a%20b.jpg", "image/jpeg"),
    ]


def test_a_language_that_the_site_has_not_is_refused(newsroom):
    newsroom.file("world/mouettes.md", note("Les mouettes", rest="language: fr"))

    newsroom.publish()

    assert titles(newsroom) == []
    (told,) = said(newsroom)
    assert told == (
        "rejected: world/mouettes.md: language 'fr' is not one of the site's: en, zh; "
        "translate the copy, or add the language to site.languages"
    )


def test_two_authors_of_an_article_in_one_language_are_two(newsroom):
    newsroom.file("world/gulls.md", note("Gulls", rest="authors: [Ann Smith, 张三]"))

    newsroom.publish()

    assert [credit.name.items for credit in newsroom.store.entry("gulls").article.credits] == [
        (("en", "Ann Smith"),),
        (("en", "张三"),),
    ]


def test_a_feed_holds_its_limit_and_more_while_they_are_young_or_on_no_page(either):
    either.configure(MAIN + "\n[feeds]\nlimit = 3\n")
    for number in range(96):  # a page of the archive is full, and one entry is on none
        either.file(f"world/{number}.md", note(f"Older {number}", date="2026-08-01 09:00 +00:00"))
    for number in range(5):
        either.file(f"world/old-{number}.md", note(f"Old {number}", date=f"2026-09-0{number + 1} 09:00 +00:00"))
        either.file(f"science/new-{number}.md", note(f"New {number}", date=f"2026-11-01 0{number}:00 +00:00"))

    either.publish()

    assert titles(either, "/feeds/world.rss") == ["Old 4", "Old 3", "Old 2"]
    assert len(titles(either, "/feeds/science.rss")) == 5


def test_only_feeds_of_touched_categories_change(either):
    either.file("world/tide.md", note("Tide"))
    either.file("science/comet.md", note("Comet"))
    either.publish()
    science = either.store.ready("/feeds/science.rss")
    either.file("world/gulls.txt", wire())

    edition = either.publish()

    assert either.store.ready("/feeds/science.rss") == science
    assert not any(path.startswith("/feeds/science") for path in edition.changed)
    assert either.store.ready("/feeds/world.rss").last_modified == edition.made_at


@pytest.mark.parametrize(
    ("updated", "reason"),
    [
        pytest.param("2026-10-01 10:00", "lies before the date, 2026-10-30T09:00:00+00:00", id="before the date"),
        pytest.param("2199-11-01 10:00", "lies ahead", id="ahead"),
    ],
)
def test_an_update_that_cannot_be_is_reported(newsroom, updated, reason):
    newsroom.file("world/tide.md", note("Tide", rest=f"updated: {updated} UTC"))

    newsroom.publish()

    assert titles(newsroom, "/feeds/world.rss") == ["Tide"]
    (told,) = said(newsroom)
    instant = updated.replace(" ", "T")
    assert told == f"note: world/tide.md:4: the update '{updated} UTC', {instant}:00+00:00, {reason}; it is left out"


def test_a_category_that_nobody_knows_is_reported_and_the_folders_counts(newsroom):
    newsroom.file("world/tide.md", note("Tide", rest="categories: [Wrold]"))

    newsroom.publish()

    assert titles(newsroom, "/feeds/world.rss") == ["Tide"]
    assert said(newsroom) == ["note: world/tide.md:4: category 'Wrold' is not in categories.toml"]


def test_an_article_is_in_so_many_categories_and_further_ones_are_left_out_and_noted(newsroom):
    slugs = [f"desk-{number}" for number in range(1, 36)]
    with (newsroom.folder / "config/categories.toml").open("a", encoding="utf-8") as file:
        file.writelines(f'[{slug}]\ntitle = {{ en = "{slug}" }}\n' for slug in slugs)
    twice = "\n".join(f"  - {slug}" for slug in (*slugs[:32], *slugs))
    newsroom.file("world/tide.md", note("Tide", rest=f"categories:\n{twice}"))

    newsroom.publish()

    (article,) = newsroom.store.latest(category="all", language=None, limit=2)
    assert article.article.categories == tuple(slugs[:32])
    (told,) = said(newsroom)
    assert told == (
        "note: world/tide.md:69: names more than 32 categories; from 'desk-33' on they are left out; "
        "name the 32 that matter, and make tags of the others"
    )


def test_the_folder_of_a_translation_is_noted_if_it_would_be_one_category_too_many(newsroom):
    slugs = [f"desk-{number}" for number in range(1, 33)]
    with (newsroom.folder / "config/categories.toml").open("a", encoding="utf-8") as file:
        file.writelines(f'[{slug}]\ntitle = {{ en = "{slug}" }}\n' for slug in slugs)
    named = "\n".join(f"  - {slug}" for slug in slugs)
    newsroom.file("world/tide.en.md", note("Tide", rest=f"id: tide\ncategories:\n{named}"))
    newsroom.file("science/tide.zh.md", note("潮水", rest="id: tide"))

    newsroom.publish()

    (article,) = newsroom.store.latest(category="all", language=None, limit=2)
    assert article.article.categories == tuple(slugs)
    (told,) = said(newsroom)
    assert told == (
        "note: science/tide.zh.md: its folder 'science' is left out of the categories, for its article names 32; "
        "name fewer, or name 'science' first"
    )


def test_a_headline_without_text_is_published_and_noted(newsroom):
    newsroom.file("world/flash.txt", "Ferry sails\n")
    newsroom.publish()

    assert said(newsroom) == ["note: world/flash.txt: has a headline and no text; it is published as a headline alone"]
    assert newsroom.store.edition().articles == 1


def test_a_category_is_known_by_its_title_in_any_language(newsroom):
    newsroom.file("world/tide.md", note("Tide", rest="categories: [科学, General]"))

    newsroom.publish()

    assert newsroom.store.entry("tide").article.categories == ("science", "general")


def test_a_pass_that_fails_leaves_the_last_edition(either, monkeypatch):
    either.file("world/tide.md", note("Tide"))
    first = either.publish()
    either.file("world/gulls.txt", wire())
    monkeypatch.setattr(FeedRenderer, "render", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        either.publish()

    assert either.store.edition() == first
    assert either.store.entry("gulls-return-to-the-old-pier") is None


@pytest.mark.parametrize("key", ["id", "translation_of", "slug"])
@pytest.mark.parametrize("character", ["\\0", "\\ud800"])
def test_a_name_that_no_store_can_keep_rejects_its_document_and_stops_nothing_else(either, key, character):
    either.file("world/gulls.txt", wire())
    either.file("world/tide.md", note("Tide", rest=f'{key}: "a{character}b"'))

    edition = either.publish()

    assert edition.articles == 1
    assert said(either) == [f"rejected: world/tide.md:4: front matter: {key} must be a text without control characters"]


@pytest.mark.parametrize(
    "head",
    [
        "Source: Quayline News Agency | 2026-11-01 09:15:30 | Editor: Bob Low",
        "Source: Quayline\n2026-11-01 09:15:30\nEditor: Bob Low",
    ],
)
def test_a_time_printed_in_the_head_is_that_of_the_day_in_the_dateline(newsroom, head):
    newsroom.file(
        "ferry.txt", f"Ferry sails again\n\n{head}\n\nOSLO, Nov. 1 (Quayline) -- The ferry has sailed again.\n"
    )

    newsroom.publish()

    published = newsroom.store.entry("ferry-sails-again").article.versions[0].published
    assert (published.instant.isoformat(), published.precision) == ("2026-11-01T09:15:30+01:00", "second")


def _published(newsroom: Newsroom, slug: str) -> Timestamp:
    return newsroom.store.entry(slug).article.versions[0].published


def test_an_old_story_filed_with_those_of_the_day_leaves_them_their_times(newsroom):
    for city, day in (("Oslo", "Nov. 1"), ("Lisbon", "Nov. 1"), ("Bergen", "Oct. 12")):
        newsroom.file(
            f"{city}.txt", f"{city} sails\n\n{city.upper()}, {day} (Quayline) -- The ferry has sailed again.\n"
        )

    newsroom.publish()

    today, old = _published(newsroom, "oslo-sails"), _published(newsroom, "bergen-sails")
    assert (today.instant.isoformat(), today.confidence) == ("2026-11-01T12:00:00+01:00", "high")
    assert any("arrived on that day at 12:00" in step for step in today.evidence)
    assert (old.instant.isoformat(), old.confidence) == ("2026-10-12T12:00:00+02:00", "high")


def test_why_an_arrival_is_not_believed_is_said(newsroom):
    for city, day in (("Oslo", "Nov. 1"), ("Lisbon", "July 7"), ("Bergen", "March 12")):
        newsroom.file(
            f"{city}.txt", f"{city} sails\n\n{city.upper()}, {day} (Quayline) -- The ferry has sailed again.\n"
        )

    newsroom.publish()

    steps = _published(newsroom, "oslo-sails").evidence
    assert steps[-1] == (
        "No time of day is printed, and the copy came together with copy of quite other days, so its arrival is not "
        "believed; noon is taken."
    )
