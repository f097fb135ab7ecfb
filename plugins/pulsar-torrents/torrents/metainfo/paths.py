"""Names and paths that are safe on every file system a member may download to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import cast

from .bencode import Dictionary, Value
from .errors import Faults, MetainfoError, quote

_SEPARATORS = r"/\\"
_CONTROLS = r"\x00-\x1f\x7f-\x9f"
_BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_RESERVED = r'<>:"|?*'
_REFUSED = _SEPARATORS + _CONTROLS + _BIDI + _RESERVED
_DEVICE = r"(?i:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$) *(?:\.|\Z)"

# A single match accepts most names; only invalid ones are examined again for the reason.
_SAFE = re.compile(rf"(?!{_DEVICE})[^{_REFUSED}]*[^{_REFUSED}. ]")
_REASONS = (
    ("empty_name", r"\A\Z", "is empty"),
    ("dot_name", r"\A\.\.?\Z", "leads to another folder"),
    ("path_separator", f"[{_SEPARATORS}]", "contains a slash or a backslash"),
    ("control_character", f"[{_CONTROLS}]", "contains a control character"),
    ("bidi_character", f"[{_BIDI}]", "contains a character that turns the direction of text"),
    ("reserved_character", f"[{_RESERVED}]", 'contains one of the characters < > : " | ? *'),
    ("device_name", rf"\A{_DEVICE}", "is the name of a device on Windows"),
    ("trailing_dot_or_space", r"[. ]\Z", "ends in a dot or a space"),
)


#: The longest name of a file or folder on the usual file systems (ext4, XFS, ZFS), in bytes.
MAX_NAME = 255


def read_component(raw: bytes) -> str:
    """Decode a file or folder name, or refuse it with all reasons."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        name = quote(raw.decode(errors="replace"))
        raise MetainfoError("not_utf8", f"The name {name} is not UTF-8.") from None
    if not _SAFE.fullmatch(text):
        codes, reasons = zip(
            *((code, why) for code, bad, why in _REASONS if re.search(bad, text)), strict=True
        )
        raise MetainfoError(codes[0], f"The name {quote(text)} {' and '.join(reasons)}.")
    if len(raw) > MAX_NAME:
        raise MetainfoError(
            "name_too_long", f"The name {quote(text)} is longer than {MAX_NAME} bytes in UTF-8."
        )
    return text


def read_path(parts: Value) -> str:
    """Join the components of a v1 `path`, or refuse them with the reasons for each."""
    if parts == []:
        raise MetainfoError("bad_path", "A file's path is an empty list.")
    if not isinstance(parts, list) or not all(isinstance(component, bytes) for component in parts):
        raise MetainfoError("bad_path", "A file's path is not a list of names.")
    faults = Faults()
    names = [faults.attempt(read_component, component) for component in cast("list[bytes]", parts)]
    faults.check()
    return "/".join(cast("list[str]", names))


def refuse_alias(entry: Dictionary, key: bytes) -> None:
    """Refuse a `key` that differs from its ".utf-8" twin, an old extension.

    Clients prefer the twin, so downloaded files would have other names than on the site.
    """
    twin = entry.get(key + b".utf-8")
    if twin is not None and twin != entry.get(key):
        raise MetainfoError(
            "name_mismatch",
            f'The torrent\'s "{key.decode()}" and "{key.decode()}.utf-8" are not the same.',
        )


def check_length(path: str, max_path: int) -> None:
    """Refuse a path of more than `max_path` characters."""
    if len(path) > max_path:
        raise MetainfoError(
            "path_too_long", f"The path {quote(path)} is longer than {max_path} characters."
        )


def same_file_key(path: str) -> str:
    """Return a key that is equal for all paths that are the same file on some file system.

    Windows and macOS ignore case, and macOS ignores the encoding of accents. The key is Unicode's
    canonical caseless matching (definition 145 of chapter 3).
    """
    if path.isascii():
        return path.lower()
    folded = unicodedata.normalize("NFD", path).casefold()
    return unicodedata.normalize("NFD", folded)


def check_together(
    paths: Iterable[str], *, folder: str | None, max_path: int, faults: Faults
) -> None:
    """Add faults for paths that are too long with their folder, or that are the same file."""
    prefix = "" if folder is None else f"{folder}/"
    keyed = []
    for path in paths:
        faults.attempt(check_length, prefix + path, max_path)
        # Names contain no NUL, so a path's key sorts immediately before those of the paths below
        # it.
        keyed.append((same_file_key(path).replace("/", "\0"), path))
    keyed.sort()
    file_key, file_path = "\0", ""
    for key, path in keyed:
        if key == file_key:
            faults.add(_duplicate(file_path, path))
        elif key.startswith(f"{file_key}\0"):
            faults.add(
                MetainfoError(
                    "file_and_folder", f"The path {quote(file_path)} is both a file and a folder."
                )
            )
        else:
            file_key, file_path = key, path


def _duplicate(path: str, other: str) -> MetainfoError:
    if path == other:
        return MetainfoError("duplicate_path", f"The path {quote(path)} is there twice.")
    return MetainfoError(
        "duplicate_path",
        f"The paths {quote(path)} and {quote(other)} are the same file on some systems.",
    )
