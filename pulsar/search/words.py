"""The words of texts and of queries, the same for every database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate

_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'([-!]?)(?:"([^"]*)"?|(\S+))')

#: Maximum length of a text in characters, so that folding it is quick.
MAX_TEXT = 2**18
#: PostgreSQL stores no position above 16,383.
MAX_WORDS = 16_000
#: Maximum bytes of a text's words; PostgreSQL refuses a tsvector of 1 MiB, with 4 bytes for each
#: word.
MAX_BYTES = 2**19
#: Longer words are file hashes and similar; PostgreSQL refuses 2 KiB.
MAX_WORD = 128
MAX_TERMS = 16


def words(text: str) -> list[str]:
    """The words of a text in their order: case and accents folded, split at punctuation."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return [word[:MAX_WORD] for word in _WORD.findall(plain)]


def indexed(text: str) -> list[str]:
    """Return the words by which a text is found; if there are too many, those at its beginning."""
    body_words = words(text[:MAX_TEXT])[:MAX_WORDS]
    sizes = accumulate(len(word.encode()) for word in body_words)
    return [word for word, size in zip(body_words, sizes, strict=True) if size <= MAX_BYTES]


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other, the last of which may be a prefix, or must be absent."""

    words: tuple[str, ...]
    prefix: bool = False
    negated: bool = False


def parse(query: str) -> list[Term]:
    """The terms of a query, all of which must match.

    ``linux iso`` needs both, ``"live cd"`` both in sequence, ``-beta`` or ``!beta`` none, ``ubun*``
    is a prefix. Terms after the sixteenth are ignored.
    """
    terms = []
    for sign, quoted, bare in _TERM.findall(query):
        term_words = tuple(words(quoted or bare))
        if term_words:
            terms.append(Term(term_words, bare.endswith("*"), bool(sign)))
    return terms[:MAX_TERMS]
