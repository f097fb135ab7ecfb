"""The registry, which tells of an event only where somebody may hear."""

from __future__ import annotations

from typing import Any

import pyramid.registry
from zope.interface import providedBy


class Registry(pyramid.registry.Registry):
    """Remembers which kinds of events nobody has subscribed to.

    Pyramid notifies four events with every request, most of which nobody waits for; looking for
    subscribers that are not there took a twentieth of a short request's time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._unheard: set[Any] = set()
        super().__init__(*args, **kwargs)

    def registerHandler(self, *args: Any, **kwargs: Any) -> Any:  # noqa: N802  # zope's name
        """Add a subscriber, also of what nobody heard of before."""
        self._unheard.clear()
        return super().registerHandler(*args, **kwargs)

    def notify(self, *events: Any) -> None:
        """Call the subscribers of the events, which are one nearly always."""
        if len(events) > 1:
            super().notify(*events)
            return
        kind = providedBy(events[0])
        if kind in self._unheard:
            return
        if self.adapters.subscriptions([kind], None):
            super().notify(*events)
        else:
            self._unheard.add(kind)
