"""Resolve the related lines of articles, and erase lines that name killed articles from all stored texts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from feedsvc.articles.named_stories import BLANK, line_asks, without_blanks, without_stories
from feedsvc.articles.references import Place, look_up
from feedsvc.articles.related import resolve_links
from feedsvc.feeds.addresses import ALL
from feedsvc.model.article import Article, Reference, Sought
from feedsvc.model.dates import Span
from feedsvc.model.document import Document, Problem
from feedsvc.model.errors import DocumentError
from feedsvc.parsers import parse, text_of
from feedsvc.publish.context import PassContext
from feedsvc.publish.reading import stored_document
from feedsvc.stores.batches import KEYS, chunks
from feedsvc.stores.erase_killed import ERASED
from feedsvc.text.characters import clean_text

LINKING = "(links)"  # the source of problems that only looking links up finds
SEEN = re.compile(r"\S")


def blanked(document: Document, digests: Collection[str], *, encoding: str | None, place: Place) -> bytes | None:
    """Return the content of *document* with blanks for its related lines and addresses that name any of *digests*.

    Every other character keeps its place, because spans count characters.

    encoding: as `parse` is given it.
    returns: None if the blanked text would be read differently, as in base64 mail, so that no text may be kept.
    """
    read = partial(parse, encoding=encoding, languages=place.languages)
    try:
        text = text_of(document, encoding=encoding, languages=place.languages)
        draft = read(document)[0]
    except DocumentError:
        return None
    spans = [line.span for line in draft.related if line_asks(line, digests, place)]
    wanted, addresses = without_stories(draft, digests, place)
    if wanted == draft:
        return document.content
    for content, is_same in _blankings(document.content, text, spans, sorted(addresses, key=len, reverse=True)):
        try:
            found = read(replace(document, content=content))[0]
        except DocumentError:
            continue
        found = replace(without_blanks(found), remarks=wanted.remarks)
        if addresses:  # the messages about them are no longer the same
            found = replace(found, misspelt=wanted.misspelt, left_out=wanted.left_out)
        if found == wanted or (not is_same and replace(found, related=()) == replace(wanted, related=())):
            return content
    return None


def _blankings(
    content: bytes, text: str, spans: Sequence[Span], addresses: Sequence[str]
) -> Iterator[tuple[bytes, bool]]:
    """Yield blanked forms of *content*, the best first, and whether only *spans* may be read differently in each.

    A line of dots names no story. The first form keeps an envelope; the others are the text in UTF-8. The last form
    blanks whole lines, with the other stories that they name.
    """
    for address in addresses:
        content = content.replace(address.encode(), (BLANK * len(address)).encode())
        text = text.replace(address, BLANK * len(address))
    for mark in (".", " "):
        inside = content
        for span in spans:
            part = text[span.start : span.end]
            inside = inside.replace(part.encode(), SEEN.sub(mark, part).encode())
        yield inside, True
        yield _whole(text, [(span.start, span.end) for span in spans], mark=mark), True
    lines = [(text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)) for span in spans]
    yield _whole(text, [(start, end if end >= 0 else len(text)) for start, end in lines], mark=" "), False


def _whole(text: str, parts: Sequence[tuple[int, int]], *, mark: str) -> bytes:
    for start, end in parts:
        text = text[:start] + SEEN.sub(mark, text[start:end]) + text[end:]
    return codecs.BOM_UTF8 + text.encode()


def link(context: PassContext, articles: Iterable[str]) -> set[str]:
    """Resolve the related lines of *articles* again; return the categories of the articles that change.

    A line that asks for a held, withdrawn or gone article stays in the article, but is not shown. A line that asks for
    a killed article is erased everywhere.
    """
    tx = context.tx
    touched: set[str] = set()
    size = 1 if tx.is_careful else KEYS
    for batch in chunks(sorted(set(articles) - tx.without.keys()), size):
        with tx.only(batch[0]):
            touched |= _link(context, batch)
    tx.end_batch()
    return touched


def _link(context: PassContext, batch: Sequence[str]) -> set[str]:
    tx = context.tx
    tx.end_batch()
    sought = tx.titles.sought(batch)
    for identity, killed in _by_article(
        sought_title for sought_title in sought if sought_title.state == "killed"
    ).items():
        _erase_lines(context, identity, killed.keys())
    return _resolve(context, batch, _by_article(sought))


def _resolve(context: PassContext, batch: Sequence[str], sought: Mapping[str, Mapping[str, Sought]]) -> set[str]:
    tx = context.tx
    changed = []
    found = {title.target for titles in sought.values() for title in titles.values() if title.target is not None}
    targets = tx.articles.targets(found)
    for before in tx.articles.live_entries(batch):
        article = before.article
        its = sought.get(article.id, {})
        titles = {digest: targets[title.target] for digest, title in its.items() if title.target in targets}
        withheld = {digest for digest, title in its.items() if title.state != "live"}
        base_url = context.settings.site.base_url
        led = look_up(article, its, targets, base_url=base_url)
        tx.documents.put_problems(LINKING, article.id, [*_problems(context, article, led.nowhere)])
        after = resolve_links(article, titles, withheld=withheld, led=led, base_url=base_url)
        if after != before:
            changed.append(after)
    ids = [entry.article.id for entry in changed]
    tx.archives.mark_pages(ids)
    tx.articles.put_links(changed)
    tx.changes.touch(ids, edition=context.edition, made_at=context.made_at)
    return {ALL, *tx.placements.categories(ids)} if ids else set()


def _problems(context: PassContext, article: Article, nowhere: Sequence[Reference]) -> Iterator[Problem]:
    """Yield a note for each of the links that lead *nowhere*, at the first document that has it."""
    documents = context.tx.documents
    known = documents.of(article.id) if nowhere else []
    contents = [(document, documents.content(document.digest) or b"") for document in known]
    for written in dict.fromkeys(reference.written for reference in nowhere):
        found = next(((document, content) for document, content in contents if written.encode() in content), None)
        yield Problem(
            source=found[0].source if found else article.source,
            path=found[0].path if found else article.origins[0],
            line=found[1].count(b"\n", 0, found[1].index(written.encode())) + 1 if found else None,
            message=clean_text(f"the link {written!r} leads to no document")[0],
            severity="note",
        )


def _erase_lines(context: PassContext, article: str, digests: Collection[str]) -> None:
    """Erase all that names *digests* from all versions of *article* and from the texts of its documents.

    If a text cannot be blanked, it is deleted, and every pass reads the document. Texts without a document may have the
    same lines, so they are deleted as after any kill.
    """
    tx, site = context.tx, context.settings.site
    found = tx.eraser.lines(article, digests, languages=site.languages, base_url=site.base_url)
    for document in tx.documents.all_of(article):
        content = tx.documents.content(document.digest)
        if content is None or content == ERASED:
            continue
        kept = blanked(
            stored_document(document, content),
            digests,
            encoding=context.settings.encoding_of(document.source),
            place=Place.of(document, site.languages, site.base_url),
        )
        if kept is None:
            tx.documents.drop_content(document.digest)
        elif kept != content:
            tx.documents.put_content(document.digest, kept)
        found |= kept != content
    tx.end_batch()
    if found:
        tx.changes.touch([article], edition=context.edition, made_at=context.made_at)
        tx.eraser.kill(article)
        tx.eraser.former()


def _by_article(sought: Iterable[Sought]) -> dict[str, dict[str, Sought]]:
    found: dict[str, dict[str, Sought]] = {}
    for sought_title in sought:
        found.setdefault(sought_title.article, {})[sought_title.digest] = sought_title
    return found
