"""The view of permissions."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from ...interfaces import IPermission, IPermissionPattern
from ...permissions import PERMISSIONS_MODIFY
from ...request import Request
from ...serialization import BOOLEAN, STRING, Raw, array_of
from ..resources import Permissions

PERMISSIONS = Raw(
    {
        "type": "object",
        "properties": {
            "permissions": array_of(
                {
                    "type": "object",
                    "properties": {
                        "name": STRING,
                        "title": STRING,
                        "plugin": STRING,
                        "member": BOOLEAN,
                        "basic": BOOLEAN,
                        "feed": BOOLEAN,
                    },
                }
            ),
            "patterns": array_of(
                {
                    "type": "object",
                    "description": "One permission for each id of something.",
                    "properties": {
                        "prefix": STRING,
                        "title": STRING,
                        "plugin": STRING,
                        "basic": BOOLEAN,
                    },
                }
            ),
        },
    }
)


@view_config(
    context=Permissions,
    request_method="GET",
    permission=PERMISSIONS_MODIFY,
    response=PERMISSIONS,
)
def list_permissions(context: Permissions, request: Request) -> dict[str, Any]:
    """List the permissions that the core and the enabled plugins declare."""
    return {
        "permissions": [
            {
                "name": permission.name,
                "title": permission.title,
                "plugin": permission.plugin,
                "member": permission.member,
                "basic": permission.basic,
                "feed": permission.feed,
            }
            for _, permission in sorted(request.registry.getUtilitiesFor(IPermission))
        ],
        "patterns": [
            {
                "prefix": permission.prefix,
                "title": permission.title,
                "plugin": permission.plugin,
                "basic": permission.basic,
            }
            for _, permission in sorted(request.registry.getUtilitiesFor(IPermissionPattern))
        ],
    }
