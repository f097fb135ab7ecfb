"""Names and paths that are safe on every file system a member may download to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from .bencode import Dictionary, Value
from .errors import MetainfoError, shown

_SEPARATORS = r"/\\"
_CONTROLS = r"\x00-\x1f\x7f-\x9f"
_BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_RESERVED = r'<>:"|?*'
_REFUSED = _SEPARATORS + _CONTROLS + _BIDI + _RESERVED
_DEVICE = r"(?i:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$) *(?:\.|\Z)"

# One match for the many good names; only a bad one is looked at again, to say why.
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


def read_component(raw: bytes) -> str:
    """Decode a file or folder name, or refuse it."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        name = shown(raw.decode(errors="replace"))
        raise MetainfoError("not_utf8", f"The name {name} is not UTF-8.") from None
    if not _SAFE.fullmatch(text):
        code, reason = next((c, why) for c, bad, why in _REASONS if re.search(bad, text))
        raise MetainfoError(code, f"The name {shown(text)} {reason}.")
    return text


def read_path(parts: Value) -> str:
    """Join the components of a v1 `path`, or refuse them."""
    if not isinstance(parts, list) or not parts:
        raise MetainfoError("bad_path", "A file's path is not a list of names.")
    names = []
    for part in parts:
        if not isinstance(part, bytes):
            raise MetainfoError("bad_path", "A file's path is not a list of names.")
        names.append(read_component(part))
    return "/".join(names)


def refuse_alias(entry: Dictionary, key: bytes) -> None:
    """Refuse a `key` that differs from its ".utf-8" twin, an old extension.

    Clients prefer the twin, so a difference would show members other names than they get.
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
            "path_too_long", f"The path {shown(path)} is longer than {max_path} characters."
        )


def check_together(paths: Iterable[str], *, folder: str | None, max_path: int) -> None:
    """Refuse paths that are too long with their folder, or collide where case does not count."""
    prefix = "" if folder is None else f"{folder}/"
    keys = []
    for path in paths:
        check_length(prefix + path, max_path)
        # No name holds a NUL, so a path's key sorts just before those of the paths below it.
        keys.append(path.casefold().replace("/", "\0"))
    keys.sort()
    for key, following in pairwise(keys):
        if key == following or following.startswith(f"{key}\0"):
            raise _collision(key, following)


def _collision(key: str, following: str) -> MetainfoError:
    path = shown(key.replace("\0", "/"))
    if key == following:
        return MetainfoError(
            "duplicate_path", f"The path {path} is there twice (case does not count)."
        )
    return MetainfoError("file_and_folder", f"The path {path} is both a file and a folder.")
