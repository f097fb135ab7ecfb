"""Forms with files: ``multipart/form-data`` (RFC 7578), parsed strictly and within limits.

WebOb parses forms with the standard library's deprecated ``cgi``, which accepts truncated forms,
replaces invalid UTF-8, and recurses into nested forms.
"""

from __future__ import annotations

from dataclasses import dataclass

from multipart import MultipartSegment, PushMultipartParser, parse_options_header

MAX_PARTS = 256


@dataclass(frozen=True, slots=True)
class FormPart:
    """A field of a form. It is a file if it has a file name."""

    name: str
    is_file: bool
    content: bytes


def parse_multipart(body: bytes, content_type: str) -> list[FormPart]:
    """Return the parts in their order. Raises ValueError unless the body is one complete form."""
    _, options = parse_options_header(content_type)
    parser = PushMultipartParser(
        options.get("boundary", ""),
        content_length=len(body),
        max_segment_count=MAX_PARTS,
        strict=True,
    )
    parts: list[FormPart] = []
    segment: MultipartSegment | None = None
    content: list[bytes] = []
    with parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                segment, content = event, []
            elif event is not None:
                content.append(event)
            elif segment is not None and segment.name is not None:
                parts.append(
                    FormPart(segment.name, segment.filename is not None, b"".join(content))
                )
    return parts
