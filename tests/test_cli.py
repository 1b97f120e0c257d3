"""The commands, run as an operator runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedsvc.model.document import NO_COPY
from newsroom import MAIN, Newsroom
from service import environment, feedsvc, feedsvc_alone

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
STORY = """Lantern boats light the river

河上灯船点亮夜晚

Quay News
Editor: Lin Xiaozhou

By Ines Duarte

LISBON, May 26 (Quay News) -- The boats came in 2025 for the first time.

They will come again by 2030.

Related News
Gulls return to the old pier
https://quay.example/elsewhere
"""


def explained(room: Newsroom, *arguments: str) -> dict[str, object]:
    done = feedsvc(room.folder, "explain", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_explain_gives_every_field_of_a_document(newsroom):
    path = newsroom.file("world/boats.txt", STORY, arrival=datetime(2026, 11, 1, tzinfo=UTC))

    found = explained(newsroom, str(path))

    assert {key: found[key] for key in ("title", "publisher", "editor", "authors", "categories", "languages")} == {
        "title": {"en": "Lantern boats light the river", "zh": "河上灯船点亮夜晚"},
        "publisher": "Quay News",
        "editor": "Lin Xiaozhou",
        "authors": [{"en": "Ines Duarte"}],
        "categories": ["world"],
        "languages": ["en", "zh"],
    }
    assert found["paragraphs"] == {"en": 2}
    assert found["dateline"]["places"] == ["Lisbon"]
    assert (found["dateline"]["month"], found["dateline"]["day"], found["dateline"]["year"]) == (5, 26, None)
    published = found["published"]
    assert published["instant"] == "2025-05-26T12:00:00+01:00"
    assert (published["precision"], published["provenance"]) == ("day", "dateline")
    assert published["inferred"] == ["time", "year", "zone"]
    assert any("2025" in step for step in published["evidence"])
    assert found["updated"]["instant"] == published["instant"]
    assert found["related"] == [
        {"title": "Gulls return to the old pier", "url": None},
        {"title": "", "url": "https://quay.example/elsewhere"},
    ]
    assert found["problems"] == []


def test_explain_works_on_a_path_outside_every_source_and_opens_no_store(newsroom, tmp_path):
    outside = tmp_path / "elsewhere" / "boats.txt"
    outside.parent.mkdir()
    outside.write_text(STORY, encoding="utf-8")

    found = explained(newsroom, str(outside))

    assert found["categories"] == ["general"]
    assert not (newsroom.folder / "var").exists()


def test_explain_says_the_same_of_a_document_that_the_feeds_say(newsroom):
    newsroom.file("world/boats.txt", STORY)
    newsroom.publish()
    article = newsroom.store.entry("lantern-boats-light-the-river").article

    by_path = explained(newsroom, str(newsroom.articles / "world/boats.txt"))
    by_slug = explained(newsroom, "lantern-boats-light-the-river")
    by_id = explained(newsroom, article.id)

    assert by_path == by_slug == by_id, (by_path, by_slug)
    assert by_path["id"] == article.id
    assert by_path["published"]["instant"] == article.versions[0].published.instant.isoformat()


def test_explain_says_of_a_copied_tree_what_the_feeds_say_of_it(newsroom):
    for city, day in (("Oslo", "Oct. 31"), ("Lisbon", "July 7"), ("Bergen", "March 12")):
        newsroom.file(
            f"{city}.txt", f"{city} sails\n\n{city.upper()}, {day} (Quayline) -- The ferry has sailed again.\n"
        )
    newsroom.publish()

    by_path, by_slug = explained(newsroom, "articles/Oslo.txt"), explained(newsroom, "oslo-sails")

    assert by_path == by_slug, (by_path, by_slug)
    assert by_path["published"]["confidence"] == "low"
    checked = feedsvc(newsroom.folder, "check", "articles/Oslo.txt").stdout
    assert "2026-10-31T12:00:00+01:00" in checked


def test_explain_says_of_an_edited_document_what_the_next_pass_will_publish(newsroom):
    text = "Oslo sails\n\nOSLO, Oct. 31 (Quayline) -- The ferry has sailed again.\n"
    newsroom.file("oslo.txt", text)
    newsroom.publish()
    before = explained(newsroom, "articles/oslo.txt")
    newsroom.file("oslo.txt", text + "\nIt will sail every day.\n", arrival=newsroom.now + timedelta(days=9))

    edited = explained(newsroom, "articles/oslo.txt")
    newsroom.now += timedelta(days=10)
    newsroom.publish()
    after, by_slug = explained(newsroom, "articles/oslo.txt"), explained(newsroom, "oslo-sails")

    assert before["published"]["instant"] == "2026-10-31T23:59:00+01:00"
    assert edited["published"] == before["published"] == after["published"]
    assert after == by_slug
    assert after["updated"]["instant"] > after["published"]["instant"]


def test_explain_of_a_published_article_tells_what_is_published_although_its_file_is_gone(newsroom):
    path = newsroom.file("world/boats.txt", STORY)
    newsroom.publish()
    path.unlink()
    newsroom.publish()

    done = feedsvc(newsroom.folder, "explain", "https://quay.example/articles/lantern-boats-light-the-river")

    assert "Withdrawn: its documents are gone or held back" in done.stdout
    assert "The body names the year 2025" in done.stdout


def test_explain_in_words_tells_the_steps(newsroom):
    path = newsroom.file("world/boats.txt", STORY)

    done = feedsvc_alone(newsroom.folder, "explain", str(path))

    assert "Title (zh): 河上灯船点亮夜晚" in done.stdout
    assert "prints no year" in done.stdout


def test_check_and_explain_know_what_was_killed_and_what_is_another_story(newsroom):
    path = newsroom.file("world/boats.txt", STORY)
    newsroom.publish()
    newsroom.file("world/boats.txt", f"KILL\n\n{STORY}")
    newsroom.publish()
    newsroom.file("world/boats.txt", STORY)

    checked = feedsvc(newsroom.folder, "check")
    explanation = feedsvc(newsroom.folder, "explain", str(path))
    newsroom.file(
        "world/boats.txt", STORY.replace("Lantern boats", "Gulls").replace("May", "June").replace("came", "flew")
    )
    another = feedsvc(newsroom.folder, "check")

    held = "held: world/boats.txt: its article was killed and stays out; `revive: true`"
    assert checked.stdout.startswith(held)
    assert "\n0 articles, 0 documents rejected, 1 held; dates" in checked.stdout
    assert "Held: world/boats.txt: its article was killed" in explanation.stdout
    assert "\n1 article" in another.stdout


def test_check_goes_on_without_the_store_and_says_what_it_cannot_know(newsroom):
    newsroom.file("world/boats.txt", STORY)
    newsroom.publish()
    newsroom.close()
    (newsroom.folder / "var/feedsvc.db").write_bytes(b"no SQLite at all" * 1000)
    newsroom._store = None

    done = feedsvc(newsroom.folder, "check")

    assert (done.returncode, "1 article, 0 documents rejected, 0 held; dates" in done.stdout) == (0, True)
    assert (
        "note: (store): the store cannot be read, so it is not known when these arrived or whether any was killed: "
        in done.stdout
    )


def test_explain_of_nothing_says_so(newsroom):
    done = feedsvc(newsroom.folder, "explain", "no-such-thing")

    assert done.returncode == 2
    assert "no-such-thing: there is no such file, and no published article has this id or slug" in done.stderr


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared article is not beside this checkout")
@pytest.mark.parametrize(
    ("header", "folder", "arrival", "instant"),
    [
        pytest.param(
            "", "world", datetime(2026, 11, 22, tzinfo=UTC), "2017-05-26T12:00:00+08:00", id="year in the text"
        ),
        pytest.param("Time 2016-05-26\n", "world", datetime(2026, 11, 22, tzinfo=UTC), "2016-05-26", id="header"),
        pytest.param("", "2015-05/26", datetime(2026, 11, 22, tzinfo=UTC), "2015-05-26", id="folder"),
        pytest.param("", "world", datetime(2018, 5, 27, tzinfo=UTC), "2018-05-26", id="arrival"),
    ],
)
def test_the_real_article_gets_its_year_from_the_strongest_evidence(newsroom, header, folder, arrival, instant):
    (seed,) = SEEDS.glob("*.txt")
    text = seed.read_text(encoding="utf-8")
    publisher = text.splitlines()[4]
    path = newsroom.file(f"{folder}/seed.txt", text.replace(publisher, f"{header}{publisher}", 1), arrival=arrival)

    found = explained(newsroom, str(path))

    assert found["published"]["instant"].startswith(instant)
    assert found["paragraphs"] == {"en": 15}
    assert found["problems"] == found["related"] == []
    assert (found["dateline"]["places"], found["dateline"]["agency"]) == (["Beijing"], "China Military Online")


@pytest.mark.parametrize("subject", ["x" * 5000, "no-such-thing", ""])
def test_explain_of_nothing_makes_no_store(newsroom, subject):
    done = feedsvc(newsroom.folder, "explain", subject)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (newsroom.folder / "var").exists()


def test_explain_of_a_folder_says_what_to_run_instead(newsroom):
    done = feedsvc(newsroom.folder, "explain", "articles")

    assert done.returncode == 2
    assert "articles: is a folder; for all of its documents run: feedsvc check articles" in done.stderr


def test_a_file_whose_name_is_no_text_is_explained_all_the_same(newsroom):
    path = os.fsencode(newsroom.folder) + b"/b\xff.txt"
    Path(os.fsdecode(path)).write_text(STORY, encoding="utf-8")

    done = subprocess.run(
        [os.fsencode(sys.executable), b"-m", b"feedsvc", b"explain", b"--json", path],
        cwd=newsroom.folder,
        env=environment(newsroom.folder),
        capture_output=True,
        check=False,
    )

    assert (done.returncode, json.loads(done.stdout)["title"]["zh"]) == (0, "河上灯船点亮夜晚")


def test_check_counts_a_source_that_is_not_there_apart_from_documents(newsroom):
    newsroom.articles.rmdir()

    done = feedsvc(newsroom.folder, "check")

    assert (done.returncode, "\n0 articles, 0 documents rejected, 0 held, 1 source not read; dates" in done.stdout) == (
        1,
        True,
    )


def test_check_names_files_of_one_kind_that_are_no_copy_in_one_line(newsroom):
    for name in ("a.json", "b.json"):
        newsroom.file(f"world/{name}", f'{{"name": "{name}"}}')

    done = feedsvc(newsroom.folder, "check")

    told = f"rejected: world/a.json:1: is a JSON file{NO_COPY} (and in 1 other document)"
    assert done.stdout.splitlines()[0] == told
    assert "\n0 articles, 2 documents rejected" in done.stdout


def test_check_names_the_keys_that_are_ignored_in_one_line(newsroom):
    newsroom.file("world/boats.md", "---\ntitle: Boats\nweight: 1\ntoc: true\n---\n\nThey came.\n")
    newsroom.file(
        "world/gulls.md", "---\ntitle: Gulls\nWeight: 2\ncover: gull.png\ncover_alt: Gull\n---\n\nThey came.\n"
    )

    done = feedsvc(newsroom.folder, "check")

    assert "\nignored keys of front matter: weight (2 documents), toc (1 document)\n" in done.stdout


def test_check_names_the_languages_in_which_pages_have_no_words(newsroom):
    newsroom.configure(MAIN.replace('languages = ["en", "zh"]', 'languages = ["en", "zh", "zh-HK", "pt-BR", "nl"]'))

    done = feedsvc(newsroom.folder, "check")

    told = [line.partition(" yet, ")[0] for line in done.stdout.splitlines() if "no words" in line]
    assert told == ["config/feedsvc.toml: site.languages: pages have no words in 'nl'"]


def test_check_names_what_is_wrong_with_path_and_line_and_publishes_nothing(newsroom):
    newsroom.file("world/boats.txt", STORY)
    newsroom.file("world/broken.md", "---\ntitle: [\n---\nText\n")

    done = feedsvc_alone(newsroom.folder, "check")

    assert done.returncode == 1
    assert "rejected: world/broken.md:" in done.stdout
    assert "1 article, 1 document rejected, 0 held; dates by confidence: 0 high, 0 medium, 2 low" in done.stdout
    assert not (newsroom.folder / "var").exists()


def test_check_in_json_gives_one_object_an_article(newsroom):
    newsroom.file("world/boats.txt", STORY)

    done = feedsvc(newsroom.folder, "check", "--json")

    (line,) = done.stdout.splitlines()
    assert json.loads(line)["published"]["confidence"] == "low"


def test_the_paragraphs_of_a_copy_are_counted_once(newsroom):
    newsroom.file("world/boats.txt", STORY)
    newsroom.file("world/copied.txt", STORY)

    (line,) = feedsvc(newsroom.folder, "check", "--json").stdout.splitlines()

    found = json.loads(line)
    assert (len(found["paths"]), found["paragraphs"]) == (2, {"en": 2})


def test_publish_prints_what_it_did_and_what_is_wrong(newsroom):
    newsroom.file("world/boats.txt", STORY)
    newsroom.file("world/empty.txt", "")

    first = feedsvc_alone(newsroom.folder, "publish")
    second = feedsvc(newsroom.folder, "publish")

    assert (first.returncode, second.returncode) == (1, 1)
    assert first.stdout.startswith("edition 1: 1 article (1 new, 0 revised, 0 removed)")
    assert second.stdout.startswith("edition 1 is unchanged: 1 article; 1 rejected")
    assert "rejected: world/empty.txt: is empty" in second.stderr


def test_feeds_lists_every_feed(newsroom):
    newsroom.file("world/boats.txt", STORY)
    feedsvc(newsroom.folder, "publish")

    done = feedsvc_alone(newsroom.folder, "feeds")

    assert len(done.stdout.splitlines()) == 4 * 3 * 3
    assert done.stdout.splitlines()[0].startswith("https://quay.example/feeds/all.rss  1 entry  ")


def test_a_wrong_configuration_is_told_in_full_with_status_2(newsroom):
    newsroom.configure("[site]\ncolour = 1\n")

    done = feedsvc(newsroom.folder, "publish")

    assert done.returncode == 2
    assert "site.colour: unknown key" in done.stderr
    assert "Traceback" not in done.stderr


def test_dateline_reads_a_head_from_the_command_line(newsroom):
    done = feedsvc_alone(
        newsroom.folder, "dateline", "LISBON, May 26 (Quay News) -- Boats", "--reference", "2026-05-27"
    )

    found = json.loads(done.stdout)
    assert (found["found"], found["date"], found["places"], found["zone"], found["confidence"]) == (
        True,
        "2026-05-26",
        ["Lisbon"],
        "Europe/Lisbon",
        "high",
    )


def test_dateline_without_a_reference_infers_no_year(newsroom):
    done = feedsvc(newsroom.folder, "dateline", "LISBON, May 26 (Quay News) -- Boats")

    found = json.loads(done.stdout)
    assert (found["month"], found["day"], found["year"], found["date"]) == (5, 26, None, None)


@pytest.mark.parametrize("stream", [pytest.param(False, id="one text"), pytest.param(True, id="stream")])
def test_a_dateline_is_read_in_the_languages_that_are_named(newsroom, stream):
    text = "STOCKHOLM den 26 maj (TT) - Bron är öppen, säger kommunen."
    how = ["--jsonl"] if stream else [text]

    found = [
        json.loads(feedsvc(newsroom.folder, "dateline", *how, *named, stdin=json.dumps({"text": text})).stdout)
        for named in ([], ["--language", "fi", "--language", "sv"])
    ]

    assert [(fields["month"], fields["day"], fields["agency"]) for fields in found] == [(None,) * 3, (5, 26, "TT")]


def test_a_bad_line_in_a_stream_is_answered_and_stops_nothing(newsroom):
    good = json.dumps({"id": "b", "text": "LISBON, May 26 (Quay News) -- Boats", "reference": "2026-05-27"})

    done = feedsvc(newsroom.folder, "dateline", "--jsonl", stdin=f'nonsense\n{{"id": "x"}}\n{good}\n')

    first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
    assert ("error" in first, "error" in second, third["date"]) == (True, True, "2026-05-26")
    assert done.returncode == 1


@pytest.mark.parametrize("bind", ["nonsense", ":", "127.0.0.1:x"])
def test_serve_refuses_what_is_no_address(newsroom, bind):
    done = feedsvc(newsroom.folder, "serve", "--bind", bind)

    assert (done.returncode, "is neither HOST:PORT" in done.stderr) == (2, True)


def test_serve_says_that_a_port_is_out_of_range(newsroom):
    done = feedsvc(newsroom.folder, "serve", "--bind", "127.0.0.1:99999")

    said = "'127.0.0.1:99999': the port is out of range, 65535 is the last"
    assert (done.returncode, said in done.stderr) == (2, True)


def test_check_reads_no_link_out_of_the_source(newsroom, tmp_path):
    (tmp_path / "secret.txt").write_text(STORY, encoding="utf-8")
    (newsroom.articles / "link.txt").symlink_to(tmp_path / "secret.txt")

    done = feedsvc(newsroom.folder, "check", "articles")

    assert (done.returncode, "Lantern" in done.stdout) == (1, False)
    assert "link.txt: is a symbolic link out of the source" in done.stdout


def test_dateline_answers_a_stream_in_order(newsroom):
    asked = [
        {"id": "a", "text": "港湾通讯社里斯本5月26日电 灯船来了。", "reference": "2026-05-27"},
        {"id": "b", "text": "Nothing of the kind.", "reference": None},
        {"id": "c", "text": "LISBON (Quay News) -- Boats sailed at noon.", "reference": "2026-05-27"},
    ]

    done = feedsvc(newsroom.folder, "dateline", "--jsonl", stdin="\n".join(json.dumps(each) for each in asked))

    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["id"], each["found"], each["date"]) for each in found] == [
        ("a", True, "2026-05-26"),
        ("b", False, None),
        ("c", True, None),
    ]
    assert set(found[1]) == {
        *("id", "found", "text", "places", "agency", "month", "day", "year"),
        *("date", "zone", "inferred", "confidence", "evidence"),
    }


@pytest.mark.parametrize("command", ["serve", "publish", "check", "explain", "feeds", "dateline"])
def test_every_command_has_help(newsroom, command):
    done = feedsvc_alone(newsroom.folder, command, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: python -m feedsvc {command}")


def test_publishing_twice_within_a_second_dates_no_edition_ahead(newsroom):
    newsroom.file("world/boats.txt", STORY)
    feedsvc(newsroom.folder, "publish")
    newsroom.file("world/more.txt", STORY.replace("Lantern", "Paper"))

    feedsvc(newsroom.folder, "publish")

    edition = newsroom.store.edition()
    assert edition.number == 2
    assert edition.made_at.timestamp() <= time.time()


def test_the_host_and_its_clock_leave_no_mark_on_the_output(newsroom):
    newsroom.file("world/boats.txt", STORY)
    shutil.copytree(newsroom.folder, newsroom.folder.parent / "twin")
    twin = newsroom.folder.parent / "twin"

    def explain(folder: Path, **environ: str) -> str:
        old = dict(os.environ)
        os.environ.update(environ)
        try:
            return feedsvc(folder, "explain", "--json", "articles/world/boats.txt").stdout
        finally:
            os.environ.clear()
            os.environ.update(old)

    assert explain(newsroom.folder, TZ="America/Chicago", LC_ALL="C", PYTHONHASHSEED="1") == explain(
        twin, TZ="Asia/Shanghai", LC_ALL="C.UTF-8", PYTHONHASHSEED="2"
    )


@pytest.mark.parametrize("encoding", ["gbk", "latin1"])
def test_letters_that_a_terminal_does_not_know_are_written_in_figures(newsroom, encoding):
    path = newsroom.file("world/港口🎉.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\nWater rose.\n")
    environ = environment(newsroom.folder, PYTHONIOENCODING=encoding)

    said = [
        subprocess.run(
            [sys.executable, "-m", "feedsvc", *command],
            cwd=newsroom.folder,
            env=environ,
            capture_output=True,
            timeout=120,
            check=False,
        )
        for command in (("check",), ("explain", str(path)))
    ]

    assert [each.returncode for each in said] == [0, 0]
    assert all(b"\\U0001f389" in each.stdout and not each.stderr for each in said)


def test_a_path_can_be_typed_as_it_is_printed(tmp_path):
    room = Newsroom(tmp_path)
    room.file("world/dateline.txt", "Rope walk sells\n\nLISBON, Oct 30 (Quay Wire) -- It sold its last coil of hemp.\n")
    room.file("world/held.txt", "EMBARGOED UNTIL 6 PM FRIDAY\nRope walk waits\n\nIt waits.\n")
    room.close()
    found = map(json.loads, feedsvc(tmp_path, "check", "--json").stdout.splitlines())
    printed = sorted(finding["paths"][0] for finding in found)

    done = [feedsvc(tmp_path, "check", path).returncode for path in printed]
    single = feedsvc(tmp_path, "explain", "world/dateline.txt")
    missing = feedsvc(tmp_path, "check", "world/nothing.txt")

    assert printed == ["world/dateline.txt", "world/held.txt"]
    assert set(done) == {0}
    assert single.stdout.startswith("Document: world/dateline.txt\n")
    assert (missing.returncode, missing.stderr) == (2, "feedsvc: world/nothing.txt: there is no such file or folder\n")
