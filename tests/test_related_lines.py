"""See that a story that is held, withdrawn or killed is not told of by those that name it as related."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from feedsvc.web import make_app
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from newsroom import Newsroom

TITLE, TITLE_ZH = "Zanzibar under Water", "桑给巴尔被淹"
SECRET = ("zanzibar", "under water", "桑给巴尔", "\\u6851", "wherry")
HELD = {
    "embargo": "embargo: 2026-11-05 09:00 UTC",
    "hold": "hold: true",
    "draft": "draft: true",
    "withdrawal": "withdrawn: It was not so.",
    "kill": "killed: true",
}
WIRE = "Fog\n\nBy Ines Duarte\n\nLISBON, Oct 30 (Quay News) -- It came at dawn.\n\nRelated News\n{lines}\n"
FORMS = ("rss", "atom", "json")


def story(rest: str = "") -> str:
    titles = f"{{ en: {TITLE}, zh: {TITLE_ZH} }}"
    return f"---\ntitle: {titles}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\nA wherry.\n"


def naming(*lines: str) -> str:
    return WIRE.format(lines="\n".join(lines))


def shown(room: Newsroom) -> dict[str, str]:
    """Return all that the public is given, by address."""
    client = make_app(room.settings, room.store).test_client()
    pages = ["/articles/fog", "/en/articles/fog", "/articles/fog.json", "/", "/categories/world/", "/feeds/"]
    pages += ["/articles/fog/explain", "/articles/fog/explain.json", "/search?q=fog"]
    found = {path: client.get(path).get_data(as_text=True) for path in pages}
    feeds = [each.path for each in room.store.listings()]
    return found | {path: room.feed(path).decode() for path in feeds}


def told(room: Newsroom, *words: str) -> list[tuple[str, str]]:
    """Return (address, word) for each of *words* that the public can read."""
    return [(path, word) for path, body in shown(room).items() for word in words if word in body.lower()]


def kept(room: Newsroom, *words: str) -> list[str]:
    files = [path.read_bytes().lower() for path in (room.folder / "var").iterdir() if path.is_file()]
    return [word for word in words if any(word.encode() in content for content in files)]


def lines(room: Newsroom) -> list[tuple[str | None, dict[str, str]]]:
    """Return (address, title) of each related line on the page that names the story."""
    body = make_app(room.settings, room.store).test_client().get("/articles/fog.json").get_data()
    return [(each["href"], each["title"]) for each in json.loads(body)["related"]]


@pytest.fixture
def either(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    return newsroom


def test_a_line_that_names_no_article_is_the_documents_own_words(newsroom):
    newsroom.file("world/fog.txt", naming("Nowhere at All"))
    newsroom.publish()

    assert lines(newsroom) == [(None, {"und": "Nowhere at All"})]
    assert "published here yet" not in shown(newsroom)["/articles/fog"]


@pytest.mark.parametrize("mark", HELD)
@pytest.mark.parametrize(
    "line",
    [
        pytest.param(TITLE, id="title"),
        pytest.param(TITLE_ZH, id="other language"),
        pytest.param("ＺＡＮＺＩＢＡＲ  under water!", id="width and case"),
        pytest.param(f"[{TITLE}](https://other.example/x)", id="with an address"),
        pytest.param("[Earlier](https://quay.example/articles/zanzibar-under-water)", id="its own address"),
    ],
)
def test_a_line_that_names_what_is_held_is_shown_nowhere(newsroom, mark, line):
    newsroom.file("world/it.md", story())
    newsroom.publish()
    newsroom.file("world/it.md", story(HELD[mark]))
    newsroom.file("world/fog.txt", naming(line, "Nowhere"))
    newsroom.publish()

    assert lines(newsroom) == [(None, {"und": "Nowhere"})]
    withdrawn = {path for path, _ in told(newsroom, *SECRET)}
    assert {path for path in withdrawn if mark != "withdrawal" or not path.startswith("/feeds/")} == set()


@pytest.mark.parametrize("mark", HELD)
def test_a_line_whose_story_comes_held_is_shown_no_more_and_again_when_it_is_free(either, mark):
    either.file("world/fog.txt", naming(TITLE_ZH, "Nowhere"))
    either.publish()
    assert lines(either) == [(None, {"und": TITLE_ZH}), (None, {"und": "Nowhere"})]

    either.file("world/it.md", story(HELD[mark]))
    edition = either.publish()

    assert (edition.number, lines(either)) == (2, [(None, {"und": "Nowhere"})])
    assert told(either, *SECRET) == []

    either.file("world/it.md", story("revive: true" if mark == "kill" else ""))
    either.publish()
    either.publish()

    assert lines(either)[0] == (
        "https://quay.example/articles/zanzibar-under-water",
        {"en": TITLE, "zh": TITLE_ZH},
    )


def test_a_line_is_shown_again_when_its_held_story_is_thrown_away(newsroom):
    newsroom.file("world/fog.txt", naming(TITLE))
    held = newsroom.file("world/it.md", story(HELD["hold"]))
    newsroom.publish()
    assert lines(newsroom) == []

    held.unlink()
    newsroom.publish()

    assert lines(newsroom) == [(None, {"und": TITLE})]


def test_a_line_becomes_a_link_when_the_embargo_is_over(newsroom):
    newsroom.file("world/fog.txt", naming(TITLE))
    newsroom.file("world/it.md", story(HELD["embargo"]))
    newsroom.publish()
    newsroom.now += timedelta(days=5)

    newsroom.publish(among=[])

    assert [href for href, _ in lines(newsroom)] == ["https://quay.example/articles/zanzibar-under-water"]


def test_a_line_that_names_a_translation_that_is_held_is_not_shown(newsroom):
    newsroom.file("world/it.en.md", "---\ntitle: Salt\ndate: 2026-10-30\n---\n\nText.\n")
    newsroom.publish()
    newsroom.file("world/fog.txt", naming(TITLE_ZH, "Salt"))
    newsroom.file("world/it.zh.md", f"---\ntitle: {TITLE_ZH}\nembargo: true\n---\n\n水。\n")
    newsroom.publish()

    assert [title for _, title in lines(newsroom)] == [{"en": "Salt"}]


def test_a_title_that_another_article_has_too_leads_to_that(newsroom):
    newsroom.file("world/fog.txt", naming(TITLE))
    newsroom.file("world/it.md", story(HELD["kill"]))
    newsroom.file("science/other.md", f"---\ntitle: {TITLE}\ndate: 2026-10-29\n---\n\nAnother.\n")
    newsroom.publish()

    assert [title for _, title in lines(newsroom)] == [{"en": TITLE}]


MAIL = """\
From: Ines Duarte <ines@quay.example>
Subject: Fog
Date: Fri, 30 Oct 2026 09:00:00 +0000
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

LISBON, Oct 30 (Quay News) -- It came at dawn.

Related News
{lines}
"""
NAMING = {
    "wire, mailed": MAIL.format(lines=f"{TITLE_ZH}\nNowhere"),
    "wire": naming(TITLE, "Nowhere"),
    "wire, bulleted": naming(f"* {TITLE_ZH}", "* Nowhere"),
    "wire, GBK": naming(TITLE_ZH, "别处没有的故事").replace("It came at dawn.", "雾在黎明时到来。").encode("gb18030"),
    "Markdown": f"# Fog\n\nIt came.\n\n## Related News\n\n- {TITLE}\n- [Nowhere](https://other.example/)\n",
    "Markdown with an address": f"# Fog\n\nIt came.\n\n## See also\n\n- [{TITLE}](https://a.example/)\n- Nowhere\n",
    "YAML": f"---\ntitle: Fog\nrelated:\n  - {TITLE}\n  - Nowhere\n---\n\nIt came.\n",
    "YAML in a line": f"---\ntitle: Fog\nrelated: [Nowhere, '{TITLE}']\n---\n\nIt came.\n",
    "YAML table": f"---\ntitle: Fog\nrelated:\n  - title: {TITLE}\n    url: https://a.b/\n  - Nowhere\n---\n\nIt.\n",
    "TOML": f'+++\ntitle = "Fog"\nrelated = ["{TITLE}", "Nowhere"]\n+++\n\nIt came.\n',
    "TOML table": f'+++\ntitle = "Fog"\n[[related]]\ntitle = "{TITLE}"\n[[related]]\ntitle = "Nowhere"\n+++\n\nIt.\n',
    "YAML with escapes": f"---\ntitle: Fog\nrelated: [{json.dumps(TITLE_ZH)}, Nowhere]\n---\n\nIt came.\n",
    "TOML with escapes": f'+++\ntitle = "Fog"\nrelated = [{json.dumps(TITLE_ZH)}, "Nowhere"]\n+++\n\nIt came.\n',
}


@pytest.mark.parametrize("document", NAMING)
def test_a_killed_title_stays_nowhere_in_the_store(newsroom, document):
    content = NAMING[document]
    newsroom.file("world/it.md", story())
    newsroom.file("world/fog.md" if document[0] != "w" else "world/fog.txt", content)
    newsroom.publish()
    assert kept(newsroom, *SECRET)
    before = lines(newsroom)

    newsroom.file("world/it.md", story(HELD["kill"]))
    newsroom.publish()

    assert (kept(newsroom, *SECRET), told(newsroom, *SECRET)) == ([], [])
    left = lines(newsroom)
    assert len(left) == len(before) - 1
    assert all(each in before for each in left)
    # Nor does it come back when all is read again, or is there anything new in that.
    newsroom.configure(newsroom.main.replace("Quay News", "Pier News"))
    edition = newsroom.publish()
    assert (kept(newsroom, *SECRET), told(newsroom, *SECRET), edition.revised) == ([], [], 0)
    assert lines(newsroom) == left


@pytest.mark.parametrize("mark", ["hold", "kill"])
def test_a_site_of_files_is_built_anew_without_the_line(newsroom, mark):
    def built() -> list[str]:
        with Tree(newsroom.folder / "out") as tree:
            build(newsroom.settings, newsroom.store, tree, progress=str)
        files = [path for path in (newsroom.folder / "out").rglob("*") if path.suffix not in {".gz", ".br"}]
        texts = {
            path.parent.name: path.read_bytes().decode(errors="replace").lower() for path in files if path.is_file()
        }
        return sorted(name for name, body in texts.items() if any(word in body for word in SECRET))

    newsroom.file("world/fog.txt", naming(TITLE))
    newsroom.publish()
    assert "fog" in built()
    newsroom.file("world/it.md", story(HELD[mark]))
    newsroom.publish()

    assert built() == []


def test_a_killed_title_stays_in_no_former_version_of_what_named_it(newsroom):
    newsroom.file("world/it.md", story())
    for names in ((TITLE,), ("Nowhere",), ("Nowhere", "Elsewhere")):
        newsroom.file("world/fog.txt", naming(*names))
        newsroom.publish()
    assert kept(newsroom, *SECRET)

    newsroom.file("world/it.md", "KILL\n")
    newsroom.publish()

    assert kept(newsroom, *SECRET) == []


@pytest.mark.parametrize("rest", ["withdrawn: Not so.", "embargo: true"])
def test_a_killed_title_stays_in_nothing_that_is_itself_out_of_sight(newsroom, rest):
    newsroom.file("world/it.md", story())
    newsroom.file("world/fog.md", f"---\ntitle: Fog\nrelated: [{TITLE}]\n---\n\nIt came.\n")
    newsroom.publish()
    newsroom.file("world/fog.md", f"---\ntitle: Fog\n{rest}\nrelated: [{TITLE}]\n---\n\nIt came.\n")
    newsroom.file("world/new.md", f"---\ntitle: New\n{rest}\nrelated: [{TITLE}]\n---\n\nIt came.\n")
    newsroom.publish()

    newsroom.file("world/it.md", story(HELD["kill"]))
    newsroom.publish()

    assert kept(newsroom, *SECRET) == []


def test_former_titles_of_a_killed_story_are_not_shown_either(newsroom):
    newsroom.file("world/it.md", story())
    newsroom.publish()
    newsroom.file("world/it.md", story().replace(TITLE, "Island Flooded"))
    newsroom.publish()
    newsroom.file("world/it.md", "KILL\n")
    newsroom.file("world/fog.txt", naming(TITLE, "Island Flooded", "Nowhere"))
    newsroom.publish()

    assert lines(newsroom) == [(None, {"und": "Nowhere"})]


def test_copy_that_names_a_killed_story_later_is_not_kept_with_its_title(newsroom):
    newsroom.file("world/it.md", story(HELD["kill"]))
    newsroom.publish()
    newsroom.file("world/fog.txt", naming(TITLE, "Nowhere"))
    newsroom.publish()

    assert (kept(newsroom, *SECRET), lines(newsroom)) == ([], [(None, {"und": "Nowhere"})])


def test_mail_whose_coding_hides_the_title_is_not_kept(newsroom):
    newsroom.file("world/it.md", story())
    coded = MAIL.replace("8bit", "base64").format(lines="").partition("\n\n")
    body = base64.b64encode(naming(TITLE, "Nowhere").partition("\n\n")[2].encode()).decode()
    newsroom.file("world/fog.eml", f"{coded[0]}\n\n{body}\n")
    newsroom.publish()
    assert [title for _, title in lines(newsroom)] == [{"en": TITLE, "zh": TITLE_ZH}, {"und": "Nowhere"}]

    newsroom.file("world/it.md", story(HELD["kill"]))
    newsroom.publish()

    assert (lines(newsroom), kept(newsroom, *SECRET, body[-60:-8].lower())) == ([(None, {"und": "Nowhere"})], [])


def test_a_text_that_cannot_be_kept_without_the_title_is_not_kept(newsroom):
    newsroom.file("world/it.md", story())
    tagged = f"---\ntitle: Fog\nid: fog\ntags: [&t {TITLE}]\nrelated: [*t]\n---\n\nIt came.\n"
    newsroom.file("world/fog.en.md", tagged)
    newsroom.file("world/fog.zh.md", "---\ntitle: 雾\nid: fog\n---\n\n来了。\n")
    newsroom.publish()
    newsroom.file("world/it.md", story(HELD["kill"]))
    newsroom.publish()
    with newsroom.store.snapshot() as connection:
        texts = connection.execute(text("SELECT content FROM contents")).scalars().all()
    assert not any(b"Zanzibar" in each for each in texts)

    newsroom.file("world/fog.zh.md", "---\ntitle: 雾\nid: fog\n---\n\n又来了。\n")
    newsroom.publish(among=["world/fog.zh.md"])
    newsroom.publish()

    entry = newsroom.store.entry("fog")
    assert (entry.article.languages, "又来了" in str(entry.article.body), entry.article.wanted) == (
        ("en", "zh"),
        True,
        (),
    )


def test_no_more_than_a_hundred_related_lines_are_used_and_the_rest_is_told(newsroom):
    newsroom.file("world/fog.txt", naming(*(f"Story number {number}" for number in range(120))))

    edition = newsroom.publish()

    assert [title for _, title in lines(newsroom)] == [{"und": f"Story number {number}"} for number in range(100)]
    assert [str(each) for each in edition.problems] == [
        "world/fog.txt: names 120 related stories; the first 100 are used, the others are left out"
    ]
