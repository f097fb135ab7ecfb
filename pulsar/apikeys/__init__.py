"""API keys, which authenticate programs and their users."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IIdentitySource, IRoot
from ..jobs.schedule import DAILY
from ..permissions import (
    API_KEYS_REVOKE,
    API_KEYS_REVOKE_OTHERS,
    API_KEYS_VIEW,
    API_KEYS_VIEW_OTHERS,
)
from ..settings import CoreSettings
from ..users.interfaces import IAddressesExpired
from .forgetting import forget_addresses
from .identify import KeyIdentitySource
from .interfaces import IAPIKey, INewAPIKey
from .resources import APIKeys
from .serializers import APIKeySerializer, NewAPIKeySerializer


def includeme(config: Configurator) -> None:
    """Provide API keys and the identities for them."""
    config.add_domain("API keys")
    settings = config.registry.settings
    config.add_service(IIdentitySource, KeyIdentitySource(settings))
    config.add_resource("api_keys", APIKeys, parent=IRoot)
    config.add_serializer(APIKeySerializer, IAPIKey)
    config.add_serializer(NewAPIKeySerializer, INewAPIKey)
    config.add_permission(API_KEYS_VIEW, "See one's own API keys.", member=True)
    config.add_permission(API_KEYS_VIEW_OTHERS, "See other members' API keys.")
    config.add_permission(API_KEYS_REVOKE, "Revoke one's own API keys.", member=True)
    config.add_permission(API_KEYS_REVOKE_OTHERS, "Revoke other members' API keys.")
    config.add_job(
        "sweep_api_keys",
        DAILY,
        ".services.sweep",
        title="Revoke idle API keys, and forget those revoked long ago",
    )
    config.add_rate_limit(
        "Login", r"/api_keys", CoreSettings.rate_limit_login.read(settings), methods=("POST",)
    )
    config.add_subscriber(forget_addresses, IAddressesExpired)
    config.add_link("api_keys", "/api_keys")
    config.add_populator(".populate.populate")
    config.scan(".views")
