"""The API's description, generated from the configuration, and a page to try it."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IRoot
from .resources import Assets, Docs, OpenAPI


def includeme(config: Configurator) -> None:
    """Provide ``/openapi.json`` and ``/docs``."""
    config.add_domain("Description of the API")
    config.add_resource("openapi.json", OpenAPI, parent=IRoot)
    config.add_resource("docs", Docs, parent=IRoot)
    config.add_resource("assets", Assets, parent=Docs)
    config.add_rate_limit("Docs", r"/docs(/.*)?", None, methods=("GET", "HEAD"))
    config.add_link("docs", "/docs")
    config.add_link("openapi", "/openapi.json")
    config.scan(".views")
