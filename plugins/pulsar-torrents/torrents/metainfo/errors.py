"""What is wrong with a .torrent file."""

from __future__ import annotations


class MetainfoError(ValueError):
    """A .torrent file that is refused: `str()` is one sentence, `code` is stable snake_case."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def shown(text: str) -> str:
    """Quote text from the file for a sentence: short, with unprintable characters escaped."""
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
