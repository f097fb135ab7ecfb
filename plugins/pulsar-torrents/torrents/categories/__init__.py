"""Categories: the types of works on the site, which staff define."""

from __future__ import annotations

from pulsar.config import Configurator

from ..interfaces import ITorrentCategory, ITorrents
from .permissions import MODIFY
from .resources import Categories
from .serializers import CategorySerializer


def includeme(config: Configurator) -> None:
    config.add_permission(MODIFY, "Add, edit and remove categories of torrents.")
    config.add_resource("categories", Categories, parent=ITorrents)
    config.add_serializer(CategorySerializer, ITorrentCategory)
    config.scan(".views")
