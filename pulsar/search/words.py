"""The words of texts and of queries, the same for every database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'([-!]?)(?:"([^"]*)"?|(\S+))')

#: PostgreSQL keeps no position beyond 16,383.
MAX_WORDS = 16_000
#: Longer words are file hashes and the like; PostgreSQL refuses 2 KiB.
MAX_WORD = 128
MAX_TERMS = 16


def words(text: str) -> list[str]:
    """The words of a text in their order: case and accents folded, split at punctuation."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return [word[:MAX_WORD] for word in _WORD.findall(plain)]


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; the last may be the beginning of one; or their absence."""

    words: tuple[str, ...]
    prefix: bool = False
    negated: bool = False


def parse(query: str) -> list[Term]:
    """The terms of a query, all of which must hold.

    ``linux iso`` needs both, ``"live cd"`` both in a row, ``-beta`` or ``!beta`` none, ``ubun*`` a
    beginning. Terms beyond the sixteenth are ignored.
    """
    terms = []
    for sign, quoted, bare in _TERM.findall(query):
        found = tuple(words(quoted or bare))
        if found:
            terms.append(Term(found, bare.endswith("*"), bool(sign)))
    return terms[:MAX_TERMS]
