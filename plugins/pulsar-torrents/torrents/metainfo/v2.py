"""The v2 part of a torrent: the file tree and the piece layers (BEP 52)."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from .bencode import Dictionary, Value
from .errors import Faults, MetainfoError, quote
from .fields import read_is_padding, read_length, too_many_files
from .model import File, Limits
from .paths import check_length, read_component

BLOCK_SIZE = 16 * 1024
HASH_SIZE = 32


class TreeFile(NamedTuple):
    """A file and the root of its merkle tree, which empty files do not have."""

    file: File
    root: bytes | None


def read_tree(tree: Value | None, limits: Limits, faults: Faults) -> list[TreeFile]:
    """Read the files in the order of the file tree; invalid ones are reported and left out."""
    if not isinstance(tree, dict):
        raise MetainfoError("missing_file_tree", "The torrent has no file tree.")
    if not tree:
        raise MetainfoError("empty_file_list", "The torrent's file tree is empty.")
    if b"" in tree:
        raise MetainfoError("bad_file_tree", "The root of the file tree is a file.")
    files: list[TreeFile] = []
    nodes: list[tuple[str, Value]] = [("", tree)]
    while nodes:
        path, node = nodes.pop()
        if len(files) > limits.max_files:
            raise too_many_files(limits.max_files)
        try:
            # Checked here, because the name of a long folder would be copied for each of its files.
            check_length(path, limits.max_path)
            entries = _read_node(path, node)
            if b"" in entries:
                files.append(_read_file(path, entries[b""]))
            else:
                nodes += _read_folder(path, entries, faults)
        except MetainfoError as error:
            faults.add(error)
    return files


def _read_node(path: str, node: Value) -> Dictionary:
    """Return the contents of a folder, or a file's description under the empty name."""
    if not isinstance(node, dict) or not node:
        raise MetainfoError("bad_file_tree", f"{quote(path)} is neither a file nor a folder.")
    if b"" in node and len(node) > 1:
        raise MetainfoError(
            "file_and_folder", f"The path {quote(path)} is both a file and a folder."
        )
    return node


def _read_folder(path: str, folder: Dictionary, faults: Faults) -> list[tuple[str, Value]]:
    """Return the contents of the folder in reverse order."""
    prefix = f"{path}/" if path else ""
    entries = []
    for raw, node in reversed(folder.items()):
        name = faults.attempt(read_component, raw)
        if name is not None:
            entries.append((prefix + name, node))
    return entries


def _read_file(path: str, entry: Value) -> TreeFile:
    if not isinstance(entry, dict):
        raise MetainfoError("bad_file_tree", f"The file {quote(path)} is not described.")
    if read_is_padding(entry):
        raise MetainfoError("padding_in_tree", "The file tree contains a padding file.")
    size = read_length(entry, path)
    root = entry.get(b"pieces root")
    if size == 0:
        # libtorrent 2.0.0 to 2.0.3 wrote zeros here, and every client accepts them.
        if root not in (None, bytes(HASH_SIZE)):
            raise MetainfoError("bad_pieces_root", f"The empty file {quote(path)} has a hash.")
        return TreeFile(File(path, size), None)
    if not isinstance(root, bytes) or len(root) != HASH_SIZE or not any(root):
        raise MetainfoError(
            "bad_pieces_root", f"The file {quote(path)} has no root hash of {HASH_SIZE} bytes."
        )
    return TreeFile(File(path, size), root)


def check_layers(
    layers: Value | None, files: list[TreeFile], piece_length: int, faults: Faults
) -> None:
    """Check that each file larger than a piece has the layer that hashes to its root.

    If there is no such file, clients do not need the dictionary of layers.
    """
    layered = [(file, root) for file, root in files if root and file.size > piece_length]
    if layers is None and not layered:
        return
    if not isinstance(layers, dict):
        faults.add(MetainfoError("missing_piece_layers", "The torrent has no piece layers."))
        return
    padding = _layer_padding(piece_length)
    checked: set[bytes] = set()
    for (path, size), root in layered:
        layer = layers.get(root)
        error = None
        if not isinstance(layer, bytes):
            error = MetainfoError(
                "missing_piece_layer", f"The piece layer of {quote(path)} is missing."
            )
        elif len(layer) != -(-size // piece_length) * HASH_SIZE:
            error = MetainfoError(
                "bad_piece_layer_length",
                f"The length of the piece layer of {quote(path)} does not fit the file.",
            )
        # Equal files share a layer.
        elif root not in checked and merkle_root(layer, padding) != root:
            error = MetainfoError(
                "bad_piece_layer", f"The piece layer of {quote(path)} does not match its root hash."
            )
        if error is not None:
            faults.add(error)
        checked.add(root)
    if len(layers) > len(checked):
        faults.add(MetainfoError("unknown_piece_layer", "A piece layer belongs to no file."))


def merkle_root(layer: bytes, padding: bytes) -> bytes:
    """Return the root over a layer of hashes, padded to a power of two with `padding`."""
    while len(layer) > HASH_SIZE:
        if len(layer) % (2 * HASH_SIZE):
            layer += padding
        layer = b"".join(
            [
                sha256(layer[i : i + 2 * HASH_SIZE]).digest()
                for i in range(0, len(layer), 2 * HASH_SIZE)
            ]
        )
        padding = sha256(padding + padding).digest()
    return layer


def _layer_padding(piece_length: int) -> bytes:
    """Return the hash of a piece beyond the end of a file: the root over zero leaves."""
    padding = bytes(HASH_SIZE)
    while piece_length > BLOCK_SIZE:
        padding = sha256(padding + padding).digest()
        piece_length //= 2
    return padding
