"""Creating .torrent files and magnet links from a stored info dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from .bencode import Dictionary, encode, encoded


def wrap(
    info: bytes,
    *,
    announce: str | None,
    comment: str | None = None,
    created_by: str | None = None,
    piece_layers: bytes | None = None,
) -> bytes:
    """Return a .torrent file around a bencoded info dictionary, which keeps its bytes."""
    root: Dictionary = {b"info": encoded(info)}
    texts = {b"announce": announce, b"comment": comment, b"created by": created_by}
    root.update({key: text.encode() for key, text in texts.items() if text is not None})
    if piece_layers is not None:
        root[b"piece layers"] = encoded(piece_layers)
    return encode(root)


def magnet(
    *,
    name: str,
    info_hash: bytes | None,
    info_hash_v2: bytes | None,
    size: int,
    trackers: Sequence[str] = (),
) -> str:
    """Return a magnet link (BEP 9); for a hybrid torrent it has both info-hashes.

    The v2 info-hash is a multihash: 12 for SHA2-256, 20 for its 32 bytes, in hexadecimal.
    """
    fields = []
    if info_hash is not None:
        fields.append(f"xt=urn:btih:{info_hash.hex()}")
    if info_hash_v2 is not None:
        fields.append(f"xt=urn:btmh:1220{info_hash_v2.hex()}")
    if not fields:
        raise ValueError("A magnet link needs an info-hash.")
    fields += [f"dn={quote(name, safe='')}", f"xl={size}"]
    fields += [f"tr={quote(tracker, safe='')}" for tracker in trackers]
    return "magnet:?" + "&".join(fields)
