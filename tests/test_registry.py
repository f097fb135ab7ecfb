"""Events reach whoever subscribed, whenever they did."""

from __future__ import annotations

from typing import Any

from zope.interface import Interface, alsoProvides, implementer

from pulsar.registry import Registry


class IRang(Interface):
    """A bell rang."""


class ILoud(Interface):
    """It was heard from afar."""


@implementer(IRang)
class Rang:
    """A bell rang."""


class TestNotify:
    def test_whoever_subscribes_later(self) -> None:
        registry, heard = Registry("test"), []
        registry.notify(Rang())
        registry.registerHandler(heard.append, [IRang])
        registry.notify(Rang())
        assert len(heard) == 1

    def test_others_do_not_hear(self) -> None:
        registry, heard = Registry("test"), []
        registry.registerHandler(heard.append, [ILoud])
        for _ in range(2):
            registry.notify(Rang())
        assert heard == []

    def test_one_event_may_be_more_than_its_class(self) -> None:
        registry, heard = Registry("test"), []
        registry.registerHandler(heard.append, [ILoud])
        registry.notify(Rang())
        loud = Rang()
        alsoProvides(loud, ILoud)
        registry.notify(loud)
        assert heard == [loud]

    def test_several_at_once(self) -> None:
        registry: Any = Registry("test")
        heard: list[Any] = []
        registry.notify(Rang(), Rang())
        registry.registerHandler(lambda *events: heard.extend(events), [IRang, IRang])
        registry.notify(Rang(), Rang())
        assert len(heard) == 2
