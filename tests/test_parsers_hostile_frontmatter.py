"""Front matter made to cost much, or to end its reader: each is refused with its line or read, at a fair cost."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable

import pytest
from test_parsers_hostile import assert_parses_or_says_why, document

from feedsvc.model.errors import ParseError
from feedsvc.parsers import parse
from newsroom import Newsroom

LONGEST = 50_000  # nearly what front matter may have
# What it begins with, and the signs that are repeated then; "¶" ends a line.
UNITS = {
    "---\ntitle: ": "[|{|- |&a |!!str |? |: |,|'|\"|#|0|a¶ ",
    "---\ntitle: Ferry\n": "&a |*a |? a¶|<<: *a¶|a: b¶|- a¶|a: ¶ |>¶ a¶",
    "---\ntitle: Ferry\ntags: [": '[|a, |"a", |{a: 1}, |*a, |&a ',
    '---\ntitle: "': "a|\\u0041|\\¶|¶|é",
    "+++\ntitle = 'Ferry'\n": "a.|a = 1¶|[a]¶|[[a.b]]¶|'a'.|a . |[|#¶",
    "+++\ntitle = 'Ferry'\ntags = [": '[|[a.|{a=|1, |"a", |0x1|2026-01-01, |{a=1}, |"\\u0041", ',
    '+++\ntitle = """': 'a|\\u0041|"|\\¶|a.b¶',
    "Title: Ferry\n": "a: b¶|    a¶|a: ¶|\t|¶",
}
BOMB = "".join(f"k{n}: &a{n} {{en: *a{n - 1}, zh: *a{n - 1}}}\n" for n in range(1, 60))
CHAIN = "".join(f"k{n}: &a{n} {{<<: *a{n - 1}, x{n}: y}}\n" for n in range(1, 900))


def cost_s(text: str) -> float:
    gc.disable()  # what other tests left in memory is collected at another time
    try:
        began = time.process_time()
        assert_parses_or_says_why(document(text.encode(), "a.md"))
        return time.process_time() - began
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("opening", "unit"),
    [(opening, unit.replace("¶", "\n")) for opening, units in UNITS.items() for unit in units.split("|")],
)
def test_any_sign_repeated_costs_in_proportion(opening: str, unit: str) -> None:
    def text(length: int) -> str:
        return f"{opening}{unit * (length // len(unit))}\n{opening[:3]}\nIt sails.\n"

    few = max(min(cost_s(text(LONGEST // 10)) for _ in range(3)), 0.005)  # below it, the clock counts for more
    many = min(cost_s(text(LONGEST)) for _ in range(3))

    assert many < few * 10 * 4  # squared, it would be 10 * 10


def test_brackets_are_read_no_further_than_they_may_nest() -> None:
    few, many = (min(cost_s(f"---\ntitle: {'[' * length}\n---\n") for _ in range(3)) for length in (6_000, 60_000))

    assert many < few * 6


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            f"+++\ntitle = 'Ferry'\nweight = {'9' * 5000}\n+++\n",
            3,
            "the front matter holds a number that is too long; put it in quotes",
            id="a number of 5,000 digits",
        ),
        pytest.param(
            f"+++\ntitle = 'Ferry'\nweight = 0x{'f' * 4000}\n+++\n",
            3,
            "the front matter holds a number that is too long; put it in quotes",
            id="a number of 4,000 hexadecimal digits",
        ),
        pytest.param(
            f"+++\ntitle = 'Ferry'\n{'a.' * 500}a = 1\n+++\n",
            3,
            "a key of the front matter has more than 20 parts",
            id="a key of 500 parts",
        ),
        pytest.param(
            f"+++\ntitle = 'Ferry'\n\n[{'a . ' * 14_000}a]\n+++\n",
            4,
            "a key of the front matter has more than 20 parts",
            id="a header of 14,000 parts",
        ),
        pytest.param(
            "+++\ntitle = 'Ferry'\n[[" + '"a".' * 30 + "a]]\n+++\n",
            3,
            "a key of the front matter has more than 20 parts",
            id="a quoted header of 30 parts",
        ),
        pytest.param(
            f"+++\nx = {{ {'a.' * 30}a = 1 }}\n+++\n",
            2,
            "a key of the front matter has more than 20 parts",
            id="a key of 30 parts in a table on one line",
        ),
        pytest.param(
            f"+++\nx = {'[' * 30}{']' * 30}\n+++\n", 2, "the TOML front matter is nested too deeply", id="deep lists"
        ),
        pytest.param(
            "+++\n" + "".join(f"a{n} = 1\n" for n in range(1001)) + "+++\n",
            2,
            "the front matter has more than 1000 keys",
            id="TOML of 1,001 keys",
        ),
        pytest.param("+++\ndate = 2026-02-30\n+++\n", 2, "the TOML front matter cannot be read: Inva", id="no day"),
        pytest.param(
            f"---\nk0: &a0 {{en: X}}\n{BOMB}author: *a59\n---\n",
            14,
            "the front matter holds more than 20000 values, aliases written out",
            id="names in tables of aliases",
        ),
        pytest.param(
            f"---\nk0: &a0 {{en: X}}\n{CHAIN}---\n",
            2,
            "the front matter holds more than 20000 values, aliases written out",
            id="a chain of merged tables",
        ),
        pytest.param(
            f"---\ntitle: Ferry\nx: {'[' * LONGEST}\n---\n",
            3,
            "the front matter is nested more than 20 deep",
            id="deep YAML",
        ),
        pytest.param(
            f"---\ntitle: Ferry\nx:\n  {'- ' * 30_000}\n---\n",
            4,
            "the front matter is nested more than 20 deep",
            id="dashes",
        ),
        pytest.param(
            "\nTitle: Ferry\n" + "    and more\n" * 6000,
            2,
            "the front matter is longer than 64000 characters",
            id="lines without end in Pelican's",
        ),
    ],
)
def test_front_matter_of_too_much_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(document(text.encode(), "a.md"))

    assert (caught.value.message[: len(message)], caught.value.line) == (message, line)


@pytest.mark.parametrize(
    "value",
    ["inf", "-nan", "1e400", "2026-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "24:00", "0o17"],
)
@pytest.mark.parametrize("key", ["date", "lastmod", "publishDate", "expiryDate", "title", "weight", "tags", "draft"])
@pytest.mark.parametrize("form", ["+++\nx = 1\n{} = {}\n+++\nIt sails.\n", "---\nx: 1\n{}: {}\n---\nIt sails.\n"])
def test_a_value_of_any_kind_is_read_or_refused(form: str, key: str, value: str) -> None:
    assert_parses_or_says_why(document(form.format(key, value).encode(), "a.md"))


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(f'description = """\n{"A. B. C. " * 30}\n{"." * 60}\n"""', id="dots in a text"),
        pytest.param("url = 'https://a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.example.org/'", id="a long host"),
        pytest.param(f"weight = '{'9' * 5000}'", id="digits in quotes"),
    ],
)
def test_texts_that_only_look_like_too_much_are_read(written: str) -> None:
    (draft,) = parse(document(f"+++\ntitle = 'Ferry'\n{written}\n+++\nIt sails.\n".encode(), "a.md"))

    assert [each.text for each in draft.headlines] == ["Ferry"]


def test_long_keys_take_no_memory() -> None:
    text = f"+++\ntitle = 'Ferry'\n{'a.' * 30_000}a = 1\n+++\n"

    assert peak_bytes(lambda: cost_s(text)) < 20_000_000


def peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_document_with_such_front_matter_stops_no_other(newsroom: Newsroom) -> None:
    newsroom.file("world/long.md", f"+++\ntitle = 'Ferry'\nweight = {'9' * 5000}\n+++\n\nIt sails.\n")
    newsroom.file("world/deep.md", f"+++\ntitle = 'Ferry'\n{'a.' * 600}a = 1\n+++\n\nIt sails.\n")
    newsroom.file("world/tide.md", "---\ntitle: Tide\n---\n\nIt turns.\n")

    edition = newsroom.publish()

    assert [f"{each.severity}: {each}" for each in edition.problems] == [
        "rejected: world/deep.md:3: a key of the front matter has more than 20 parts",
        "rejected: world/long.md:3: the front matter holds a number that is too long; put it in quotes",
    ]
    assert edition.articles == 1
