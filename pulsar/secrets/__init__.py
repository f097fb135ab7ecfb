"""Members' secrets other than API keys: derived from the site's secret, stored as digests."""

from __future__ import annotations

from ..config import Configurator
from ..interfaces import IGuesses, IMe, ISecrets
from ..permissions import SECRETS_VIEW
from .interfaces import ISecret
from .kinds import credential
from .resources import UserSecrets
from .serializers import SecretSerializer
from .service import Secrets
from .site import site_secrets


def includeme(config: Configurator) -> None:
    """Provide the service, its endpoints, and the feed key, which every site has."""
    config.add_domain("Secrets of members")
    registry = config.registry

    def note_secret(kind: str, value: str, user_id: int) -> None:
        registry.getUtility(IGuesses).right(credential(kind, value), user_id)

    config.add_service(ISecrets, Secrets(site_secrets(registry.settings).keys, note_secret))
    config.add_secret_kind("feed", "Feed key: reads feeds and downloads, and nothing else.")
    config.add_permission(SECRETS_VIEW, "See and reset one's own feed key and such.", member=True)
    config.add_resource("secrets", UserSecrets, parent=IMe)
    config.add_serializer(SecretSerializer, ISecret)
    config.scan(".views")
