"""What Pulsar is compared with: one Pyramid view that returns bytes, reached by traversal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from pyramid.response import Response

from pulsar.config import Configurator
from pulsar.request import Request

from .load import Answer


class Place(dict[str, "Place"]):
    """A node of the resource tree, which knows its answer."""

    answer = Answer("text/plain", b"")


def save(answers: dict[str, Answer], file: Path) -> None:
    """Keep the answers, by path, for the process that will give them."""
    file.write_bytes(msgspec.msgpack.encode(answers))


def main(global_config: dict[str, str], answers: str, **settings: Any) -> Any:
    """The WSGI application; ``answers`` is the file to which they were saved."""
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
    """The bytes."""
    return Response(context.answer.body, content_type=context.answer.content_type)
