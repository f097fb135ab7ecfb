"""Parsing the bytes of a .torrent file to a checked Metainfo."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha1, sha256
from typing import cast

from .bencode import Dictionary, cut, decode, encode
from .errors import Faults, MetainfoError
from .fields import total_size
from .model import File, Limits, Metainfo, Version
from .paths import check_length, check_together, read_component, refuse_alias
from .v1 import read_v1
from .v2 import BLOCK_SIZE, check_layers, read_tree

_DEFAULT_LIMITS = Limits()
_META_VERSION = 2
_MAX_SOURCE = 255


def parse(
    data: bytes,
    limits: Limits = _DEFAULT_LIMITS,
    *,
    private: bool | None = None,
    source: str | None = None,
) -> Metainfo:
    """Check a .torrent file, and set `private` and `source` in its info dictionary.

    None leaves a value unchanged. If nothing changes, the info dictionary keeps its bytes and so
    its info-hashes. Raises only MetainfoError, for any bytes; it has all faults that can be
    distinguished.
    """
    if len(data) > limits.max_size:
        raise MetainfoError("too_large", f"The file is larger than {limits.max_size} bytes.")
    root = decode(data, max_depth=limits.max_depth, max_values=limits.max_values)
    info = root.get(b"info")
    if not isinstance(info, dict):
        raise MetainfoError("missing_info", "The torrent has no info dictionary.")
    version = _read_version(info)
    faults = Faults()
    name = faults.attempt(_read_name, info, limits.max_path) or ""
    piece_length = faults.attempt(_read_piece_length, info, version, limits)
    files, multi_file = faults.attempt(
        _read_files, root, info, version, name, piece_length, limits, faults
    ) or ([], False)
    size = 0 if faults else faults.attempt(total_size, files, limits.max_files) or 0
    check_together(
        (file.path for file in files),
        folder=name if multi_file else None,
        max_path=limits.max_path,
        faults=faults,
    )
    faults.attempt(_read_private, info)
    faults.attempt(_read_source, info)
    faults.check()
    rehashed = _stamp(info, private, source)
    raw = encode(info) if rehashed else cut(data, root, b"info")
    return Metainfo(
        name=name,
        files=tuple(files),
        size=size,
        piece_length=cast(int, piece_length),
        private=_read_private(info),
        source=_read_source(info),
        info_hash=None if version == "v2" else sha1(raw, usedforsecurity=False).digest(),
        info_hash_v2=None if version == "v1" else sha256(raw).digest(),
        version=version,
        info=raw,
        piece_layers=None if version == "v1" else encode(root.get(b"piece layers", {})),
        rehashed=rehashed,
        multi_file=multi_file,
    )


def _read_version(info: Dictionary) -> Version:
    # This is the first check, as BEP 52 requires: content of a later version would only look
    # broken.
    meta_version = info.get(b"meta version")
    if meta_version is None:
        if b"file tree" in info:
            raise MetainfoError(
                "missing_meta_version", "The torrent has a file tree but no meta version."
            )
        return "v1"
    if meta_version != _META_VERSION:
        raise MetainfoError(
            "unknown_meta_version", f"The torrent's meta version is not {_META_VERSION}."
        )
    return "hybrid" if info.keys() & {b"pieces", b"files", b"length"} else "v2"


def _read_name(info: Dictionary, max_path: int) -> str:
    name = info.get(b"name")
    if not isinstance(name, bytes):
        raise MetainfoError("missing_name", "The torrent has no name.")
    refuse_alias(info, b"name")
    text = read_component(name)
    check_length(text, max_path)
    return text


def _read_piece_length(info: Dictionary, version: Version, limits: Limits) -> int:
    length = info.get(b"piece length")
    if not isinstance(length, int):
        raise MetainfoError("missing_piece_length", "The torrent has no piece length.")
    # A v2 piece consists of whole blocks, even if v1 torrents may have smaller pieces.
    least = limits.min_piece_length if version == "v1" else max(limits.min_piece_length, BLOCK_SIZE)
    if not least <= length <= limits.max_piece_length:
        raise MetainfoError(
            "piece_length_out_of_range",
            f"The piece length is not from {least} to {limits.max_piece_length} bytes.",
        )
    if length.bit_count() != 1:
        raise MetainfoError(
            "piece_length_not_power_of_two", "The piece length is not a power of two."
        )
    return length


def _read_files(
    root: Dictionary,
    info: Dictionary,
    version: Version,
    name: str,
    piece_length: int | None,
    limits: Limits,
    faults: Faults,
) -> tuple[list[File], bool]:
    """Return the files without faults, and whether they are in a folder.

    Checks that depend on all files run only if there were no faults before.
    """
    if version == "v1":
        layout = read_v1(info, name, piece_length, limits, faults)
        return layout.files, layout.multi_file
    tree = read_tree(info.get(b"file tree"), limits, faults)
    files = [tree_file.file for tree_file in tree]
    if piece_length is not None and not faults:
        check_layers(root.get(b"piece layers"), tree, piece_length, faults)
    if version == "v2":
        return files, len(files) != 1 or "/" in files[0].path
    layout = read_v1(info, name, piece_length, limits, faults)
    if faults:
        return files, layout.multi_file
    if layout.files != files:
        raise MetainfoError(
            "hybrid_mismatch", "The file list and the file tree do not describe the same files."
        )
    if not layout.aligned:
        raise MetainfoError(
            "hybrid_unaligned", "The files of the hybrid torrent are not padded to whole pieces."
        )
    return files, layout.multi_file


def _stamp(info: Dictionary, private: bool | None, source: str | None) -> bool:
    """Set the private flag (BEP 27) and the source if they differ; return whether one did."""
    rehashed = False
    if private is not None and private != _read_private(info):
        info[b"private"] = int(private)
        rehashed = True
    if source is not None and source != _read_source(info):
        info[b"source"] = source.encode()
        rehashed = True
    return rehashed


def _read_private(info: Dictionary) -> bool:
    private = info.get(b"private", 0)
    if private not in (0, 1):
        raise MetainfoError("bad_private", "The torrent's private flag is neither 0 nor 1.")
    return private == 1


def _read_source(info: Dictionary) -> str | None:
    source = info.get(b"source")
    if source is None:
        return None
    if isinstance(source, bytes):
        with suppress(UnicodeDecodeError):
            text = source.decode()
            if text.isprintable() and len(text) <= _MAX_SOURCE:
                return text
    raise MetainfoError("bad_source", "The torrent's source is not a short, printable text.")
