"""A folder `theme` replaces templates and files one by one; a broken one costs no reader a page."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from feedsvc.cli import main
from feedsvc.web import make_app
from feedsvc.web.static_site.inventory import addresses
from feedsvc.web.theme import SHIPPED
from newsroom import Newsroom

DOCS = Path(__file__).parents[1] / "docs" / "themes.md"
LIT = "/articles/lamp-lit"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/one.txt", "Lamp lit\n\nLISBON, Nov 1 (Quay) -- Text.\n")
    newsroom.publish()
    return newsroom


def themed(room: Newsroom, **files: str) -> FlaskClient:
    """Return a client of the site with *files* in its theme: article.html is named article_html."""
    for name, text in files.items():
        path = room.folder / "theme" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return make_app(room.settings, room.store).test_client()


def test_a_template_of_the_theme_replaces_ours_and_may_extend_it(room):
    client = themed(
        room,
        article_html="{% extends 'shipped/article.html' %}{% block notes %}<p>Own {{ article.slug }}</p>{% endblock %}",
        error_html="<p>Nothing here ({{ status.value }})</p>",
    )

    article, missing, front = client.get(LIT), client.get("/nowhere"), client.get("/")

    assert b"<p>Own lamp-lit</p>" in article.data
    assert b"<h1>" in article.data
    assert (missing.status_code, missing.data) == (404, b"<p>Nothing here (404)</p>")
    assert b"Own" not in front.data


def test_its_stylesheet_replaces_ours_and_may_import_it(room):
    ours = make_app(room.settings, room.store).test_client().get("/static/site.css").data
    client = themed(room, site_css="@import 'shipped/site.css'; a { color: red }", fonts__own_woff2="font")

    styles, shipped, font, page = (
        client.get(path) for path in ("/static/site.css", "/static/shipped/site.css", "/static/fonts/own.woff2", "/")
    )

    assert styles.data == b"@import 'shipped/site.css'; a { color: red }"
    assert (shipped.data, shipped.headers["Cache-Control"]) == (ours, "public, max-age=86400")
    assert (font.content_type, font.data) == ("font/woff2", b"font")
    assert re.search(rb'href="(/static/site\.css\?v=[0-9a-f]{12})"', page.data)[1].decode() == (
        f"/static/site.css?v={styles.headers['ETag'].strip(chr(34))}"
    )


@pytest.mark.parametrize(
    ("template", "place", "why"),
    [
        pytest.param("<p>\n{% if %}</p>", "article.html:2", "Expected an expression", id="wrong syntax"),
        pytest.param("{{ article.slug | nofilter }}", "article.html:1", "No filter named 'nofilter'", id="no filter"),
        pytest.param("<p>\n\n{{ story.title.text }}", "article.html:3", "'story' is undefined", id="no such value"),
        pytest.param("{% extends 'bsae.html' %}", "article.html:1", "bsae.html", id="no such template"),
        pytest.param("{{ 1 / 0 }}", "article.html:1", "division by zero", id="a sum that fails"),
    ],
)
def test_a_broken_template_is_reported_with_file_and_line_and_ours_is_used(room, caplog, template, place, why):
    expected = make_app(room.settings, room.store).test_client().get(LIT).data
    with caplog.at_level(logging.WARNING):
        client = themed(room, article_html=template)

        answer = client.get(LIT)

    assert (answer.status_code, answer.data) == (200, expected)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert f"{room.folder}/theme/{place}: " in told[0]
    assert why in told[0]


def test_check_tells_what_is_wrong_with_a_theme(room, monkeypatch):
    themed(
        room,
        article_html="{{ story.title.text }}",
        front_html="{% block main %}",
        artcle_html="<p>",
        notes_docx="x",
        README_md="About this theme",
    )
    (room.folder / "theme" / "huge.css").write_bytes(b" " * 2_000_001)
    monkeypatch.chdir(room.folder)

    done = CliRunner().invoke(main, ["check"])

    told = [line for line in done.stdout.splitlines() if "/theme/" in line]
    wanted = (
        ("article.html:1: UndefinedError: 'story' is undefined; article.html is shown without the theme"),
        ("front.html:1: Unexpected end of template."),
        ("artcle.html: replaces nothing, because no template has its name; did you mean article.html?"),
        ("notes.docx: is no part of a theme"),
        ("huge.css: has more than 2,000,000 bytes"),
    )
    assert len(told) == len(wanted), told
    assert all(any(each in line for line in told) for each in wanted), told
    assert done.exit_code == 0


def test_a_changed_theme_builds_every_page_anew(room):
    before = {address.path: address.recipe for address in addresses(room.settings, room.store)}

    themed(room, site_css="a { color: red }")
    after = {address.path: address.recipe for address in addresses(room.settings, room.store)}

    assert before[LIT] != after[LIT]
    assert {"/static/shipped/site.css", "/favicon.ico", "/apple-touch-icon.png"} < after.keys()


def test_the_docs_list_every_block_and_template_in_its_order():
    shipped = {path.name: path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.html"))}
    documented = dict(
        re.findall(r"^\| `([a-z_]+\.html)` \|[^|]*\|([^|]*)\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    )

    blocks = {name: re.findall(r"{% block ([a-z_]+) %}", text) for name, text in shipped.items()}
    told = {name: re.findall(r"`([a-z_]+)`", cell) for name, cell in documented.items()}

    assert told == blocks
