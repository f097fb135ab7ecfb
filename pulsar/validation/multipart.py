"""Forms with files: ``multipart/form-data`` (RFC 7578), read strictly and within bounds.

WebOb reads forms with the standard library's deprecated ``cgi``, which takes a truncated form for
a whole one, replaces what is no UTF-8, and recurses into nested forms.
"""

from __future__ import annotations

from dataclasses import dataclass

from multipart import MultipartSegment, PushMultipartParser, parse_options_header

MAX_PARTS = 256


@dataclass(frozen=True, slots=True)
class FormPart:
    """One field of a form; whether it is a file says the presence of a file name."""

    name: str
    is_file: bool
    content: bytes


def parse_multipart(body: bytes, content_type: str) -> list[FormPart]:
    """The parts in their order. Raises ValueError for what is not exactly one whole form."""
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
