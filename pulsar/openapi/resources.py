"""``/openapi.json``, ``/docs`` and its files."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from typing import ClassVar

from ..traversal import Resource

TYPES = {"css": "text/css", "js": "text/javascript"}


class OpenAPI(Resource):
    """The OpenAPI document."""


class Docs(Resource):
    """The page."""


class Asset(Resource):
    """A file of the page."""

    file: Traversable


class Assets(Resource):
    """The files of the page, by name."""

    children: ClassVar[dict[str, type[Resource]]] = {"{file}": Asset}

    def __getitem__(self, name: str) -> Resource:
        for file in (resources.files("pulsar.openapi") / "assets").iterdir():
            if file.name == name and name.rpartition(".")[2] in TYPES:
                asset = Asset(self, self.request, name)
                asset.file = file
                return asset
        raise KeyError(name)
