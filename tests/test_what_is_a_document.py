from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from drafts import document
from feedsvc.config.globs import Globs
from feedsvc.config.loading import load_settings
from feedsvc.inspect.inspection import inspect
from feedsvc.model.document import NO_COPY
from feedsvc.model.errors import ParseError, SettingsError
from feedsvc.parsers import parse
from feedsvc.parsers.unsuited import ENDINGS
from feedsvc.publish.debounce import Debounce
from feedsvc.sources import folder as listing
from feedsvc.sources import open_sources
from feedsvc.sources.file_kinds import DELIVERED, Selection, kind_of
from newsroom import START

NOTE = "---\ntitle: {}\ndate: 2026-10-20\n---\n\nThe pier opened again after a long winter.\n"
CONFLICTS = """
    pier.sync-conflict-20261120-101010-ABCDEFG.md
    quay (conflicted copy 2026-11-20 101010).md
    quay (Ines Duarte's conflicted copy 2026-11-20).md
    quay (Case Conflict).txt
    quay (SFConflict ines@quay.example 2026-11-20-10-10-10).md
    quay (In Konflikt stehende Kopie von Ines 2026-11-20).md
    quay (Copie en conflit de Ines 2026-11-20).md
    码头（Ines 的冲突副本 2026-11-20）.md
    quay_conflict-20261120-101010.md
    quay.conflict.md
    quay [Conflict].md
    quay-DESKTOP-4F2K9QX.md
"""
LEFTOVERS = """
    pier.md.filepart
    pier.md.save
    pier.md.save.1
    pier~.md
    pier.md~
    ~pier.md
    pier~20261120-101010.md
    pier.bak.md
    pier.md.orig
    pier.md.rej
    pier.md.r12
    pier.md.1
    pier.txt.2026-11-20
    pier.md.sb-1a2b3c4d-Xy9
    pier.md___jb_tmp___
    pier_BACKUP_1234.md
    pier - Copy (2).md
    pier - 副本.txt
    4913
    #pier.md#
"""
FURNITURE = """
    README
    README.md
    readme.zh-CN.md
    world/README_ko.md
    LICENSE
    LICENSE-MIT.txt
    licence.md
    CHANGELOG.md
    code-of-conduct.md
    CONTRIBUTING.md
    AUTHORS
    OWNERS
    SECURITY.md
    Makefile
    Dockerfile
    CNAME
    robots.txt
    requirements-dev.txt
    CMakeLists.txt
    world/_index.md
    _index.zh.md
    index.md
    index.en.md
    404.md
    _sidebar.md
    archetypes/default.md
    _includes/note.md
    layouts/shortcodes/note.md
"""
OTHERS = "app.js site.css world/run.py run.sh site.log go.mod page.njk plan.drawio main.go"
DOCUMENTS = """
    pier.md
    PIER.TXT
    pier.markdown
    world/pier
    wire.0123
    No. 7
    pier.eml
    Minister says no. Pier stays shut.txt
    2026-11-20 pier v1.2.md
    readme-returns-to-the-shelf.md
    license-to-drive-a-tram.md
    security.md
    history.md
    404-day-streak.md
    404.txt
    world/404.txt
    changelog-of-a-harbour.md
    security-at-the-pier.txt
    world/index.md
    posts/pier/index.zh.md
    border-conflict.md
    border-conflict-20261120.md
    talks (conflict in the strait).md
    temporary-bridge-opens.md
    backup-generators-arrive.txt
    best-laptop-cooling.md
    copy-of-a-lost-map-found.md
    old.md
    orig.txt
    pier.html
    pier.json
    pier.rst
    pier.docx
"""


def names(lines: str) -> list[str]:
    return [line.strip() for line in lines.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("conflict", name) for name in names(CONFLICTS)),
        *(("leftover", name) for name in names(LEFTOVERS)),
        *(("furniture", name) for name in names(FURNITURE)),
        *(("other", name) for name in OTHERS.split()),
        *(("document", name) for name in names(DOCUMENTS)),
        *(("ignored", name) for name in (".pier.md", "~$pier.docx", "pier.jpg", "pier.pdf", "Thumbs.db")),
    ],
)
def test_a_name_says_what_a_file_is(kind, name):
    assert kind_of(name) == kind


def test_a_text_in_another_format_is_delivered_for_its_parser_to_name_it():
    assert {ending.removeprefix(".") for ending in ENDINGS} <= DELIVERED


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        pytest.param("*.wir", "world/deep/a.wir", True, id="at any depth"),
        pytest.param("*.wir", "world/a.wir.txt", False, id="the whole name"),
        pytest.param("*.WIR", "a.wir", True, id="in capitals"),
        pytest.param("drafts/", "world/drafts/a.md", True, id="a folder at any depth"),
        pytest.param("drafts/", "drafts", False, id="a folder, not a file"),
        pytest.param("drafts", "drafts/deep/a.md", True, id="all below"),
        pytest.param("/drafts", "world/drafts/a.md", False, id="from the top"),
        pytest.param("world/*.md", "world/a.md", True, id="a star in a folder"),
        pytest.param("world/*.md", "world/deep/a.md", False, id="a star is within one folder"),
        pytest.param("world/**/a.md", "world/a.md", True, id="two stars are no folder"),
        pytest.param("world/**/a.md", "world/x/y/a.md", True, id="two stars are several"),
        pytest.param("world/**", "world/x/y/a.md", True, id="two stars at the end"),
        pytest.param("**/old/*", "x/old/a.md", True, id="two stars first"),
        pytest.param("a?.md", "ab.md", True, id="one character"),
        pytest.param("[ab].md", "b.md", True, id="one of some"),
        pytest.param("[!ab].md", "b.md", False, id="none of some"),
        pytest.param("[0-9]*.md", "7 keepers.md", True, id="a range"),
        pytest.param("码头/", "码头/a.md", True, id="Chinese"),
        pytest.param("a.md", "axmd", False, id="a dot is a dot"),
    ],
)
def test_a_glob_matches_the_paths_that_it_names_and_those_below(glob, path, expected):
    assert Globs([glob]).match(path) is expected


@pytest.mark.parametrize(
    ("include", "exclude", "documents"),
    [
        pytest.param((), (), {"a.md", "posts/b.md"}, id="by default"),
        pytest.param(("posts/",), (), {"posts/b.md"}, id="a place leaves what it holds to the names"),
        pytest.param(
            ("*.disp", "*.md"), (), {"a.md", "c.disp", "posts/b.md", "README.md"}, id="an ending makes documents"
        ),
        pytest.param(("README.md",), (), {"README.md"}, id="so does a name"),
        pytest.param((), ("posts/**",), {"a.md"}, id="excluded"),
        pytest.param(("*.md",), ("README.md", "posts"), {"a.md"}, id="excluded of what is included"),
    ],
)
def test_the_settings_say_what_is_a_document(include, exclude, documents):
    paths = ["a.md", "posts/b.md", "c.disp", "README.md", "posts/x.css", "posts/p.jpg", "d.md~", "e (conflict).md"]
    selection = Selection(include=include, exclude=exclude)

    assert {path for path in paths if selection.kind_of(path) == "document"} == documents


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('include = "*.md"', """sources[1].include: must be a list of globs such as ["posts/", "*.txt"], not '*.md'"""),
        ("exclude = [7]", """sources[1].exclude: must be a list of globs such as ["posts/", "*.txt"], not [7]"""),
        ('exclude = [""]', "sources[1].exclude: '' is empty; write globs such as drafts/, *.txt, posts/**/*.md"),
        ('exclude = ["../a"]', "'../a' must be a path below the source's folder, without '.' and '..'"),
        (r"exclude = ['a\b']", "contains a backslash; write '/' between folders"),
        ('exclude = ["[z-a].md"]', "'[z-a].md' is not a valid glob (bad character range z-a)"),
        ('exlude = ["a"]', "sources.exlude: unknown key, did you mean exclude?"),
    ],
)
def test_a_glob_that_cannot_be_is_told_when_the_configuration_is_read(newsroom, line, said):
    newsroom.configure(newsroom.main + line + "\n")

    with pytest.raises(SettingsError) as caught:
        load_settings({"FEEDSVC_CONFIG": str(newsroom.folder / "config")})

    assert said in str(caught.value)


def said(edition) -> list[str]:
    return [f"{each.severity}: {each}" for each in edition.problems]


def test_what_is_left_out_is_told_by_kind(newsroom):
    newsroom.file("world/pier.md", NOTE.format("Pier opens"))
    for name in ("README.md", "LICENSE", "a.js", "b.js", "c.css", "pier.md.filepart", "pier (conflicted copy 1).md"):
        newsroom.file(name, NOTE.format(name))

    edition = newsroom.publish()

    assert edition.articles == 1
    assert said(edition) == [
        f"note: (left out of desk): 1 conflict copy (pier (conflicted copy 1).md); {MERGE_BY_HAND}",
        "note: (left out of desk): 1 leftover of an editor or a transfer (pier.md.filepart)",
        "note: (left out of desk): 2 files of a site or a repository (LICENSE, README.md)",
        f"note: (left out of desk): 3 files with endings that no article has (2 .js, 1 .css); {INCLUDE}",
    ]


@pytest.mark.parametrize("ending", ["Rmd", "qmd"])
def test_what_a_document_is_built_from_is_left_out_beside_it(newsroom, ending):
    newsroom.file(f"pier/index.{ending}", NOTE.format("Pier"))
    newsroom.file("pier/index.md", NOTE.format("Pier"))
    newsroom.file(f"quay.{ending}", NOTE.format("Quay"))

    edition = newsroom.publish()

    assert edition.articles == 2
    what = f"1 file that a document is built from (pier/index.{ending}); the .md beside each is the article"
    assert said(edition) == [f"note: (left out of desk): {what}"]


def test_what_is_left_out_is_told_until_it_is_gone_and_by_looks_at_everything(newsroom):
    newsroom.file("world/pier.md", NOTE.format("Pier opens"))
    readme = newsroom.file("README.md", "# Read me\n\nThis is the folder of the desk.\n")
    first = said(newsroom.publish())
    newsroom.file("world/quay.md", NOTE.format("Quay opens"))
    second = said(newsroom.publish(among=["world"]))
    readme.unlink()

    told = ["note: (left out of desk): 1 file of a site or a repository (README.md)"]
    assert (first, second, said(newsroom.publish())) == (told, told, [])


def published_before(newsroom, name: str) -> None:
    """Publish a document of that name as a feedsvc of before did, by whose rules it was one."""
    newsroom.configure(newsroom.main + f'include = ["{name}", "*.md"]\n')
    newsroom.file(name, NOTE.format("Lamps"))
    newsroom.file("world/pier.md", NOTE.format("Pier opens"))
    assert newsroom.publish().articles == 2
    newsroom.configure(newsroom.main)


@pytest.mark.parametrize("name", ["README.md", "lamps.disp"])
def test_what_was_published_before_its_name_was_left_out_goes_on_and_is_told(newsroom, name):
    published_before(newsroom, name)
    upgraded = newsroom.publish()
    newsroom.file(name, NOTE.format("Lamps, lit"), arrival=newsroom.now)
    edited = newsroom.publish(among=[name])
    (newsroom.articles / name).unlink()
    removed = newsroom.publish()

    told = (
        f"note: (left out of desk): 1 document that would be left out now ({name}): published before, and so used as "
        "before; to withdraw one, remove its file, or name it in the source's `exclude`"
    )
    assert [(each.articles, each.revised, each.removed) for each in (edited, removed)] == [(2, 1, 0), (1, 0, 1)]
    assert (upgraded.articles, said(upgraded), said(removed)) == (2, [told], [])


def test_what_goes_on_is_checked_as_before_too(newsroom):
    published_before(newsroom, "README.md")
    newsroom.publish()

    def checked(*paths: Path) -> list[str]:
        found = inspect(newsroom.settings, now=newsroom.now, paths=[str(each) for each in paths])
        return sorted(path for each in found if each.article for path in each.paths)

    both = ["README.md", "world/pier.md"]
    assert [checked(), checked(newsroom.articles)] == [both, both]


def test_what_the_settings_exclude_is_withdrawn(newsroom):
    published_before(newsroom, "README.md")
    newsroom.configure(newsroom.main + 'exclude = ["README.md"]\n')

    edition = newsroom.publish()

    assert (edition.articles, edition.removed, said(edition)) == (1, 1, [])


def test_what_the_settings_exclude_by_the_dozen_waits_for_the_operators_word(newsroom):
    for number in range(12):
        newsroom.file(f"world/{number}.md", NOTE.format(f"Tide {number}"))
    newsroom.file("science/kelp.md", NOTE.format("Kelp"))
    newsroom.publish()
    newsroom.configure(newsroom.main + 'exclude = ["world/"]\n')
    waiting = newsroom.publish()

    accepted = newsroom.publish(accept=frozenset({"desk"}))

    assert [(each.articles, each.removed) for each in (waiting, accepted)] == [(13, 0), (1, 12)]


def test_a_leftover_is_told_once_it_was_left_for_a_minute(newsroom):
    newsroom.file("world/pier.md.filepart", "half", arrival=START)
    source = open_sources(newsroom.settings)[0]

    def told(after: timedelta) -> tuple[str, ...]:
        held = Debounce((START + after).timestamp).settled(source)
        assert list(held.documents(known={}, now=START + after)) == []
        return held.left_out()

    assert told(timedelta(seconds=50)) == ()
    assert told(timedelta(seconds=70)) == ("1 leftover of an editor or a transfer (world/pier.md.filepart)",)


def refusal(path: str, text: str) -> str | None:
    try:
        parse(document(text, path))
    except ParseError as error:
        return f"{error.line}: {error.message}"
    return None


MERGE_BY_HAND = "merge each into its document, and delete it"
INCLUDE = "if one is an article, name its ending in the source's `include`"
MERGE = "settle it, and remove its marks"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "---\n<<<<<<< HEAD\ntitle: Pier\n=======\ntitle: Quay\n>>>>>>> desk\n---\n\nText.\n",
            f"2: is in the middle of a merge ('<<<<<<< HEAD'); {MERGE}",
            id="in front matter",
        ),
        pytest.param(
            "# Pier\n\nIt opened.\n<<<<<<< .mine\nAt nine.\n||||||| .r6\nAt ten.\n=======\nAt six.\n>>>>>>> .r7\n",
            f"4: is in the middle of a merge ('<<<<<<< .mine'); {MERGE}",
            id="of three texts",
        ),
        pytest.param(
            "# Pier\n\nIt opened at nine.\n=======\nAt six.\n>>>>>>> origin/desk\n",
            f"4: is in the middle of a merge ('>>>>>>> origin/desk'); {MERGE}",
            id="without its beginning",
        ),
        pytest.param(
            "# Pier\n\nIt opened at nine.\n>>>>>>> 5ab3c21 (Open the pier)\n",
            f"4: is in the middle of a merge ('>>>>>>> 5ab3c21 (Open the pier)'); {MERGE}",
            id="its end alone",
        ),
        pytest.param(
            "# Pier\n\nIt opened at nine.\n<<<<<<<\nMore.\n",
            f"4: is in the middle of a merge ('<<<<<<<'); {MERGE}",
            id="its beginning alone",
        ),
        pytest.param("Pier\n=======\n\nThe pier opened again on Friday.\n", None, id="a heading"),
        pytest.param(
            "# Merging\n\nGit writes this:\n\n```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n```\n", None, id="an example"
        ),
        pytest.param(
            "# Merging\n\n{% highlight diff %}\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n{% endhighlight %}\n\nSo.\n",
            None,
            id="an example of Jekyll",
        ),
        pytest.param("# Merging\n\n    <<<<<<< HEAD\n    a\n\nSo it says.\n", None, id="an indented example"),
        pytest.param(
            "# Merging\n\n```\ncode\n```\n\n<<<<<<< HEAD\nAt nine.\n=======\nAt six.\n>>>>>>> x\n",
            f"7: is in the middle of a merge ('<<<<<<< HEAD'); {MERGE}",
            id="after an example",
        ),
        pytest.param("# Mail\n\n>>>>>>> Who said so?\n>>>>>> The keeper said so.\n", None, id="a mail, quoted often"),
        pytest.param("# Pier\n\nThe arrow <<<<<<< points to the pier.\n", None, id="within a line"),
    ],
)
def test_a_text_in_the_middle_of_a_merge_is_refused(text, expected):
    assert refusal("pier.md", text) == expected


def test_what_was_published_stays_while_its_document_is_being_merged(newsroom):
    newsroom.file("world/pier.md", NOTE.format("Pier opens"))
    newsroom.publish()
    newsroom.file("world/pier.md", "<<<<<<< HEAD\n" + NOTE.format("Pier opens again"), arrival=newsroom.now)

    edition = newsroom.publish()

    assert (edition.articles, edition.revised, edition.removed) == (1, 0, 0)
    assert said(edition) == [f"rejected: world/pier.md:1: is in the middle of a merge ('<<<<<<< HEAD'); {MERGE}"]


PELICAN = "Pier opens\n##########\n\n:date: 2026-11-10 10:20\n:category: world\n\nThe pier opened again.\n"


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        pytest.param("a.rst", PELICAN, "reStructuredText", id="by its ending"),
        pytest.param("a.txt", PELICAN, "reStructuredText", id="a title and fields"),
        pytest.param(
            "a.txt", "Pier\n====\n\nIt opened.\n\n.. image:: /a.jpg\n", "reStructuredText", id="a title and a directive"
        ),
        pytest.param("a.txt", ".. _pier:\n\nPier\n====\n\nIt opened.\n", "reStructuredText", id="a label"),
        pytest.param(
            "a.md", "<!--\n.. title: Pier\n.. slug: pier\n-->\n\nIt opened.\n", "a post of Nikola", id="Nikola"
        ),
        pytest.param("a.txt", ".. title: Pier\n.. tags: draft\n\nIt opened.\n", "a post of Nikola", id="Nikola, bare"),
        pytest.param("a.org", "* Pier\nIt opened.\n", "Org", id="Org by its ending"),
        pytest.param("a.txt", "#+TITLE: Pier\n\nIt opened.\n", "Org", id="Org"),
        pytest.param("a.adoc", "= Pier\n\nIt opened.\n", "AsciiDoc", id="AsciiDoc by its ending"),
        pytest.param("a.txt", "= Pier\nAnn Lee\n:date: 2026\n\nIt opened.\n", "AsciiDoc", id="AsciiDoc"),
        pytest.param("a.textile", "h1. Pier\n\nIt opened.\n", "Textile", id="Textile by its ending"),
        pytest.param("a.txt", "h1. Pier\n\nIt opened.\n", "Textile", id="Textile"),
        pytest.param("a.txt", "'''Pier''' is a [[pier]].\n", "MediaWiki", id="MediaWiki"),
        pytest.param("a.txt", "% made by hand\n\\documentclass{article}\n", "LaTeX", id="LaTeX"),
        pytest.param("a.md", "% Pier\n% Ann Lee\n\nIt opened.\n", "Pandoc's Markdown with a title block", id="Pandoc"),
        pytest.param("a.txt", "diff --git a/x b/x\n--- a/x\n+++ b/x\n", "a patch", id="a patch"),
        pytest.param("a.txt", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "a patch", id="a patch without its head"),
        pytest.param("run", "#!/bin/sh\necho pier\n", "a program", id="a program"),
    ],
)
def test_a_text_in_a_neighbouring_format_is_refused_by_its_name(path, text, what):
    assert (
        refusal(path, text)
        == f"1: is {what}; articles are wire copy, Markdown, web pages, Word documents, NewsML-G2, NITF or ninjs"
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.md", "Pier opens\n==========\n\n:tada: The pier opened again on Friday.\n", id="a smile"),
        pytest.param("a.txt", "PIER OPENS\n**********\n\nThe pier opened again on Friday.\n", id="a line of stars"),
        pytest.param("a.txt", "... and the pier opened again\n\nIt opened on Friday, the keeper said.\n", id="dots"),
        pytest.param("a.txt", "'Tis the season for piers\n\nThey opened on Friday, the keeper said.\n", id="a quote"),
        pytest.param(
            "a.txt", "% of piers that open on time\n\nNone opened on Friday, the keeper said.\n", id="per cent"
        ),
        pytest.param("a.txt", "hundreds walk on the pier\n\nThey came on Friday, the keeper said.\n", id="an h"),
    ],
)
def test_copy_that_begins_alike_is_copy(path, text):
    assert refusal(path, text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Pier opens\n\nLISBON, Nov 20 (Harbour Wire) -- The pier opened again on Friday.\n", id="wire copy"
        ),
        pytest.param("渡轮复航\n\n港湾通讯社里斯本11月20日电 渡轮周五恢复通航，码头上有许多人在等候。\n", id="Chinese"),
        pytest.param("---\ntitle: Pier\n---\n\nIt opened.\n", id="front matter"),
        pytest.param("KILL\n\nPier\n", id="a kill"),
        pytest.param("FLASH Pier opens again\n", id="a flash"),
        pytest.param(
            "Tides\n\nHigh water Friday:\n\nLisbon=4.1\nPorto=3.9\n\nThe harbour office keeps a list of them all.\n",
            id="with a table",
        ),
    ],
)
def test_a_file_without_an_ending_that_reads_as_copy_is_copy(text):
    drafts = parse(document(text, "pier"))

    assert len(drafts) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("site: quay\n\t@echo Making the site of the quay.\n\nall: site\n", id="a Makefile"),
        pytest.param("reviewers:\n  - ann-lee\n  - tom\napprovers:\n  - ann-lee\n", id="owners"),
        pytest.param("www.quay.example\n", id="an address"),
        pytest.param("lamp\npier\nquay\ntide\n", id="a list of words"),
        pytest.param("PORT=8000\nNAME=quay news of the harbour\n", id="an environment"),
        pytest.param(
            "# Turn the lamps on when it is dark, and off when it is light.\nset -e\nif dark; then\n  lamp on\nfi\n",
            id="a script",
        ),
    ],
)
@pytest.mark.parametrize("path", ["pier", "pier.0123"])
def test_a_file_without_an_ending_that_does_not_read_as_copy_is_refused(path, text):
    expected = f"1: is no copy by its lines, and has no ending such as .txt{NO_COPY}"

    assert refusal(path, text) == expected


def test_files_below_a_folder_are_checked_by_the_same_names(newsroom, tmp_path):
    newsroom.file("world/pier.md", NOTE.format("Pier opens"))
    newsroom.file("world/pier.md.save", NOTE.format("Pier opens"))
    newsroom.file(".git/notes.md", NOTE.format("Notes"))
    newsroom.file("a.js", "alert()")
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "README.md").write_text(NOTE.format("Read me"))

    def seen(*paths: Path) -> list[tuple[tuple[str, ...], bool, list[str]]]:
        found = inspect(newsroom.settings, now=newsroom.now, paths=[str(path) for path in paths])
        return [
            (each.paths, each.article is not None, [problem.message for problem in each.problems]) for each in found
        ]

    left = [
        (("(left out of desk)",), False, ["1 leftover of an editor or a transfer (world/pier.md.save)"]),
        (
            ("(left out of desk)",),
            False,
            [f"1 file with an ending that no article has (1 .js); {INCLUDE}"],
        ),
    ]
    assert seen(newsroom.articles) == [*left, (("world/pier.md",), True, [])]
    assert [article for _, article, _ in seen(outside)] == [False]
    assert [article for _, article, _ in seen(outside / "README.md")] == [True]


def test_a_folder_that_is_excluded_is_not_even_looked_into(newsroom, monkeypatch):
    newsroom.configure(newsroom.main + 'exclude = ["closed/"]\n')
    newsroom.file("closed/a.md", NOTE.format("Closed"))
    newsroom.file("world/pier.md", NOTE.format("Pier opens"))
    real_scandir = os.scandir

    def scandir(path):
        if os.fsencode(path).endswith(b"/closed"):
            raise PermissionError(13, "Permission denied")
        return real_scandir(path)

    monkeypatch.setattr(listing.os, "scandir", scandir)
    edition = newsroom.publish()

    assert (edition.articles, said(edition)) == (1, [])
