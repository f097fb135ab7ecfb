"""Forms with files: ``multipart/form-data`` (RFC 7578), read strictly and within bounds.

WebOb reads forms with the standard library's deprecated ``cgi``, which takes a truncated form for
a whole one, replaces what is no UTF-8, and recurses into nested forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_PARTS = 256
MAX_HEAD = 4096
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))', re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; whether it is a file says the presence of a file name."""

    name: str
    is_file: bool
    content: bytes


def parse_multipart(body: bytes, content_type: str) -> list[Part]:
    """The parts in their order. Raises ValueError for what is not exactly one whole form."""
    boundary = _parameters(content_type).get("boundary", "")
    if not 1 <= len(boundary) <= 70:
        raise ValueError("the boundary is missing or too long")
    delimiter = b"\r\n--" + boundary.encode()
    before, *chunks = (b"\r\n" + body).split(delimiter, MAX_PARTS + 1)
    if before.strip():
        raise ValueError("the form does not begin with its boundary")
    if not chunks or not chunks[-1].startswith(b"--"):
        raise ValueError("the form has no end, or too many parts")
    return [_part(chunk) for chunk in chunks[:-1]]


def _part(chunk: bytes) -> Part:
    end = chunk.find(b"\r\n\r\n", 0, MAX_HEAD)
    if not chunk.startswith(b"\r\n") or end < 0:
        raise ValueError("a part has no headers, or too many")
    lines = chunk[:end].decode().split("\r\n")
    headers = [line.partition(":") for line in lines if line]
    dispositions = [
        value for name, _, value in headers if name.strip().lower() == "content-disposition"
    ]
    if len(dispositions) != 1 or not dispositions[0].strip().lower().startswith("form-data"):
        raise ValueError("a part is no field of a form")
    found = _parameters(dispositions[0])
    if "name" not in found:
        raise ValueError("a field has no name")
    return Part(
        found["name"], not found.keys().isdisjoint(("filename", "filename*")), chunk[end + 4 :]
    )


def _parameters(value: str) -> dict[str, str]:
    """The parameters of a header's value, by lower-case name."""
    return {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
        for name, quoted, plain in _PARAMETER.findall(value)
    }
