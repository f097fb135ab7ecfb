"""Where clients announce: ``/<passkey>/announce`` and ``/announce/<passkey>``, scrape likewise."""

from __future__ import annotations

from pulsar.traversal import Resource


class Announce(Resource):
    """One member's announce URL; ``passkey`` may be anything that the URL holds."""

    passkey: str = ""


class Scrape(Announce):
    """One member's scrape URL."""


class Announces(Resource):
    """``/announce``."""

    children = {"{passkey}": Announce}

    def __getitem__(self, name: str) -> Resource:
        """A wrong passkey is told to the client in its own language, not as a 404."""
        leaf = Announce(self, self.request, name)
        leaf.passkey = name
        return leaf


class Scrapes(Resource):
    """``/scrape``."""

    children = {"{passkey}": Scrape}

    def __getitem__(self, name: str) -> Resource:
        """The member's scrape URL."""
        leaf = Scrape(self, self.request, name)
        leaf.passkey = name
        return leaf


class Passkey(Resource):
    """``/<passkey>``."""

    children = {"announce": Announce, "scrape": Scrape}

    def __getitem__(self, name: str) -> Resource:
        """Announce or scrape of the member."""
        leaf = self.children[name](self, self.request, name)
        leaf.passkey = self.__name__
        return leaf
