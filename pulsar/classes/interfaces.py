"""The content of this package."""

from __future__ import annotations

from ..interfaces import IContent


class IUserClass(IContent):
    """A primary class of members; class 1 is the lowest."""


class ISecondaryClass(IContent):
    """A class that members have in addition to their primary one."""
