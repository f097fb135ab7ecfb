"""Permissions: the names that views require and members have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyramid.security import NO_PERMISSION_REQUIRED
from zope.interface import implementer

from ..interfaces import IPermission, IPermissionPattern
from ..permissions import SITE_GOD_MODE
from ..registry import Registry

NAME = re.compile(r"[a-z][a-z0-9_]{0,35}", re.ASCII)
#: The id after the prefix of a pattern.
ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)

#: The default permission of views. Nobody has it, not even members with god mode, so a view without
#: a permission is closed.
CLOSED = "__closed__"
#: For views that anybody may call.
PUBLIC = NO_PERMISSION_REQUIRED
#: For views that anybody with a key may call, whatever its scope.
AUTHENTICATED = "__authenticated__"
#: Makes every check succeed, within the key's scope.
GOD_MODE = SITE_GOD_MODE


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


@implementer(IPermissionPattern)
@dataclass(frozen=True, slots=True)
class PermissionPattern:
    """Permissions that differ by the id at their end, e.g. ``forumaccess_forum_7``.

    A denial has a meaning even for a member who was never granted the permission: see
    :attr:`pulsar.security.Identity.denied`.
    """

    prefix: str
    title: str
    plugin: str
    basic: bool = False

    def permission(self, name: str) -> Permission | None:
        """Return the permission of this name if it matches the pattern, or None."""
        rest = name.removeprefix(self.prefix)
        if rest == name or not ID.fullmatch(rest) or not NAME.fullmatch(name):
            return None
        return Permission(name, self.title, self.plugin, basic=self.basic)


def find_permission(registry: Registry, name: str) -> IPermission | None:
    """The declared permission of this name, or None."""
    return registry.queryUtility(IPermission, name) or find_by_pattern(registry, name)


def find_by_pattern(registry: Registry, name: str) -> IPermission | None:
    """The permission of this name that a pattern declares, or None."""
    for _, pattern in registry.getUtilitiesFor(IPermissionPattern):
        permission = pattern.permission(name)
        if permission is not None:
            return permission
    return None
