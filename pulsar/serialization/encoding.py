"""Values as JSON."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


class Prepared:
    """A response, or a member of one, that is already JSON because it comes from the cache.

    The digest represents it in the response's ETag: hashing long content takes longer than copying
    it.
    """

    __slots__ = ("chunks", "digest")

    def __init__(self, digest: str, *chunks: bytes) -> None:
        self.digest = digest
        self.chunks = chunks

    @classmethod
    def of(cls, value: Any) -> Prepared:
        json = encode(value)
        return cls(digest(json), json)

    @property
    def kept(self) -> tuple[str, bytes]:
        """The values that the cache stores, from which the class can be created again."""
        return self.digest, b"".join(self.chunks)

    def with_member(self, name: str, prepared: Prepared) -> Prepared:
        """The object with one additional member at the end; neither is parsed."""
        *before, last = self.chunks
        member = b'%b"%b":' % (b"" if last == b"{}" else b",", name.encode())
        digest = f"{self.digest}.{prepared.digest}"
        return Prepared(digest, *before, last[:-1], member, *prepared.chunks, b"}")


def encode(value: Any) -> bytes:
    """JSON as UTF-8; times are ISO 8601 UTC with ``Z``."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def _plain(value: Any) -> Any:
    if isinstance(value, Prepared):
        return orjson.Fragment(b"".join(value.chunks))
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def digest(value: bytes) -> str:
    return hashlib.blake2b(value, digest_size=12).hexdigest()
