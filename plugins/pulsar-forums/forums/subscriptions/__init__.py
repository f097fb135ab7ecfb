"""Subscriptions to forums and threads."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot

from ..interfaces import ISubscriptions
from .resources import SubscribedForums, SubscribedThreads, Subscriptions


def includeme(config: Configurator) -> None:
    """Register subscriptions to forums and threads."""
    config.add_resource("subscriptions", Subscriptions, parent=IRoot)
    config.add_resource("forums", SubscribedForums, parent=ISubscriptions)
    config.add_resource("threads", SubscribedThreads, parent=ISubscriptions)
    config.scan(".views")
