"""Declared types and channels of notifications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyramid.exceptions import ConfigurationError
from zope.interface import implementer

from ..config import Configurator
from ..interfaces import INotificationChannel, INotificationType

#: Called with the request, user ids and subject ids; returns the pairs of member and subject such
#: that the member may know of the subject.
Visible = Callable[[Any, Sequence[int], Sequence[int]], set[tuple[int, int]]]


@implementer(INotificationType)
@dataclass(frozen=True, slots=True)
class NotificationType:
    """A declared type of notification."""

    name: str
    title: str
    visible: Visible | None = None


@implementer(INotificationChannel)
@dataclass(frozen=True, slots=True)
class NotificationChannel:
    """A declared channel for notifying members."""

    name: str
    title: str
    default: bool
    deliver: Callable[[Any, Sequence[Any]], None]


def add_notification_type(
    config: Configurator, name: str, title: str, *, visible: Visible | None = None
) -> None:
    """Directive: declare a type of notification.

    ``visible(request, user_ids, subject_ids)`` returns the pairs of member and subject such that
    the member may know of the subject. It is called when notifications are created, for all
    recipients of one subject, and again when they are shown, for all subjects of one member. The
    number of its statements must not depend on either number.
    """
    require_short(name, 48)
    item = config.introspectable("pulsar notifications", name, title, "notification type")
    notification_type = NotificationType(name, title, config.maybe_dotted(visible))

    def register() -> None:
        config.registry.registerUtility(notification_type, INotificationType, name)

    config.action(("pulsar notification type", name), register, introspectables=(item,))


def add_notification_channel(
    config: Configurator,
    name: str,
    title: str,
    deliver: Callable[[Any, Sequence[Any]], None],
    *,
    default: bool = False,
) -> None:
    """Directive: declare a channel. ``deliver(request, notifications)`` notifies their members."""
    require_short(name, 32)
    item = config.introspectable("pulsar notification channels", name, title, "channel")
    notification_channel = NotificationChannel(name, title, default, config.maybe_dotted(deliver))

    def register() -> None:
        config.registry.registerUtility(notification_channel, INotificationChannel, name)

    config.action(("pulsar notification channel", name), register, introspectables=(item,))


def require_short(name: str, most: int) -> None:
    """Raise ConfigurationError for a name that is longer than its column."""
    if len(name) > most:
        raise ConfigurationError(f"Name {name!r} is longer than {most} characters.")
