"""Cache tags of the tracker."""

from __future__ import annotations


def info_hash(value: bytes) -> str:
    """Of what an info-hash stands for; the key of that copy too."""
    return f"torrent-hash:{value.hex()}"
