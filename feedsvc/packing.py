"""Turn the model's values into bytes and back: to keep them, and to pass them between processes."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")
PackingError = msgspec.DecodeError  # of data that is not JSON, or of another shape


def pack(value: object) -> bytes:
    """Return *value*, one of the model's types, as JSON; equal values give equal bytes.

    JSON, for it keeps the offset of an instant, and MessagePack does not.
    """
    return msgspec.json.encode(value)


def unpack(data: bytes, kind: type[T]) -> T:
    """Return the value of type *kind* that `pack` made *data* of.

    raises: PackingError.
    """
    return msgspec.json.decode(data, type=kind)
