"""Which permissions there are."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from ...interfaces import IPermission, IPermissionPattern
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
    permission="permissions_modify",
    response=PERMISSIONS,
)
def list_permissions(context: Permissions, request: Request) -> dict[str, Any]:
    """List the permissions that the core and the enabled plugins declare."""
    return {
        "permissions": [
            {
                "name": found.name,
                "title": found.title,
                "plugin": found.plugin,
                "member": found.member,
                "basic": found.basic,
                "feed": found.feed,
            }
            for _, found in sorted(request.registry.getUtilitiesFor(IPermission))
        ],
        "patterns": [
            {
                "prefix": found.prefix,
                "title": found.title,
                "plugin": found.plugin,
                "basic": found.basic,
            }
            for _, found in sorted(request.registry.getUtilitiesFor(IPermissionPattern))
        ],
    }
