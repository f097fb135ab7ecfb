"""API keys: how programs, and people through them, authenticate."""

from __future__ import annotations

from pyramid.config import Configurator

from ..interfaces import IAPIKey, IIdentitySource, IRoot
from .identify import KeyIdentitySource
from .resources import APIKeys
from .serializers import NewAPIKeySerializer


def includeme(config: Configurator) -> None:
    """Provide keys and the identities they carry."""
    settings = config.registry.settings
    config.add_service(IIdentitySource, KeyIdentitySource(settings))
    config.add_resource("api_keys", APIKeys, parent=IRoot)
    config.add_serializer(NewAPIKeySerializer, IAPIKey)
    config.add_rate_limit(
        "Login", r"/api_keys", settings["pulsar.rate_limit_login"], methods=("POST",)
    )
    config.add_link("api_keys", "/api_keys")
    config.scan(".views")
