"""The reference of the benchmarks: one Pyramid view that returns bytes, found by traversal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from pyramid.response import Response

from pulsar.config import Configurator
from pulsar.request import Request

from .load import Answer


class Place(dict[str, "Place"]):
    """A node of the resource tree, with its response."""

    answer = Answer("text/plain", b"")


def save(answers: dict[str, Answer], file: Path) -> None:
    """Save the responses by path, for the process that returns them."""
    file.write_bytes(msgspec.msgpack.encode(answers))


def main(global_config: dict[str, str], answers: str, **settings: Any) -> Any:
    """Return the WSGI application; ``answers`` is the file of the saved responses."""
    saved = msgspec.msgpack.decode(Path(answers).read_bytes(), type=dict[str, Answer])
    root = Place()
    for path, answer in saved.items():
        place = root
        for segment in path.strip("/").split("/"):
            place = place.setdefault(segment, Place())
        place.answer = answer
    config = Configurator(settings=settings, root_factory=lambda request: root)
    config.add_view(view, context=Place)
    return config.make_wsgi_app()


def view(context: Place, request: Request) -> Response:
    """Return the bytes."""
    return Response(context.answer.body, content_type=context.answer.content_type)
