from __future__ import annotations

import pytest

import drafts
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError
from feedsvc.parsers import PARSERS, parse


def document(text: str, path: str = "ferry.md") -> Document:
    return drafts.document(text, path)


def draft(text: str, path: str = "ferry.md") -> Draft:
    return drafts.draft(text, path)


def front(lines: str) -> Draft:
    return draft(f"---\ntitle: Ferry\n{lines}\n---\nIt sails.\n")


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        pytest.param("---\ntitle: Ferry\n---\n", "a.md", "frontmatter", id="YAML"),
        pytest.param("---\ntitle: Ferry\n---\n", "a.txt", "frontmatter", id="YAML in a text file"),
        pytest.param("\n---\n# a comment\ntitle: Ferry\n...\n", "a.md", "frontmatter", id="YAML below a blank line"),
        pytest.param("+++\ntitle = 'Ferry'\n+++\n", "a.md", "frontmatter", id="TOML"),
        pytest.param("Title: Ferry\n\nIt sails.", "a.md", "frontmatter", id="Pelican"),
        pytest.param("Title: Ferry\n\nIt sails.", "a.txt", "wire", id="a labelled title in wire copy"),
        pytest.param("# Ferry\n\nIt sails.", "a.md", "markdown", id="a heading"),
        pytest.param("Ferry\n=====\n\nIt sails.", "a.md", "markdown", id="an underlined heading"),
        pytest.param("# Ferry\n\nIt sails.", "a.txt", "wire", id="a heading in a text file"),
        pytest.param("Ferry\n\nIt sails.", "a.md", "wire", id="no heading"),
        pytest.param("---\nFerry sails\n---\n", "a.txt", "wire", id="ruled wire copy"),
    ],
)
def test_the_strictest_parser_that_recognises_a_text_reads_it(text, path, name):
    given = document(text, path)

    assert next(key for key, parser in PARSERS.items() if parser.recognises(given, text)) == name


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            "---\ntitle: Ferry\n\nIt sails.\n",
            1,
            "the front matter opened with --- here is never closed; end it with a line ---",
            id="unclosed YAML",
        ),
        pytest.param(
            "\n+++\ntitle = 'Ferry'\nIt sails.\n",
            2,
            "the front matter opened with +++ here is never closed; end it with a line +++",
            id="unclosed TOML",
        ),
        pytest.param(
            "---\ntitle: [Ferry\ndate: 2026\n---\n",
            3,
            "the YAML front matter cannot be read: expected ',' or ']', but got ':'",
            id="invalid YAML",
        ),
        pytest.param(
            "---\ntitle: Ferry: it sails\n---\n",
            2,
            "the YAML front matter cannot be read: the value of title has a colon in it; put the value in quotes",
            id="a colon in YAML",
        ),
        pytest.param(
            "---\ntitle: Ferry\ntitle: Boat\n---\n",
            3,
            "the key 'title' occurs twice in the front matter, with two values; leave one",
            id="a key twice",
        ),
        pytest.param(
            "---\ntitle: !!python/object:os.system Ferry\n---\n",
            2,
            "the tag tag:yaml.org,2002:python/object:os.system is not taken in front matter",
            id="a Python tag",
        ),
        pytest.param("---\ntitle: !ferry Ferry\n---\n", 2, "the tag !ferry is not taken in front matter", id="a tag"),
        pytest.param(
            "---\ntitle: *ferry\n---\n",
            2,
            "the alias *ferry has no anchor before it",
            id="an unknown alias",
        ),
        pytest.param("---\na: &a [*a]\n---\n", 2, "the alias *a has no anchor before it", id="an alias in itself"),
        pytest.param(
            f"---\na: {'[' * 21}{']' * 21}\n---\n", 2, "the front matter is nested more than 20 deep", id="deep YAML"
        ),
        pytest.param(
            "---\ntitle: Ferry\n--- and more\n---\n",
            3,
            "the YAML front matter cannot be read: but found another document",
            id="two documents in one",
        ),
        pytest.param(
            "---\n# no keys\n- Ferry\n---\n",
            3,
            "the front matter is no list of keys and values such as 'title: …'",
            id="a YAML list",
        ),
        pytest.param(
            "---\ntitle: Fer\x07ry\n---\n",
            2,
            "the front matter holds the character U+0007; remove it",
            id="a control character",
        ),
        pytest.param(
            "---\ntitle: Ferry\nnote: " + "x" * 64_000 + "\n---\n",
            1,
            "the front matter is longer than 64000 characters",
            id="too long",
        ),
        pytest.param(
            "+++\ntitle = Ferry\n+++\n", 2, "the TOML front matter cannot be read: Invalid value", id="invalid TOML"
        ),
        pytest.param(
            "+++\ntitle = 'Ferry'\ntitle = 'Boat'\n+++\n",
            3,
            "the TOML front matter cannot be read: Cannot overwrite a value",
            id="a TOML key twice",
        ),
        pytest.param(f"+++\na = {'[' * 9000}\n+++\n", 2, "the TOML front matter is nested too deeply", id="deep TOML"),
        pytest.param(
            "---\ndate: 2026-05-26\n---\nIt sails.\n",
            1,
            "no title: the front matter has none, and the body begins with no heading",
            id="no title",
        ),
        pytest.param(
            "---\ntitle:\n---\nIt sails.\n",
            1,
            "no title: the front matter has none, and the body begins with no heading",
            id="an empty title",
        ),
        pytest.param(
            "---\ntitle: [Ferry]\n---\n",
            2,
            "front matter: title must be a text, or a table by language such as {en: …, zh: …}",
            id="a list of titles",
        ),
        pytest.param(
            "---\ntitle:\n  in english: Ferry\n---\n",
            3,
            "front matter: title: 'in english' is no language tag such as en or zh-Hans",
            id="a title in no language",
        ),
        pytest.param(
            "---\ntitle: Ferry\nrelease: [2036, 11, 30]\n---\n",
            3,
            "front matter: release must be a date",
            id="a day as a list",
        ),
        pytest.param(
            "---\ntitle: Ferry\ndate: [2026]\n---\n", 3, "front matter: date must be a date", id="a list for a date"
        ),
        pytest.param(
            "---\ntitle: Ferry\ndraft: soon\n---\n", 3, "front matter: draft must be true or false", id="no answer"
        ),
        pytest.param(
            "---\ntitle: Ferry\ncategories: {world: 1}\n---\n",
            3,
            "front matter: categories must be a word, or a list of words",
            id="a table of categories",
        ),
        pytest.param(
            "---\ntitle: Ferry\nlanguage: 渡轮\n---\n",
            3,
            "front matter: language: '渡轮' is no language tag such as en or zh-Hans",
            id="no language tag",
        ),
        pytest.param(
            "---\ntitle: Ferry\nrelated:\n  - {name: x}\n---\n",
            4,
            "front matter: related must be a title or a URL, or a table of title and url",
            id="a related table without either",
        ),
        pytest.param(
            "---\ntitle: Ferry\nenclosures: [{type: a/b}]\n---\n",
            3,
            "front matter: enclosures must be a URL, or a table with url, type and length",
            id="an enclosure without URL",
        ),
        pytest.param(
            "---\ntitle: Ferry\nenclosure: {url: a, length: 3 MB}\n---\n",
            3,
            "front matter: enclosure.length must be a number of bytes, not '3 MB'",
            id="a length in words",
        ),
        pytest.param(
            "---\ntitle: Ferry\ntake: third\n---\n",
            3,
            "front matter: take must be one of new, add, lead, writethru, correction, kill, not 'third'",
            id="an unknown take",
        ),
        pytest.param(
            "---\ntitle: Ferry\nminor: perhaps\n---\n",
            3,
            "front matter: minor must be true or false",
            id="perhaps minor",
        ),
        pytest.param(
            "---\ntitle: Ferry\n---\n" + "a" * 1_000_001,
            4,
            "the Markdown body is longer than 1000000 characters",
            id="a body too long",
        ),
        pytest.param("# \x01\n\nIt sails.\n", 1, "no title: no heading says one", id="an empty heading"),
    ],
)
def test_front_matter_that_cannot_be_used_is_refused_with_its_line_and_reason(text, line, message):
    with pytest.raises(ParseError) as caught:
        parse(document(text))

    assert caught.value.message.startswith(message)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "<!-- A licence -->\n<!-- and more -->\n---\ntitle: Ferry\ndraft: true\n---\nIt sails.\n", id="comments"
        ),
        pytest.param("------\ntitle: Ferry\ndraft: true\n------\nIt sails.\n", id="a long fence"),
        pytest.param("------\ntitle: Ferry\ndraft: true\n---\nIt sails.\n", id="a long fence that a short one closes"),
        pytest.param("--- # keys\ntitle: Ferry\ndraft: true\n---\nIt sails.\n", id="a comment behind a fence"),
        pytest.param("title: Ferry\ndraft: true\ntags:\n- [a]\n---\nIt sails.\n", id="no opening fence, as of Hexo"),
        pytest.param("---yaml\ntitle: Ferry\ndraft: true\n---\nIt sails.\n", id="YAML by name"),
        pytest.param("---toml\ntitle = 'Ferry'\ndraft = true\n---\nIt sails.\n", id="TOML by name"),
        pytest.param("---\n{title: Ferry, draft: true}\n---\nIt sails.\n", id="braces"),
        pytest.param("---\n? title\n: Ferry\n? draft\n: true\n---\nIt sails.\n", id="keys with a question mark"),
    ],
)
def test_front_matter_in_markdown_is_found_between_other_fences_too(text):
    found = draft(text)

    assert ([each.text for each in found.headlines], [each.text for each in found.holds]) == (
        ["Ferry"],
        ["draft: true"],
    )
    assert [each.text for each in found.paragraphs] == ["It sails."]


def test_a_mark_in_a_comment_above_front_matter_holds():
    found = draft("<!-- EMBARGOED -->\n---\ntitle: Ferry\n---\nIt sails.\n")

    assert [each.kind for each in found.holds] == ["embargo"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("\n---js\n{ title: 'Ferry' }\n---\nIt sails.\n", 2, id="a program"),
        pytest.param('"title": "Ferry",\n"published": false\n;;;\nIt sails.\n', 1, id="Hexo's JSON"),
    ],
)
def test_front_matter_in_another_language_is_refused_and_never_copy(text, line):
    with pytest.raises(ParseError, match="which is not read; write it in YAML or TOML") as caught:
        parse(document(text))

    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            '{\n\t"title":"Ferry \\/ \\u6e21 \\ud83d\\ude00","tags" : ["a"],\n\t"draft": true\n}\n\nIt sails.\n',
            id="of Hugo",
        ),
        pytest.param(
            '---json\n{"title": "Ferry / 渡 😀", "tags": ["a"], "draft": true}\n---\nIt sails.\n', id="of Eleventy"
        ),
    ],
)
def test_front_matter_in_json_is_read(text):
    read = draft(text)

    said = [*read.headlines, *read.tags, *read.holds, *read.paragraphs]
    assert [each.text for each in said] == ["Ferry / 渡 😀", "a", "draft: true", "It sails."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            '{"title": "Ferry", "note": ' + "[" * 5000 + "]" * 5000 + "}\nIt.\n", "a JSON file", id="too deep"
        ),
        pytest.param(
            '{"title": "Ferry", "note": ' + "[" * 50 + "]" * 50 + "}\nIt.\n", "nested more than 20", id="deep"
        ),
        pytest.param('{"title": "' + "x" * 70_000 + '"}\nIt sails.\n', "a JSON file", id="too long"),
        pytest.param('{"title": "Ferry"} it sails.\n', "a JSON file", id="words behind it"),
        pytest.param('{"title": "Ferry", "title": "Pier"}\nIt sails.\n', "occurs twice", id="a key twice"),
    ],
)
def test_json_that_is_no_front_matter_or_too_much_is_refused(text, message):
    with pytest.raises(ParseError, match=message):
        parse(document(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("-----\n\nIt sails.\n\n-----\n\nIt sails on.\n", id="rules"),
        pytest.param("<!-- more -->\n\n# Ferry\n\nIt sails.\n", id="a comment above a heading"),
        pytest.param('"It sails": that is all they said.\n\nThen they sang.\n', id="words in quotes"),
    ],
)
def test_markdown_that_only_looks_like_it_is_read_as_before(text):
    assert next(key for key, parser in PARSERS.items() if parser.recognises(document(text), text)) != "frontmatter"


def test_a_tab_behind_a_colon_parts_a_key_from_its_value():
    read = draft("---\ntitle:\tFerry sails again\ndraft:\ttrue\n---\nIt sails.\n")

    assert [headline.text for headline in read.headlines] == ["Ferry sails again"]
    assert [hold.kind for hold in read.holds] == ["draft"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param(
            "version: 1\nversion: 2",
            ["the key 'version' occurs twice in the front matter; only the last one could count"],
            id="unread",
        ),
        pytest.param("author: Su Nian\nauthor: Su Nian", [], id="with one value"),
        pytest.param("tags: [a, b]\ntags: [a, b]", [], id="with one list"),
    ],
)
def test_a_key_that_occurs_twice_and_changes_nothing_is_no_fault(lines, told):
    assert [each.text for each in front(lines).misspelt] == told


def test_a_key_twice_with_two_values_is_a_fault_in_a_table_too():
    with pytest.raises(ParseError, match="the key 'private' occurs twice"):
        front("params:\n  private: true\n  private: false")


LABELLED = "标题：渡轮复航\n\nAbstract: How it sails.\n\nTime : N log k\n\nAuthor: Su Nian, who sails"


def test_a_labelled_line_below_front_matter_is_copy():
    found = draft(f"---\ntitle: Ferry\ndescription: It sails.\n---\n{LABELLED}\n")

    assert [each.text for each in found.paragraphs] == LABELLED.split("\n\n")
    assert [each.text for each in (*found.headlines, *found.summaries)] == ["Ferry", "It sails."]
    assert found.bylines == ()


@pytest.mark.parametrize(
    "line", ["Release: 2036-11-30 09:00", "保密期：2036-11-30", "Embargo: noon | Source: Quay Wire"]
)
def test_a_label_that_keeps_copy_back_counts_below_front_matter_too(line):
    assert [each.kind for each in draft(f"---\ntitle: Ferry\n---\n{line}\n\nIt sails.\n").holds] == ["embargo"]


def test_a_byline_and_a_date_below_front_matter_count_where_its_keys_lack_them():
    head = "By Tom Ardley\n\nDate: 2026-05-26\n\nIt sails."
    bare, full = draft(f"---\ntitle: Ferry\n---\n{head}\n"), front(f"author: Su Nian\ndate: 2026-05-27\n---\n{head}\n")

    assert ([each.name for each in bare.bylines], [each.text for each in bare.dates]) == (
        ["Tom Ardley"],
        ["Date: 2026-05-26"],
    )
    assert [each.text for each in bare.paragraphs] == ["", "It sails."]
    assert ([each.name for each in full.bylines], [each.text for each in full.dates]) == (["Su Nian"], ["2026-05-27"])
    assert [each.text for each in full.paragraphs][:3] == head.split("\n\n")


def test_an_alias_stands_for_what_its_anchor_holds():
    found = front("tags: &words [harbour, ferry]\nkeywords: *words\ncategories: *words")

    assert [each.text for each in found.tags] == ["harbour", "ferry", "harbour", "ferry"]
    assert [each.text for each in found.categories] == ["harbour", "ferry"]


@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        pytest.param("draft: false", [], id="no draft"),
        pytest.param("draft: true", [("draft", "draft: true")], id="draft"),
        pytest.param("draft: Yes", [("draft", "draft: Yes")], id="draft, in other words"),
        pytest.param("published: false", [("draft", "published: false")], id="Jekyll's draft"),
        pytest.param("published: true", [], id="Jekyll's published"),
        pytest.param("status: draft", [("draft", "status: draft")], id="Pelican's draft"),
        pytest.param("status: published", [], id="Pelican's published"),
        pytest.param("release: 2026-05-28 10:00", [("embargo", "2026-05-28 10:00")], id="release"),
        pytest.param("publishDate: 2026-05-28", [("embargo", "2026-05-28")], id="Hugo's release"),
        pytest.param("embargoed-until: noon", [("embargo", "noon")], id="an embargo that is not understood"),
        pytest.param("embargo: true", [("embargo", "true")], id="an embargo without a time"),
        pytest.param("embargo: no", [], id="no embargo"),
        pytest.param("killed: true", [("kill", "killed: true")], id="killed"),
        pytest.param("killed: false", [], id="not killed"),
        pytest.param(
            "withdrawn: The bell was a bicycle's.",
            [("withdrawn", "withdrawn: The bell was a bicycle's.")],
            id="withdrawn",
        ),
        pytest.param("hold: until noon", [("hold", "hold: until noon")], id="a hold"),
        pytest.param("take: kill", [("kill", "take: kill")], id="a kill as a take"),
        pytest.param("base: &b {draft: true}\n<<: *b", [("draft", "draft: true")], id="draft in a merged table"),
    ],
)
def test_front_matter_that_keeps_copy_back_is_a_hold(lines, holds):
    assert [(each.kind, each.text) for each in front(lines).holds] == holds


def test_a_withdrawal_has_the_reason_that_readers_are_told_and_a_kill_has_none():
    reasons = [
        front(f"{key}: The bell was a bicycle's.").holds[0].reason for key in ("withdrawn", "retracted", "killed")
    ]

    assert reasons == ["The bell was a bicycle's.", "The bell was a bicycle's.", None]
    assert front("withdrawn: true").holds[0].reason is None


@pytest.mark.parametrize(("value", "revive"), [("true", True), ("yes", True), ("false", False)])
def test_what_was_killed_is_revived_by_an_answer(value, revive):
    assert front(f"revive: {value}").revive is revive


def test_what_was_killed_is_revived_by_no_other_word():
    with pytest.raises(ParseError, match="revive"):
        front("revive: perhaps")


@pytest.mark.parametrize(
    ("lines", "dates"),
    [
        pytest.param("date: 2026-05-26", [("date", "2026-05-26")], id="a day"),
        pytest.param("date: 2026-05-26T10:00:00Z", [("date", "2026-05-26T10:00:00Z")], id="a time, as written"),
        pytest.param("date: 2026-02-30", [("date", "2026-02-30")], id="an impossible day, for dates to refuse"),
        pytest.param("published: 2026-05-26", [("date", "2026-05-26")], id="published, as a date"),
        pytest.param(
            "pubDate: Tue, 26 May 2026 10:00:00 +0800", [("date", "Tue, 26 May 2026 10:00:00 +0800")], id="RFC 822"
        ),
        pytest.param("lastmod: 2026-05-27", [("updated", "2026-05-27")], id="Hugo"),
        pytest.param("last_modified_at: 2026-05-27", [("updated", "2026-05-27")], id="Jekyll"),
        pytest.param("modified: 2026-05-27", [("updated", "2026-05-27")], id="Pelican"),
        pytest.param(
            "time: 2026-05-25\ndate: 2026-05-26",
            [("date", "2026-05-26"), ("date", "2026-05-25")],
            id="date counts first",
        ),
        pytest.param("publishedAt: 2026-05-26", [("date", "2026-05-26")], id="in one word"),
        pytest.param("date created: 2026-05-25", [("date", "2026-05-25")], id="Obsidian"),
        pytest.param(
            "date: {created: 2026-05-25, modified: 2026-05-26}",
            [("date", "2026-05-25"), ("updated", "2026-05-26")],
            id="a table",
        ),
        pytest.param(
            "publishDate: 2026-05-25\ndate: 2026-05-24",
            [("date", "2026-05-24"), ("date", "2026-05-25"), ("release", "2026-05-25")],
            id="a release dates it too, behind its date",
        ),
        pytest.param("path: 2026/05/26/ferry", [("address", "2026/05/26/ferry")], id="a path"),
        pytest.param("permalink: /2026/05/26/", [("address", "/2026/05/26/")], id="a permalink"),
        pytest.param("slug: /2026/05/26/ferry", [("address", "/2026/05/26/ferry")], id="a slug as a path"),
        pytest.param("url: /2026/05/", [], id="a month only"),
        pytest.param("url: https://other.example/2026/05/26/", [], id="an address elsewhere"),
        pytest.param("date:", [], id="nothing"),
        pytest.param("date: ~", [], id="null"),
    ],
)
def test_dates_are_kept_as_written(lines, dates):
    assert [(each.label, each.text) for each in front(lines).dates] == dates


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        pytest.param("author: Tom Ardley", [("Tom Ardley", "author", None)], id="one"),
        pytest.param(
            "author: Tom Ardley and Su Nian",
            [("Tom Ardley", "author", None), ("Su Nian", "author", None)],
            id="two in one",
        ),
        pytest.param(
            "author: 何雨桐、苏 念",
            [("何雨桐", "author", None), ("苏念", "author", None)],
            id="two Chinese names in one",
        ),
        pytest.param("authors: [Ardley and Sons]", [("Ardley and Sons", "author", None)], id="an item is one"),
        pytest.param(
            "authors: [{name: Su Nian, email: su@example.org}]", [("Su Nian", "author", None)], id="a table with a name"
        ),
        pytest.param(
            "author: {en: Su Nian, zh: 苏念}", [("Su Nian", "author", "en"), ("苏念", "author", "zh")], id="by language"
        ),
        pytest.param("author_zh: 苏念", [("苏念", "author", "zh")], id="a key with a language"),
        pytest.param("author_id: 17\nauthor_url: x", [], id="keys that only look like it"),
        pytest.param(
            "editors: [Su Nian]\ntranslator: 苏念\nphotographer: Tom Ardley",
            [("Su Nian", "editor", None), ("苏念", "translator", None), ("Tom Ardley", "photographer", None)],
            id="other roles",
        ),
    ],
)
def test_people_are_read_in_every_form(lines, people):
    assert [(each.name, each.role, each.language) for each in front(lines).bylines] == people


def test_the_summary_named_so_counts_before_a_description():
    found = front("description: For machines.\nsummary: For readers.\ndescription_zh: 给机器")

    assert [(each.text, each.language) for each in found.summaries] == [("For readers.", None), ("给机器", "zh")]


def test_a_heading_in_the_body_is_the_title_where_front_matter_has_none():
    found = draft("---\ndate: 2026-05-26\n---\n# Ferry\n\n# 渡轮\n\nIt sails.\n\n# Later\n\nIt sails again.\n")

    assert [each.text for each in found.headlines] == ["Ferry", "渡轮"]
    assert [each.text for each in found.paragraphs] == ["It sails.", "Later", "It sails again."]


@pytest.mark.parametrize(
    "written",
    [
        "<script>var sent = true</script>\n\nThe harbour reopened.",
        "<STYLE media=print>\np { color: red }\n</STYLE >\n\nThe harbour reopened.",
        "The harbour <script>send()</script>reopened.",
        "<div><svg><text>drawn</text></svg>The harbour reopened.</div>",
        "The harbour reopened. <script>for ever",
    ],
)
def test_what_no_browser_shows_is_none_of_the_words(written):
    words = [each.text for each in draft(f"---\ntitle: Ferry\n---\n{written}\n").paragraphs]
    assert " ".join(" ".join(words).split()) == "The harbour reopened."


def test_a_block_of_markdown_is_a_paragraph_with_its_html_and_its_words():
    body = "It **sails** at\nnoon ![a bell](b.png).\n\n- one\n- two\n\n> said\n\n```\nx < y\n```\n\n"
    body += "<p onclick='x()'>raw</p>\n\n***\n"
    text = f"---\ntitle: Ferry\n---\n{body}"

    found = draft(text)

    assert [(each.text, each.html) for each in found.paragraphs] == [
        ("It sails at noon a bell.", '<p>It <strong>sails</strong> at\nnoon <img src="b.png" alt="a bell" />.</p>'),
        ("one two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("x < y", "<pre><code>x &lt; y\n</code></pre>"),
        ("raw", "<p onclick='x()'>raw</p>"),
        ("", "<hr />"),
    ]
    assert "\n\n".join(text[each.span.start : each.span.end] for each in found.paragraphs) == body.rstrip()


def test_a_dateline_in_emphasis_is_found_with_its_place():
    text = "---\ntitle: Ferry\n---\n**LISBON, May 26 (Harbour Wire)** -- The ferry left.\n"

    (dateline,) = draft(text).datelines

    assert (dateline.places, dateline.month, dateline.day) == (("Lisbon",), 5, 26)
    assert text[dateline.span.start : dateline.span.end] == dateline.text


def test_a_mark_above_the_body_holds_and_a_correction_is_noted():
    found = draft("---\ntitle: 'CORRECTED: Ferry'\n---\nEMBARGOED UNTIL NOON\n\nIt sails.\n")

    assert [each.text for each in found.headlines] == ["Ferry"]
    assert (found.take, [each.text for each in found.holds]) == ("correction", ["EMBARGOED UNTIL NOON"])
    assert [each.text for each in found.paragraphs] == ["It sails."]


@pytest.mark.parametrize(
    "toml",
    [
        'title = "Ferry"\ndate = 2026-05-26 # noon',
        "date = 2026-05-26\n[title]\nen = 'Ferry'",
        'date = "2026-05-26"\ntitle = """\nFerry"""',
    ],
)
def test_toml_values_are_found_where_they_stand(toml):
    text = f"+++\n{toml}\n+++\nIt sails.\n"

    found = draft(text)

    excerpts = [(each.text, text[each.span.start : each.span.end]) for each in (*found.headlines, *found.dates)]
    assert excerpts == [("Ferry", "Ferry"), ("2026-05-26", "2026-05-26")]


@pytest.mark.parametrize(
    ("path", "lines", "body", "why"),
    [
        pytest.param("find.md", "layout: search", "", "`layout: search`", id="a search"),
        pytest.param("tags/index.md", "type: tags", "", "`type: tags`", id="tags of Hexo"),
        pytest.param("about.md", "Layout: Page", "Who we are.", "`Layout: Page`", id="a page"),
        pytest.param("world/index.md", "updated: 2026-05-26", "", "its name and its empty body", id="an empty index"),
    ],
)
def test_a_page_of_the_site_is_no_article(path, lines, body, why):
    with pytest.raises(ParseError) as caught:
        draft(f"---\ntitle: Ferry\n{lines}\n---\n{body}\n", path)

    assert caught.value.message == f"is a page of the site and no article, by {why}; a `date` makes it one"


@pytest.mark.parametrize(
    ("path", "lines", "body"),
    [
        pytest.param("about.md", "layout: page\ndate: 2026-05-26", "It sails.", id="a page with a date"),
        pytest.param("2026-05-26-ferry.md", "layout: page", "It sails.", id="a page with a day in its name"),
        pytest.param("ferry.md", "layout: page\npermalink: /2026/05/26/", "It sails.", id="a day in its address"),
        pytest.param(
            "ferry.md", "layout: page", "LISBON, May 26 (Quay Wire) -- It sails.", id="a page with a dateline"
        ),
        pytest.param("ferry/index.md", "author: Su Nian", "It sails.", id="an index with a body"),
        pytest.param("ferry.md", "layout: post", "", id="a flash"),
    ],
)
def test_what_may_be_a_story_is_taken_for_no_page_of_the_site(path, lines, body):
    assert [each.text for each in draft(f"---\ntitle: Ferry\n{lines}\n---\n{body}\n", path).headlines] == ["Ferry"]


def test_a_page_of_the_site_that_a_mark_holds_is_held():
    assert [each.text for each in front("layout: page\ndraft: true").holds] == ["draft: true"]


def test_a_table_of_words_for_labels_is_no_language():
    assert front("language: {title-block-modified: Changed}").language is None


def test_tabs_indent_as_hexo_has_it():
    read = draft("---\ntitle: Ferry\ntags:\n\t- a\n\t- b\ncategories:\n\t\t- world\n---\nIt sails.\n")

    assert [each.text for each in (*read.headlines, *read.tags, *read.categories)] == ["Ferry", "a", "b", "world"]


def test_a_line_that_dates_a_post_stays_in_its_text():
    read = draft("---\ntitle: Ferry\n---\n\nPublished: 2026-10-30\n\nIt sails.\n")

    said = [(each.text, each.html) for each in read.paragraphs]
    assert said == [("", "<p>Published: 2026-10-30</p>"), ("It sails.", "<p>It sails.</p>")]
    assert [each.text for each in read.dates] == ["Published: 2026-10-30"]


def test_two_former_addresses_are_no_contradiction():
    read = front("redirect_from: /a\nredirect_from: /b\n")

    assert [each.text for each in read.addresses] == ["/b"]
