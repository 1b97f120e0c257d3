"""Give mutated documents to every reader, and what they become to every writer: no exception, and every feed is sound.

These try each valid document and each mark, and then some hundred mutated ones, always the same. `make fuzz` tries new
ones for minutes, and measures costs too.
"""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from feedrules import faults_of
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
from feedsvc.parsers import ENVELOPES, PARSERS, parse, text_of
from feedsvc.publish.reading import draft_of
from feedsvc.text.charset import decode
from feedsvc.text.html import safe_fragment
from feedsvc.text.search_words import ask, separated
from mutations import DOCUMENTS, SEEDS, TOKENS, changed_documents, changed_texts, encoded, marked
from newsroom import Newsroom
from samplefeed import feed

KEPT = os.environ.get("FEEDSVC_FUZZ")  # a folder for inputs that failed
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LANGUAGES = ("en", "zh", "ja", "ar")
PLACE = Place(source="desk", path="world/ferry.md", languages=LANGUAGES, base_url="https://quay.example")
WRITTEN = sorted({line for _, each in DOCUMENTS for line in each.decode("utf-8", "replace").split("\n")})
NO_DAYS = ("30 February 2026 10:00", "Updated: 2026-02-30 09:00 GMT", "Nov. 31, 2026, 25:00")
LINES = changed_texts(st.sampled_from(WRITTEN))
PAGES = tuple(each.decode("utf-8", "replace") for name, each in DOCUMENTS if name.endswith("md"))
SHORT, LONGER, TIMES, LIMIT = 4_000, 20_000, 50, 60  # lengths in characters


class Repeated(NamedTuple):
    """A text that says the same again and again after its *head*."""

    name: str
    head: str
    unit: str

    def text(self, length: int) -> str:
        return self.head + self.unit * (length // len(self.unit))


def fuzzed(strategy: st.SearchStrategy[Any], *, first: Iterable[Any] = ()) -> Callable[[Any], Any]:
    """Return a decorator of a test that is given each of *first*, and then drawn inputs.

    `make fuzz` leaves out *first*, which `make test` tries, and keeps the smallest input that fails in a file.
    """

    def decorated(test: Callable[..., None]) -> Any:
        @wraps(test)
        def keeping(**arguments: Any) -> None:
            try:
                test(**arguments)
            except Exception:
                if KEPT:
                    _keep(test.__name__, *_as_document(arguments["drawn"]))
                raise

        made = given(drawn=strategy)(keeping)
        for each in () if KEPT else first:
            made = example(drawn=each)(made)
        return made

    return decorated


def _keep(test: str, name: str, content: bytes) -> None:
    for larger in Path(str(KEPT)).glob(f"{test}.*"):
        larger.unlink()
    Path(str(KEPT), f"{test}.{name}").write_bytes(content)


def _as_document(drawn: Any) -> tuple[str, bytes]:
    if isinstance(drawn, Repeated):
        return drawn.name, drawn.text(LONGER).encode("utf-8", "surrogatepass")
    return ("txt", drawn.encode("utf-8", "surrogatepass")) if isinstance(drawn, str) else drawn


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


def entry_of(found: Document, settings: Settings) -> Entry | None:
    """Return the entry that a document alone would become, None if it is held back."""
    _, packed = draft_of(found, encoding=None, languages=LANGUAGES)
    job = ComposeJob(
        identity="tag:quay.example,2026:a", slug=None, known=None, former={}, documents=((known(found), packed),)
    )
    record = compose(job, settings=settings, now=NOW).record
    if record is None:
        return None
    return Entry(article=unpack(record.article, Article), url="https://quay.example/articles/a")


def read_by(found: Document) -> str:
    """Return the name of the envelope or of the parser that reads a document, "nothing" if it is refused."""
    for name, envelope in ENVELOPES.items():
        if envelope.recognises(found, found.content):
            return name
    with suppress(DocumentError):
        text = text_of(found, languages=LANGUAGES)
        return next(name for name, parser in PARSERS.items() if parser.recognises(found, text))
    return "nothing"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Newsroom(tmp_path_factory.mktemp("fuzz")).settings


def test_a_valid_document_of_each_kind_reaches_its_reader():
    readers = {kind: {read_by(document(*each)) for each in documents} for kind, documents in SEEDS.items()}

    assert readers == {
        "cases of markdown": {"frontmatter", "markdown"},
        "cases of wire copy": {"wire"},
        "newsml-g2": {"newsml-g2"},
        "nitf": {"nitf"},
        "ninjs": {"ninjs"},
        "mail": {"mail"},
        "iptc": {"iptc7901"},
        "anpa": {"anpa"},
        "zczc": {"zczc"},
        "web page": {"page"},
        "word": {"word"},
        "wire": {"wire"},
        "page": {"frontmatter"},
        "plain": {"markdown"},
        "front matter": {"frontmatter"},
    }


def test_mutated_documents_reach_every_reader():
    reached: Counter[str] = Counter()

    # Hypothesis also draws constants of the modules that happen to be loaded, so what is drawn differs a little.
    @hypothesis.settings(derandomize=True, max_examples=400)
    @given(changed_documents())
    def draw(drawn: tuple[str, bytes]) -> None:
        reached[read_by(document(*drawn))] += drawn not in DOCUMENTS

    draw()

    assert {name for name, times in reached.items() if times} >= {*ENVELOPES, *PARSERS}


@fuzzed(changed_documents(), first=[*DOCUMENTS, *marked()])
def test_every_document_becomes_a_draft_or_an_error_of_ours(drawn):
    found = document(*drawn)

    with suppress(DocumentError):
        for draft in parse(found, languages=LANGUAGES):
            text = text_of(found, languages=LANGUAGES)
            assert all(0 <= date.span.start <= date.span.end <= len(text) for date in draft.datelines)
            asked = stories_asked_for(draft, PLACE)
            left, _ = without_stories(draft, asked, PLACE)
            assert asked.isdisjoint(stories_asked_for(left, PLACE))  # beyond the most that count, it may ask for others


@fuzzed(changed_documents(), first=[*DOCUMENTS, *marked()])
def test_every_article_is_written_in_every_format(drawn, settings):
    with suppress(DocumentError, RenderError):
        entry = entry_of(document(*drawn), settings)
        for form in () if entry is None else RENDERERS:
            body = render(feed(form), [entry])
            assert faults_of(form, body) == []
            assert entry.article.id.encode() in body


@fuzzed(LINES, first=[*WRITTEN, *NO_DAYS])
def test_every_line_is_looked_through_for_dates(drawn):
    dateline, stamp = find_dateline(drawn), find_stamp(drawn)
    with suppress(DateError):
        read_stated(drawn)

    assert dateline is None or drawn[dateline.span.start : dateline.span.end] == dateline.text
    assert stamp is None or drawn[stamp.span.start : stamp.span.end] == stamp.text


@fuzzed(changed_documents(), first=[*DOCUMENTS, *encoded()])
def test_every_encoding_is_guessed_or_refused(drawn):
    with suppress(CharsetError):
        text = decode(drawn[1], languages=LANGUAGES).text

        assert decode(text.encode(), languages=LANGUAGES).text == text


@fuzzed(changed_texts(st.sampled_from(PAGES)), first=PAGES)
def test_every_html_is_made_safe(drawn):
    once = safe_fragment(drawn, base="https://quay.example/articles/a", id_prefix="a-")
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


@fuzzed(LINES)
def test_every_search_is_answered(drawn, searched):
    question = ask(drawn)

    assert ask(question.text) == question
    if question.phrases:
        searched.store.found(question.phrases, category="all", language=None, limit=5, offset=0)


@fuzzed(
    st.lists(
        st.one_of(
            st.sampled_from(("**/", "*", "?", "[a-z]", "[!", "]", "[", "/", "\\", "a.md", "世界")), st.text(max_size=5)
        ),
        max_size=12,
    ).map("".join)
)
def test_every_glob_is_read(drawn):
    if glob_fault(drawn) is None:
        Globs([drawn]).match("world/a.md")


UNITS = st.one_of(
    st.sampled_from(TOKENS),
    st.lists(st.sampled_from(TOKENS), min_size=1, max_size=4).map("".join),
    st.sampled_from([f"{line}\n" for line in WRITTEN]),
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
REPEATED = st.builds(Repeated, st.sampled_from(("a.md", "a.txt", "a.eml")), st.sampled_from(HEADS), UNITS)
FLOOR_S = 0.1  # of the long text's cost, below which a machine's unrest counts more than the text


def cost(work: Callable[[], object], *, enough: float = 0.0) -> float:
    """Return the least processor time of three runs, or of those until one takes no more than *enough* seconds.

    The garbage collector, which looks through all else as well, does not run meanwhile.
    """
    least = float("inf")
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            with suppress(DocumentError, DateError, RenderError):
                work()
            least = min(least, time.process_time() - start)
            gc.collect()
            if least <= enough:
                break
    finally:
        gc.enable()
    return least


def is_linear(work: Callable[[int], object], length: int) -> bool:
    """Return whether *work* on a text of so many characters, times fifty, costs at most sixty times as much."""
    enough = max(FLOOR_S, LIMIT * cost(partial(work, length), enough=FLOOR_S / TIMES / 2))
    return cost(partial(work, length * TIMES), enough=enough) <= enough


if KEPT:  # where hardly anything runs beside it

    @hypothesis.settings(max_examples=8, deadline=None)  # of some seconds each
    @fuzzed(REPEATED)
    def test_fifty_times_the_length_costs_at_most_sixty_times_as_much(drawn, settings):
        def read(length: int) -> None:
            entry = entry_of(document(drawn.name, drawn.text(length).encode("utf-8", "surrogatepass")), settings)
            if entry is not None:
                render(feed("rss"), [entry])

        def look(reads: Callable[[str], object], length: int) -> None:
            reads(drawn.text(length))

        looks = (partial(look, reads) for reads in (find_dateline, find_stamp, read_stated, ask, separated))
        for work in (read, *looks):
            assert is_linear(work, SHORT) or is_linear(work, LONGER), (work, drawn)
