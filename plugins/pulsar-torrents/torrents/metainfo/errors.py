"""Errors of .torrent files, and how their creators can correct them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

Args = ParamSpec("Args")
Result = TypeVar("Result")

#: Maximum number of faults that are listed; the others are counted.
MOST = 20

_RENAME = "Rename the files or folders and create the torrent again."
_SAVE_AGAIN = "Save the .torrent file again, or create the torrent again."
_OTHER_PROGRAM = "Create the torrent again with a current version of your program."
_REMEDIES = {
    **dict.fromkeys(
        (
            *("empty_name", "dot_name", "path_separator", "control_character", "bidi_character"),
            *("reserved_character", "device_name", "trailing_dot_or_space", "not_utf8"),
            *("name_too_long", "path_too_long", "duplicate_path", "file_and_folder"),
        ),
        _RENAME,
    ),
    **dict.fromkeys(
        ("not_a_torrent", "not_bencode", "truncated", "trailing_bytes", "missing_info"), _SAVE_AGAIN
    ),
    **dict.fromkeys(
        ("too_many_files", "too_many_values", "too_large"),
        "Create the torrent again with fewer files, for example with small ones in an archive, "
        "and larger pieces.",
    ),
    **dict.fromkeys(
        ("piece_length_out_of_range", "piece_length_not_power_of_two", "missing_piece_length"),
        "Create the torrent again with another piece length.",
    ),
    **dict.fromkeys(
        ("empty", "empty_file_list"), "Create the torrent again with a file that is not empty."
    ),
    "symlink": "Create the torrent again with the file itself in place of the link.",
}


class MetainfoError(ValueError):
    """A .torrent file is refused: `str()` is one sentence, `code` is stable snake_case.

    `sentences` lists all faults that were found, then their remedies.
    """

    def __init__(self, code: str, sentence: str, others: tuple[MetainfoError, ...] = ()) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.others = others

    def __str__(self) -> str:
        return self.sentence

    @property
    def remedy(self) -> str:
        """The instruction for correcting this fault."""
        return _REMEDIES.get(self.code, _OTHER_PROGRAM)

    @property
    def sentences(self) -> list[str]:
        """Each fault once, at most `MOST` of them, and each remedy once."""
        faults = (self, *self.others)
        told = list(dict.fromkeys(fault.sentence for fault in faults))
        remedies = dict.fromkeys(fault.remedy for fault in faults)
        more = len(told) - MOST
        return [*told[:MOST], *([f"There are {more} more faults."] if more > 0 else []), *remedies]


class Faults:
    """Collects the faults of a file, so that all of them are reported at once."""

    def __init__(self) -> None:
        self._errors: list[MetainfoError] = []

    def __bool__(self) -> bool:
        return bool(self._errors)

    def add(self, error: MetainfoError) -> None:
        self._errors += (error, *error.others)

    def attempt(
        self, read: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result | None:
        """Return the function's result, or None if it raised MetainfoError, which is added."""
        try:
            return read(*args, **kwargs)
        except MetainfoError as error:
            self.add(error)
            return None

    def check(self) -> None:
        """Raise MetainfoError with all faults, if there are any."""
        if self._errors:
            first, *others = self._errors
            raise MetainfoError(first.code, first.sentence, tuple(others))


def quote(text: str) -> str:
    """Quote text from the file for a sentence: short, with unprintable characters escaped."""
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
