"""What is known of every version that was published, and what changed from one to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from test_desk_changes import note

from feedsvc.cli import main
from feedsvc.inspect.version_history import Piece, compare, find_history, paragraphs
from feedsvc.stores import schema
from newsroom import START, Newsroom

DATED = "date: 2026-10-30 09:00 +00:00"
TITLE = "{ en: Ferry sails, zh: 渡轮启航 }"
ID = "tag:quay.example,2026-01-01:y3n2d76k5jlpkewint5c"


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    return newsroom


def publish(
    room: Newsroom, *, rest: str = "", body: str = "It leaves at ten.\n\n十点开船。", title: str = TITLE
) -> str:
    """Publish the ferry as it is said to be, and return the digest of its document."""
    text = note(title, rest=f"{DATED}\n{rest}", body=body)
    room.file("world/ferry.md", text)
    room.publish()
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def run(room: Newsroom, *arguments: str) -> Result:
    environ = {"FEEDSVC_CONFIG": str(room.folder / "config"), **room.environ}
    return CliRunner().invoke(main, ["history", *arguments], env=environ)


def kinds(room: Newsroom, subject: str = ID) -> list[str]:
    return [each.making.kind for each in find_history(room.store, room.settings, subject)]


@pytest.fixture(scope="module")
def original(base: Newsroom) -> Newsroom:
    publish(base)
    publish(base, rest="correction: It leaves at nine.", body="It leaves at nine.\n\nBring a coat.\n\n九点开船。")
    publish(base, rest="categories: [science]\nauthor: Ada Quill", body="It leaves at nine.\n\n九点开船。")
    base.close()
    return base


@pytest.fixture
def ferry(original: Newsroom, copied: Callable[[Newsroom], Newsroom]) -> Newsroom:
    """A ferry in three versions."""
    return copied(original)


def test_a_history_tells_number_time_edition_kind_note_changes_digest_and_document(room):
    first = publish(room)
    second = publish(
        room,
        rest="correction: It leaves at nine.\ncategories: [world, science]\nauthor: Ada Quill",
        title="{ en: Ferry sails early, zh: 渡轮启航 }",
        body="It leaves at nine.\n\nBring a coat.\n\n九点开船。",
    )

    result = run(room, ID)

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        ID,
        "ferry-sails: live, 2 versions",
        "",
        "1  2026-11-01 12:00:00Z  edition 1  first",
        "   title (en): 'Ferry sails'",
        "   title (zh): '渡轮启航'",
        f"   desk: world/ferry.md  {first}",
        "",
        "2  2026-11-01 13:00:00Z  edition 2  correction",
        "   note (en): It leaves at nine.",
        "   title (en): 'Ferry sails' became 'Ferry sails early'",
        "   text (en): 1 paragraph added, 1 paragraph changed",
        "   summary (en): changed",
        "   text (zh): 1 paragraph changed",
        "   summary (zh): changed",
        "   byline: +Ada Quill (author)",
        "   categories: +science",
        f"   desk: world/ferry.md  {second}",
    ]


def test_the_kind_says_what_a_revision_was(room):
    publish(room)
    for rest in (
        "correction: It leaves at nine.",
        "tags: [sea]",
        "minor: true\n#",
        "withdrawn: It sank.",
        "",
        "draft: true",
    ):
        publish(room, rest=rest, body=f"It leaves. {'Sharp.' if rest.endswith('#') else ''}\n\n开船。")
    publish(room, body="It leaves soon.\n\n开船。")

    assert kinds(room) == ["first", "correction", "details", "minor", "withdrawn", "revived", "removed", "revived"]


@pytest.mark.parametrize("subject", [ID, "ferry-sails", "https://quay.example/articles/ferry-sails", "world/ferry.md"])
def test_an_article_is_found_by_id_slug_address_and_document(ferry, subject):
    assert kinds(ferry, subject) == ["first", "correction", "update"]


def test_an_article_is_found_by_the_file_of_its_document_also_when_that_is_gone(ferry):
    file = ferry.articles / "world/ferry.md"
    file.unlink()
    ferry.publish()

    assert kinds(ferry, str(file)) == ["first", "correction", "update", "removed"]


def test_two_versions_are_compared_word_by_word_in_each_language(ferry):
    result = run(ferry, "ferry-sails", "--compare", "1", "2")

    assert result.output.splitlines() == [
        "text (en): 1 paragraph added, 1 paragraph changed",
        "summary (en): changed",
        "text (zh): 1 paragraph changed",
        "summary (zh): changed",
        "",
        "[en]",
        "  … 1 unchanged",
        "~ It leaves at [-ten-]{+nine+}.",
        "+ Bring a coat.",
        "",
        "[zh]",
        "  … 1 unchanged",
        "~ [-十-]{+九+}点开船。",
    ]
    fields = json.loads(run(ferry, "ferry-sails", "--diff", "2", "3", "--json").output)
    gone = {"change": "removed", "before": "Bring a coat.", "after": "", "marked": "[-Bring a coat.-]"}
    assert (fields["from"], fields["to"], fields["texts"]) == (2, 3, {"en": [gone], "zh": []})


def test_a_history_is_one_object_for_programs(ferry):
    found = json.loads(run(ferry, ID, "--json").output)

    assert [each["kind"] for each in found["versions"]] == ["first", "correction", "update"]
    assert found["versions"][1]["made_at"] == (START + timedelta(hours=1)).isoformat()
    assert found["versions"][2]["documents"][0]["path"] == "world/ferry.md"


def test_of_a_killed_article_only_the_id_and_the_times_are_told_and_kept(ferry):
    ferry.file("world/ferry.md", "KILL\n")
    ferry.publish()

    told = [
        ID,
        "killed 2026-11-01 15:00:00Z",
        *(f"published ({language}): 2026-10-30T09:00:00+00:00" for language in ("en", "zh")),
    ]
    for subject in (ID, "ferry-sails", "world/ferry.md"):
        lines = [line for line in run(ferry, subject).output.splitlines() if not line.startswith("updated")]
        assert sorted(lines) == sorted(told)
    assert run(ferry, ID, "--compare", "1", "2").exit_code == 2
    with ferry.store.snapshot() as connection:
        assert connection.execute(schema.revisions.select()).all() == []
        (row,) = connection.execute(schema.articles.select()).all()
        assert (row.making, b"nine" in row.data) == (b'{"kind":"killed","documents":[]}', False)

    publish(ferry, rest="revive: true")
    assert kinds(ferry) == ["killed", "revived"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["ferry-sials"], "did you mean ferry-sails?", id="misspelt"),
        pytest.param(["ferry"], "did you mean ferry-sails?", id="in part"),
        pytest.param(["zzz"], "feedsvc check lists all documents", id="like nothing"),
        pytest.param(["ferry-sails", "--compare", "1", "9"], "there is no version 9; the last is 3", id="no version"),
    ],
)
def test_what_is_not_there_is_said_in_one_line_with_what_is_near(ferry, arguments, said):
    result = run(ferry, *arguments)

    assert (result.exit_code, said in result.stderr, result.stderr.count("\n"), result.stdout) == (2, True, 1, "")


def test_versions_whose_making_was_not_noted_are_of_an_unknown_kind(store_url, newsroom):
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    for body in ("It leaves at ten.", "It leaves at nine.", "It leaves."):
        publish(newsroom, body=body, title="Ferry sails")
    with newsroom.store.transaction() as connection:
        for table in (schema.articles, schema.revisions):
            connection.execute(table.update().values(making=None))

    history = find_history(newsroom.store, newsroom.settings, ID)

    hours = [START + timedelta(hours=number) for number in range(3)]
    assert [(each.made_at, each.making.kind) for each in history] == list(
        zip(hours, ("first", "unknown", "unknown"), strict=True)
    )


def test_paragraphs_are_the_blocks_of_html_as_plain_text():
    html = "<p>One <em>and</em> two &amp; three</p>\n<ul><li>Four</li><li>Five<br>six</li></ul><h2> </h2>"

    assert paragraphs(html) == ["One and two & three", "Four", "Five", "six"]


def test_texts_are_compared_paragraph_by_paragraph():
    found = compare(["One.", "Two.", "Three."], ["One.", "Too.", "Three.", "Four."])

    assert [(piece.change, piece.marked) for piece in found] == [
        ("same", "One."),
        ("changed", "[-Two-]{+Too+}."),
        ("same", "Three."),
        ("added", "{+Four.+}"),
    ]
    assert Piece(change="changed", before="a " * 5000, after="b").marked == f"[-{'a ' * 5000}-]{{+b+}}"
