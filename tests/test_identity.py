from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.articles.identity import (
    called_names,
    declared_id,
    gist,
    is_another_story,
    mint_id,
    mint_slug,
    own_names,
    slugify,
    sought_names,
    split_language,
)
from feedsvc.config.loading import SLUG
from feedsvc.config.settings import Site
from feedsvc.model.article import Text
from feedsvc.model.dates import Span
from feedsvc.model.draft import Draft, Excerpt, Paragraph

SITE = Site(
    title=Text(),
    description=Text(),
    base_url="https://quay.example",
    authority="quay.example",
    authority_date="2026-01-01",
    author="Quay",
    languages=("en", "zh"),
    title_order=("en", "zh"),
    time_zone="UTC",
)
NOWHERE = Span(start=0, end=0)


def excerpt(text: str) -> Excerpt:
    return Excerpt(text=text, span=NOWHERE)


def draft(path: str = "world/x.txt", **fields: object) -> Draft:
    return Draft(source="desk", path=path, **fields)


def test_an_id_rests_on_the_seed_and_the_authority_alone():
    assert mint_id(SITE, "desk/world/x") == mint_id(SITE, "desk/world/x")
    assert mint_id(SITE, "desk/world/x").startswith("tag:quay.example,2026-01-01:")
    assert mint_id(SITE, "desk/world/x") != mint_id(SITE, "desk/world/y")


@pytest.mark.parametrize(
    ("declared", "identity"),
    [
        pytest.param("tag:old.example,2019:7", "tag:old.example,2019:7", id="absolute"),
        pytest.param("urn:uuid:1-2", "urn:uuid:1-2", id="urn"),
        pytest.param("story 7/港", "tag:quay.example,2026-01-01:story%207%2F%E6%B8%AF", id="within the authority"),
        pytest.param(
            "javascript:alert(1)", "tag:quay.example,2026-01-01:javascript%3Aalert%281%29", id="no scheme of ours"
        ),
        pytest.param("http://a b", "tag:quay.example,2026-01-01:http%3A%2F%2Fa%20b", id="broken address"),
    ],
)
def test_a_declared_id_is_kept_when_it_is_an_iri(declared, identity):
    assert declared_id(SITE, declared) == identity


@pytest.mark.parametrize(
    ("path", "stem", "language"),
    [
        pytest.param("world/x.zh.txt", "world/x", "zh", id="language"),
        pytest.param("world/x.en.md", "world/x", "en", id="other language"),
        pytest.param("world/x.zh-Hant.md", "world/x", "zh", id="script"),
        pytest.param("world/x.txt", "world/x", None, id="none"),
        pytest.param("world/v1.2.txt", "world/v1.2", None, id="figures"),
        pytest.param("world/x.fr.txt", "world/x.fr", None, id="no language of the site"),
        pytest.param("x", "x", None, id="bare"),
        pytest.param(".en.txt", ".en", None, id="hidden"),
    ],
)
def test_a_language_is_read_from_a_file_name(path, stem, language):
    assert split_language(path, ("en", "zh")) == (stem, language)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        pytest.param("Gulls return to the old pier", "gulls-return-to-the-old-pier", id="words"),
        pytest.param("L’été à São Tomé", "lete-a-sao-tome", id="accents"),
        pytest.param("../../etc/passwd", "etc-passwd", id="path"),
        pytest.param("word " * 60, "word-" * 15 + "word", id="cut at a word"),
        pytest.param("港口", "", id="no Latin letters"),
    ],
)
def test_a_slug_is_made_of_the_words_of_a_title(title, slug):
    assert slugify(title) == slug


def test_a_title_without_latin_letters_gets_a_slug_all_the_same():
    slug = mint_slug(("港口", "海"), identity="tag:x")

    assert slug.startswith("article-")
    assert slug == mint_slug(("港口", "海"), identity="tag:x")


@given(st.text())
def test_any_title_gives_a_slug_for_urls(title):
    assert SLUG.fullmatch(mint_slug((title,), identity="tag:x"))


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        pytest.param(draft("a/x.en.txt"), draft("a/x.zh.md"), True, id="two languages of one stem"),
        pytest.param(draft("a/x.md"), draft("a/x.zh.md"), True, id="the plain one is the original"),
        pytest.param(draft("a/x.zh.md"), draft("a/x.md"), True, id="the original comes second"),
        pytest.param(draft("a/x.md"), draft("a/x.txt"), False, id="no language in either name"),
        pytest.param(draft("a/x.en.md"), draft("b/x.zh.md"), False, id="another folder"),
        pytest.param(
            draft("a/1.md", declared_id=excerpt("7")), draft("b/2.md", declared_id=excerpt("7")), True, id="one id"
        ),
        pytest.param(
            draft("a/1.md", declared_id=excerpt("7")), draft("b/2.md", translation_of=excerpt("7")), True, id="of id"
        ),
        pytest.param(
            draft("b/2.md", translation_of=excerpt("7")), draft("a/1.md", declared_id=excerpt("7")), True, id="before"
        ),
        pytest.param(draft("a/1.md"), draft("a/2.md", translation_of=excerpt("1.md")), True, id="of a neighbour"),
        pytest.param(draft("a/1.md"), draft("b/2.md", translation_of=excerpt("/a/1.md")), True, id="of a path"),
        pytest.param(draft("a/2.md", translation_of=excerpt("1.md")), draft("a/1.md"), True, id="of a later neighbour"),
    ],
)
def test_documents_find_their_article_by_name(first, second, together):
    known = {*own_names(first, ("en", "zh")), *called_names(first)}

    assert bool(known & set(sought_names(second, ("en", "zh")))) is together


def test_a_path_holds_another_story_only_when_everything_changed():
    def copy(headline: str, paragraph: str) -> str:
        return gist(
            draft(headlines=(excerpt(headline),), paragraphs=(Paragraph(text=paragraph, html="", span=NOWHERE),))
        )

    before = copy("Gulls return", "They came at dawn.")

    assert not is_another_story(before, copy("Gulls  RETURN", "They came late."))
    assert not is_another_story(before, copy("Gulls are back", "They came at dawn."))
