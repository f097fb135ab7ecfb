"""Permissions: the names that views ask for and members hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyramid.security import NO_PERMISSION_REQUIRED
from zope.interface import implementer

from ..interfaces import IPermission

NAME = re.compile(r"[a-z][a-z0-9_]{0,35}", re.ASCII)

#: The default permission of views. Nobody holds it, not even with god mode, so that a view which
#: forgets its own is closed.
CLOSED = "__closed__"
#: For views that anybody may call.
PUBLIC = NO_PERMISSION_REQUIRED
#: For views that anybody with a key may call, whatever its scope.
AUTHENTICATED = "__authenticated__"
#: Makes every check true, except for what a key's scope leaves out.
GOD_MODE = "site_god_mode"


@implementer(IPermission)
@dataclass(frozen=True, slots=True)
class Permission:
    """A declared permission."""

    name: str
    title: str
    plugin: str
    member: bool = False
    basic: bool = False
    feed: bool = False
