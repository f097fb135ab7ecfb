"""What the path of a request asks for: an announce or a scrape, and with which passkey.

Paths stay bytes and percent-encoding is left as it is. Whatever looks like an announce or a scrape
is one: the client must be told in bencode why it is refused, as it cannot read anything else.
"""

from __future__ import annotations

import re

#: The action (`ANNOUNCE` or `SCRAPE`), the passkey, which may be empty, and the query.
Target = tuple[bytes, bytes, bytes]

ANNOUNCE = b"announce"
SCRAPE = b"scrape"

_USUAL = re.compile(rb"/([^/?]+)/(announce|scrape)(?:\?(.*))?", re.DOTALL)
_WORDS = {
    b"announce": ANNOUNCE,
    b"announce.php": ANNOUNCE,
    b"scrape": SCRAPE,
    b"scrape.php": SCRAPE,
}
_PASSKEY = re.compile(rb"(?:^|&)passkey=([^&]*)")


def find_target(url: bytes) -> Target | None:
    """The target of a request's URL, None if it asks for something else."""
    usual = _USUAL.fullmatch(url)
    if usual is not None:
        passkey, action, query = usual.groups()
        return action, passkey, query or b""
    path, _, query = url.partition(b"?")
    if not path.startswith(b"/"):
        # A request for a proxy: http://host/path (RFC 9112, 3.2.2).
        path = b"/" + path.partition(b"://")[2].partition(b"/")[2]
    segments = [segment for segment in path.split(b"/") if segment]
    for index, segment in enumerate(segments):
        found = _WORDS.get(segment.lower())
        if found is not None:
            around = segments[index + 1 : index + 2] or segments[index - 1 : index]
            return found, around[0] if around else _passkey(query), query
    return None


def _passkey(query: bytes) -> bytes:
    match = _PASSKEY.search(query)
    return b"" if match is None else match[1]
