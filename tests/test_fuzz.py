"""Give mutated documents to every reader, and what they become to every writer: no exception, and every feed is sound.

These try some hundred documents, always the same. `make fuzz` tries new ones for minutes, and measures costs too.
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import feedparser
import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedsvc.articles.compose import ComposeJob, compose
from feedsvc.articles.named_stories import stories_asked_for, without_stories
from feedsvc.articles.references import Place, references_of
from feedsvc.config.globs import Globs, glob_fault
from feedsvc.config.settings import Settings
from feedsvc.datelines import find_dateline, find_stamp, read_stated
from feedsvc.feeds.formats import RENDERERS, render
from feedsvc.model.article import Article, Entry
from feedsvc.model.document import Document, KnownDocument
from feedsvc.model.errors import CharsetError, DateError, DocumentError, RenderError
from feedsvc.model.packing import unpack
from feedsvc.parsers import parse, text_of
from feedsvc.publish.reading import draft_of
from feedsvc.text.charset import decode
from feedsvc.text.html import safe_fragment
from feedsvc.text.search_words import ask, separated
from mutations import DOCUMENTS, TOKENS, changed_documents, changed_texts
from newsroom import Newsroom
from samplefeed import feed

IS_FUZZED = bool(os.environ.get("FEEDSVC_FUZZ"))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LANGUAGES = ("en", "zh", "ja", "ar")
PLACE = Place(source="desk", path="world/ferry.md", languages=LANGUAGES, base_url="https://quay.example")
LINES = changed_texts(
    st.sampled_from([line for _, each in DOCUMENTS for line in each.decode("utf-8", "replace").split("\n")])
)


def document(name: str, content: bytes) -> Document:
    return Document(source="desk", path=f"world/{name}", content=content, arrival=NOW, fingerprint="", media_type="")


def known(given_document: Document) -> KnownDocument:
    return KnownDocument(
        source="desk",
        path=given_document.path,
        fingerprint="",
        digest="d",
        arrival=NOW,
        live=True,
        article=None,
        gist="",
        serial=1,
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Newsroom(tmp_path_factory.mktemp("fuzz")).settings


@given(changed_documents())
def test_every_document_becomes_a_draft_or_an_error_of_ours(drawn):
    found = document(*drawn)

    with suppress(DocumentError):
        for draft in parse(found, languages=LANGUAGES):
            text = text_of(found, languages=LANGUAGES)
            assert all(0 <= date.span.start <= date.span.end <= len(text) for date in draft.datelines)
            asked = stories_asked_for(draft, PLACE)
            assert not stories_asked_for(without_stories(draft, asked, PLACE)[0], PLACE)


@given(drawn=changed_documents())
def test_every_article_is_written_in_every_format(drawn, settings):
    found = document(*drawn)
    with suppress(DocumentError):
        _, packed = draft_of(found, encoding=None, languages=LANGUAGES)
        job = ComposeJob(
            identity="tag:quay.example,2026:a", slug=None, known=None, former={}, documents=((known(found), packed),)
        )
        record = compose(job, settings=settings, now=NOW).record
        if record is not None:
            entry = Entry(article=unpack(record.article, Article), url="https://quay.example/articles/a")
            with suppress(RenderError):
                for form in RENDERERS:
                    is_sound(form, render(feed(form), [entry]))


def is_sound(form: str, body: bytes) -> None:
    """See that a feed parses, and that its entry is in it."""
    if form == "json":
        assert len(json.loads(body)["items"]) == 1
        return
    etree.fromstring(body)
    found = feedparser.parse(body)
    assert (bool(found.bozo), len(found.entries)) == (False, 1)


@given(LINES)
def test_every_line_is_looked_through_for_dates(line):
    dateline, stamp = find_dateline(line), find_stamp(line)
    with suppress(DateError):
        read_stated(line)

    assert dateline is None or line[dateline.span.start : dateline.span.end] == dateline.text
    assert stamp is None or line[stamp.span.start : stamp.span.end] == stamp.text


@given(changed_documents())
def test_every_encoding_is_guessed_or_refused(drawn):
    with suppress(CharsetError):
        decode(drawn[1], languages=LANGUAGES).text.encode("utf-8", "surrogatepass")


@given(
    changed_texts(st.sampled_from([each.decode("utf-8", "replace") for name, each in DOCUMENTS if name.endswith("md")]))
)
def test_every_html_is_made_safe(text):
    once = safe_fragment(text, base="https://quay.example/articles/a", id_prefix="a-")
    references_of(once.links, once.pictures, once.others, PLACE)

    assert "<script" not in once.html
    assert "javascript:" not in "".join(once.links)
    etree.fromstring(f"<div>{once.html}</div>", etree.HTMLParser())


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("search"))
    for number, (name, content) in enumerate(DOCUMENTS):
        room.file(f"world/{number}-{name}", content)
    room.publish()
    return room


@given(typed=LINES)
def test_every_search_is_answered(typed, searched):
    question = ask(typed)

    assert ask(question.text) == question
    if question.phrases:
        searched.store.found(question.phrases, category="all", language=None, limit=5, offset=0)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(("**/", "*", "?", "[a-z]", "[!", "]", "[", "/", "\\", "a.md", "世界")), st.text(max_size=5)
        ),
        max_size=12,
    ).map("".join)
)
def test_every_glob_is_read(glob):
    if glob_fault(glob) is None:
        Globs([glob]).match("world/a.md")


UNITS = st.one_of(
    st.sampled_from(TOKENS),
    st.lists(st.sampled_from(TOKENS), min_size=1, max_size=4).map("".join),
    st.sampled_from(
        [line for _, each in DOCUMENTS for line in each.decode("utf-8", "replace").splitlines(keepends=True)]
    ),
)
HEADS = (
    "",
    "---\ntitle: Ferry\n",
    "---\ntitle: Ferry\n---\n\n",
    "---\ntitle: Ferry\nrelated:\n",
    "+++\ntitle = 'Ferry'\n",
    "Ferry sails\n\n",
    "From: a@b.example\nSubject: Ferry\n\n",
)
SHORT, LONGER, TIMES, LIMIT = 4_000, 20_000, 50, 60  # lengths in characters
FLOOR_S = 0.1  # of the long text's cost, below which a machine's unrest counts more than the text


def cost(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs, without the collector's, which looks through all else as well."""
    runs = []
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            with suppress(DocumentError, DateError, RenderError):
                work()
            runs.append(time.process_time() - start)
            gc.collect()
    finally:
        gc.enable()
    return min(runs)


def is_linear(work: Callable[[int], object], length: int) -> bool:
    """Return whether *work* on a text of so many characters, times fifty, costs at most sixty times as much."""
    long = cost(partial(work, length * TIMES))
    return long <= FLOOR_S or long <= LIMIT * cost(partial(work, length))


def _each(reads: Callable[[str], object], head: str, unit: str, length: int) -> None:
    reads(head + unit * (length // len(unit)))


if IS_FUZZED:  # where nothing else runs beside it

    @hypothesis.settings(max_examples=60)  # of some seconds each
    @given(unit=UNITS, head=st.sampled_from(HEADS), name=st.sampled_from(("a.md", "a.txt", "a.eml")))
    def test_fifty_times_the_length_costs_at_most_sixty_times_as_much(unit, head, name, settings):
        def read(length: int) -> None:
            found = document(name, (head + unit * (length // len(unit))).encode("utf-8", "surrogatepass"))
            _, packed = draft_of(found, encoding=None, languages=LANGUAGES)
            job = ComposeJob(
                identity="tag:quay.example,2026:a",
                slug=None,
                known=None,
                former={},
                documents=((known(found), packed),),
            )
            record = compose(job, settings=settings, now=NOW).record
            if record is not None:
                entry = Entry(article=unpack(record.article, Article), url="https://quay.example/articles/a")
                render(feed("rss"), [entry])

        readers = (find_dateline, find_stamp, read_stated, ask, separated)
        for work in (read, *(partial(_each, reads, head, unit) for reads in readers)):
            assert is_linear(work, SHORT) or is_linear(work, LONGER), (work, unit, head)
