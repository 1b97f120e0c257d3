"""The catalogues of words: complete, with the right placeholders, compiled; and no template has words of its own."""

from __future__ import annotations

import re
import string
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, nodes

from feedsvc.text.catalogues import ENGLISH, FOLDER, OF_FEEDS, catalogue_of, said, translated
from feedsvc.web.pages.wording import counted, language_name, ui, words

PROJECT = Path(__file__).resolve().parents[1]
TOOL = SimpleNamespace(**run_path(str(PROJECT / "tools/write_catalogues.py")))
TRANSLATED = sorted(set(OF_FEEDS) - {ENGLISH})
TEMPLATES = PROJECT / "feedsvc/web/templates"
# Pages for editors and operators are in English.
IN_ENGLISH = {TEMPLATES / name for name in ("documents.html", "preview.html", "status.html")}
SPOKEN_ATTRIBUTES = re.compile(r"""(?:aria-label|title|placeholder|alt)="([^"{]*[A-Za-z]{2}[^"{]*)""")


def fields(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}


def test_every_catalogue_is_known():
    assert sorted(path.stem for path in FOLDER.glob("*.po")) == TRANSLATED


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_catalogue_has_every_message_in_its_language_and_no_other(name):
    catalogue, template = TOOL.read(name), TOOL.template_of(name)
    wanted = {(entry.id, entry.context) for entry in template if entry.id}
    found = {(entry.id, entry.context): entry for entry in catalogue if entry.id}

    assert found.keys() == wanted
    for (identity, _), entry in found.items():
        forms = entry.string if entry.pluralizable else (entry.string,)
        assert all(forms), f"{name}: {identity} is not translated"
        assert len(forms) == (catalogue.num_plurals if entry.pluralizable else 1)
        assert not entry.fuzzy, f"{name}: {identity}"


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_placeholders_of_a_translation_are_those_of_its_message(name):
    for entry in TOOL.read(name):
        if entry.pluralizable:
            # "One entry" and "two entries" may be words without a figure.
            assert all(fields(form) <= fields(entry.id[1]) for form in entry.string), entry.id
            assert fields(entry.string[-1]) == fields(entry.id[1]), entry.id
        elif entry.id:
            assert fields(entry.string) == fields(entry.id), entry.id


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_catalogue_is_compiled(name):
    for entry in TOOL.read(name):
        if entry.id and not entry.pluralizable:
            assert translated(entry.id, name, context=entry.context) == entry.string
    text, compiled = TOOL.written(TOOL.updated(name))
    assert (text, compiled) == ((FOLDER / f"{name}.po").read_bytes(), (FOLDER / f"{name}.mo").read_bytes())


@pytest.mark.parametrize("path", sorted(set(TEMPLATES.glob("*.html")) - IN_ENGLISH), ids=lambda path: path.name)
def test_a_template_has_no_words_of_its_own(path):
    source = path.read_text(encoding="utf-8")
    texts = [node.data for node in Environment(autoescape=True).parse(source).find_all(nodes.TemplateData)]
    # Attributes and tags may be cut by expressions, so they are taken out of the text with a mark in each cut.
    whole = re.sub(r"<script.*?</script>|<[^>]*>|\0", " ", "\0".join(texts), flags=re.DOTALL)

    assert re.findall(r"[A-Za-z]{2,}[^\n]*", whole) == [], path.name
    assert SPOKEN_ATTRIBUTES.findall(source) == []


@pytest.mark.parametrize(
    ("language", "catalogue"),
    [
        pytest.param("zh", "zh-Hans", id="Chinese"),
        pytest.param("zh-CN", "zh-Hans", id="of China"),
        pytest.param("zh-TW", "zh-Hant", id="of Taiwan"),
        pytest.param("zh-HK", "zh-Hant", id="of Hong Kong"),
        pytest.param("zh-Hant-MO", "zh-Hant", id="in traditional characters"),
        pytest.param("pt-BR", "pt", id="of Brazil"),
        pytest.param("en-GB", "en", id="English"),
        pytest.param("uk", None, id="none"),
    ],
)
def test_a_language_has_the_catalogue_nearest_to_it(language, catalogue):
    assert catalogue_of(language) == catalogue


def test_words_fall_back_to_english_and_say_so():
    assert said("Related", "uk") == ("en", "Related")
    assert ui("Latest", ["uk"]) == '<span lang="en">Latest</span>'
    assert ui("Latest", ["uk", "de"]) == '<span lang="de">Aktuell</span>'


def test_words_from_right_to_left_say_so():
    assert ui("yes", ["ar"]) == '<span lang="ar" dir="rtl">نعم</span>'


def test_values_are_escaped_and_markup_is_not():
    shown = ui("Updated {time}", ["de"], time=words("<b>", []))

    assert shown == '<span lang="de">Aktualisiert: &lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("language", "number", "shown"),
    [
        pytest.param("en", 1, "1 entry", id="one in English"),
        pytest.param("en", 0, "0 entries", id="none in English"),
        pytest.param("ru", 1, "1 запись", id="one in Russian"),
        pytest.param("ru", 23, "23 записи", id="few in Russian"),
        pytest.param("ru", 25, "25 записей", id="many in Russian"),
        pytest.param("ar", 2, "مادتان", id="two in Arabic"),
        pytest.param("ar", 11, "11 مادة", id="many in Arabic"),
        pytest.param("fr", 0, "0 entrée", id="none in French"),
        pytest.param("ja", 1, "1件", id="one in Japanese"),
        pytest.param("uk", 2, "2 entries", id="a language without a catalogue"),
    ],
)
def test_a_count_has_the_form_of_its_number(language, number, shown):
    text = counted("{number} entry", "{number} entries", number, [language])

    assert text.best(language)[1] == shown


@pytest.mark.parametrize(
    ("tag", "name"), [("fr", "Français"), ("ar", "العربية"), ("uk", "Українська"), ("x-quay", "x-quay")]
)
def test_a_language_is_called_by_its_own_name(tag, name):
    assert language_name(tag, own={}) == name
