"""People and the picture of a post in front matter, as generators of sites and their themes have them."""

from __future__ import annotations

import json

import pytest
from test_parsers_frontmatter import front

from newsroom import Newsroom


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        pytest.param("author: '[Su Nian](https://quay.example/su)'", ["Su Nian"], id="a link"),
        pytest.param(
            "author: '[Su Nian](https://q.example), [Tom Ardley](t.html)'", ["Su Nian", "Tom Ardley"], id="links"
        ),
        pytest.param("authors: ['[Su Nian](a) & [Tom Ardley](b)']", ["Su Nian", "Tom Ardley"], id="links in an item"),
        pytest.param('author: "[[Su Nian]]"', ["Su Nian"], id="a note of Obsidian"),
        pytest.param('authors: ["[[people/su|Su Nian]]"]', ["Su Nian"], id="a note under another name"),
        pytest.param('author: <a href="/su">Su Nian</a>', ["Su Nian"], id="a link in HTML"),
        pytest.param("author: Su Nian <su@quay.example>", ["Su Nian"], id="an address of mail"),
        pytest.param("author: Su Nian (https://quay.example/su)", ["Su Nian"], id="an address behind the name"),
        pytest.param("author: Quay Lamps, Inc.", ["Quay Lamps, Inc."], id="a firm"),
        pytest.param("author: Ardley & Sons", ["Ardley & Sons"], id="a firm of a family"),
        pytest.param("author: Tom Ardley (Quay Lamps, Inc.)", ["Tom Ardley"], id="a firm behind the name"),
        pytest.param("author: Tom Ardley (Quay), Su Nian (Pier)", ["Tom Ardley", "Su Nian"], id="firms behind names"),
        pytest.param("author: 苏念（花名：潮汐）", ["苏念"], id="a nickname in wide brackets"),
        pytest.param("author: The Lamp/Wick Team", ["The Lamp/Wick Team"], id="a stroke inside a name"),
        pytest.param(
            "authors: ['Ardley, Tom', 'van Dam, Ines']", ["Tom Ardley", "Ines van Dam"], id="last names first"
        ),
        pytest.param("author: Ardley, Tom; Nian, Su", ["Tom Ardley", "Su Nian"], id="last names first, in one text"),
        pytest.param("authors: ['Tom Ardley, PhD']", ["Tom Ardley, PhD"], id="a degree"),
        pytest.param(
            "author: [{name: Su Nian}, {url: https://quay.example}]", ["Su Nian"], id="a list of single fields"
        ),
        pytest.param("author: [[[{name: Su Nian}]]]", ["Su Nian"], id="lists in lists"),
        pytest.param("author: {name: {given: Su, family: Nian}}", ["Su Nian"], id="Quarto"),
        pytest.param("author: {first_name: Su, last_name: Nian}", ["Su Nian"], id="two fields"),
        pytest.param("author: {en: Su Nian and Tom Ardley}", ["Su Nian", "Tom Ardley"], id="two in a language"),
        pytest.param("author: {su: {name: Su Nian}}", ["Su Nian"], id="by the name of a file"),
        pytest.param("params: {author: Su Nian}", ["Su Nian"], id="in Hugo's params"),
        pytest.param("author: Tom Ardley\nextra: {authors: [Su Nian]}", ["Tom Ardley"], id="outside counts"),
        pytest.param("taxonomies: {authors: [Su Nian]}", ["Su Nian"], id="in Zola's taxonomies"),
        pytest.param("author: '-'", [], id="a dash for nobody"),
        pytest.param("editor: visual", [], id="the editor is a program"),
        pytest.param("editor: {markdown: {wrap: 72}}", [], id="the editor's settings"),
    ],
)
def test_people_are_read_as_generators_write_them(lines, names):
    found = front(lines)

    assert [person.name for person in found.bylines] == names
    assert found.misspelt == ()


@pytest.mark.parametrize("line", ["author: {twitter: quay, url: x}", "author: https://quay.example"])
def test_a_key_that_names_nobody_is_told(line):
    found = front(line)

    assert (found.bylines, [remark.text for remark in found.misspelt]) == ((), ["author names nobody"])


@pytest.mark.parametrize(
    ("lines", "categories", "tags"),
    [
        pytest.param("categories: [[World, Europe], [Play]]", ["World", "Europe", "Play"], [], id="paths of Hexo"),
        pytest.param("tags: [a, 1, {b: c}, '', {name: d, slug: e}]", [], ["a", "1", "b: c", "d"], id="mixed tags"),
        pytest.param("tags: ['#radio', 'ports/lisbon']", [], ["radio", "ports/lisbon"], id="Obsidian"),
        pytest.param("topics: [radio]", [], ["radio"], id="topics"),
        pytest.param("taxonomies: {tags: [radio], categories: [World]}", ["World"], ["radio"], id="Zola"),
        pytest.param("tags: [radio]\nextra: {tags: [ports]}", [], ["radio"], id="outside counts"),
    ],
)
def test_categories_and_tags_are_read_as_generators_write_them(lines, categories, tags):
    found = front(lines)

    assert ([word.text for word in found.categories], [word.text for word in found.tags]) == (categories, tags)


PIER = "https://media.example/pier.jpg"


@pytest.mark.parametrize(
    ("lines", "picture"),
    [
        pytest.param(f"image: {PIER}", (PIER, "", None, None), id="an address"),
        pytest.param(f"heroImage: {PIER}", (PIER, "", None, None), id="a key in one word"),
        pytest.param(f"header-img: {PIER}", (PIER, "", None, None), id="a key of a theme"),
        pytest.param("cover: //media.example/pier.jpg", (PIER, "", None, None), id="without a scheme"),
        pytest.param(
            f"thumbnail: https://media.example/small.jpg\ncover: {PIER}", (PIER, "", None, None), id="the larger one"
        ),
        pytest.param(f"image: pier.jpg\nthumbnail: {PIER}", ("pier.jpg", "", None, None), id="a file"),
        pytest.param(
            "resources: [{src: pier.jpg, title: The pier}]", ("pier.jpg", "The pier", None, None), id="Hugo's"
        ),
        pytest.param(f"images: ['{PIER}', 'https://media.example/quay.jpg']", (PIER, "", None, None), id="the first"),
        pytest.param(
            f"cover: {{image: '{PIER}', alt: The pier, caption: At dawn, credit: Su Nian}}",
            (PIER, "The pier", "At dawn", "Su Nian"),
            id="a table",
        ),
        pytest.param(
            f"cover: {PIER}\ncover_alt: The pier\ncover_caption: At dawn",
            (PIER, "The pier", "At dawn", None),
            id="keys beside it",
        ),
        pytest.param(f"header: {{teaser: '{PIER}'}}", (PIER, "", None, None), id="in a header"),
        pytest.param(f"extra: {{cover: {{src: '{PIER}'}}}}", (PIER, "", None, None), id="in Zola's extra"),
    ],
)
def test_the_picture_of_a_post_is_read_with_its_words(lines, picture):
    (found,) = front(lines).enclosures

    assert (found.url, found.alternative, found.caption, found.credit) == picture


@pytest.mark.parametrize(
    "line", ["image: true", "cover: Tales of the sea", "banner: 3", "image: {alt: The pier}", "images: []"]
)
def test_a_key_without_an_address_is_no_picture(line):
    found = front(line)

    assert (found.enclosures, found.misspelt) == ((), ())


def test_the_pictures_of_other_keys_stand_in_for_a_file():
    (found,) = front(f"image: pier.jpg\nthumbnail: small.jpg\nbanner: {PIER}").enclosures

    assert (found.url, found.instead) == ("pier.jpg", (PIER, "small.jpg"))


def test_the_picture_of_a_post_is_shown_once(newsroom: Newsroom):
    front_matter = f"---\ntitle: Pier\nimage: {PIER}\nimage_alt: The pier\n---\n\n"
    newsroom.file("a.md", f"{front_matter}It reopens.\n")
    newsroom.file("b.md", f"{front_matter.replace('Pier', 'Quay')}![The pier]({PIER})\n\nIt closes.\n")

    newsroom.publish()

    items = json.loads(newsroom.feed("/feeds/all.json"))["items"]
    assert [(item["image"], item["content_html"].count("<img")) for item in items] == [(PIER, 1), (PIER, 1)]
