"""Turn the model's values into bytes and back: to keep them, and to pass them between processes."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import msgspec

from feedsvc.model.article import Article, Entry, RelatedLink

T = TypeVar("T")
PackingError = msgspec.DecodeError  # of data that is not JSON, or of another shape

_learning = Lock()
_json: dict[type, msgspec.json.Decoder[Any]] = {}
_raw: dict[type, msgspec.msgpack.Decoder[Any]] = {}


def pack(value: object) -> bytes:
    """Return *value*, of the model's types or those of JSON, as JSON; equal values give equal bytes.

    JSON, for it keeps the offset of an instant, and MessagePack does not.
    """
    return msgspec.json.encode(value)


def unpack(data: bytes, kind: type[T]) -> T:
    """Return the value of type *kind* that `pack` made *data* of.

    raises: PackingError.
    """
    decoder = _json.get(kind)
    if decoder is None:
        # The first decoder of a type notes its fields at the class. If two threads do so at once, msgspec (0.22) reads
        # a note that is half written, and the process ends with SIGSEGV: workers did, at their first requests.
        with _learning:
            decoder = _json[kind] = msgspec.json.Decoder(kind)
    found: T = decoder.decode(data)
    return found


def pack_raw(value: object) -> bytes:
    """Return *value*, which holds bytes and no instants, as MessagePack: JSON would have to spell the bytes out."""
    return msgspec.msgpack.encode(value)


def unpack_raw(data: bytes, kind: type[T]) -> T:
    """Return the value of type *kind* that `pack_raw` made *data* of.

    raises: PackingError.
    """
    decoder = _raw.get(kind)
    if decoder is None:
        with _learning:
            decoder = _raw[kind] = msgspec.msgpack.Decoder(kind)
    found: T = decoder.decode(data)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The parts of an entry beside its article."""

    url: str
    related: tuple[RelatedLink, ...]
    unresolved: tuple[str, ...]
    leads: tuple[tuple[str, str | None], ...] = ()


def pack_links(entry: Entry) -> bytes:
    return pack(Links(url=entry.url, related=entry.related, unresolved=entry.unresolved, leads=entry.leads))


def unpack_entry(article: bytes, links: bytes) -> Entry:
    """Return the entry that `pack` and `pack_links` made *article* and *links* of."""
    more = unpack(links, Links)
    return Entry(
        article=unpack(article, Article),
        url=more.url,
        related=more.related,
        unresolved=more.unresolved,
        leads=more.leads,
    )
