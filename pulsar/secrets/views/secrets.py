"""Views that show and reset the caller's secrets."""

from __future__ import annotations

from pyramid.view import view_config

from ...interfaces import ISecretKind, ISecrets
from ...permissions import SECRETS_VIEW
from ...request import Request
from ...serialization import Raw, array_of
from .. import tags
from ..interfaces import ISecret
from ..resources import UserSecretResource, UserSecrets, kinds
from ..serializers import SecretContent

SECRETS = Raw(array_of({"$ref": "#/components/schemas/Secret"}))


def _live(request: Request, kind: ISecretKind) -> SecretContent:
    service = request.find_service(ISecrets)
    user_id = request.caller.user_id
    value = service.current(request.db, user_id, kind.name)
    row = service.history(request.db, user_id, kind.name)[0]
    return SecretContent(kind.name, kind.title, value, row.created)


@view_config(context=UserSecrets, request_method="GET", permission=SECRETS_VIEW, response=SECRETS)
def list_secrets(context: UserSecrets, request: Request) -> list[SecretContent]:
    """List the caller's secrets. Missing ones are created."""
    return [_live(request, kind) for kind in kinds(request)]


@view_config(
    context=UserSecretResource, request_method="GET", permission=SECRETS_VIEW, response=ISecret
)
def view_secret(context: UserSecretResource, request: Request) -> SecretContent:
    """Show one of the caller's secrets, which is created if missing."""
    return _live(request, context.kind)


@view_config(
    context=UserSecretResource,
    request_method="POST",
    permission=SECRETS_VIEW,
    response=ISecret,
    status=201,
    operation="reset_user_secret",
)
def reset_secret(context: UserSecretResource, request: Request) -> SecretContent:
    """Replace one of the caller's secrets. The old one ends immediately."""
    name, user_id = context.kind.name, request.caller.user_id
    request.find_service(ISecrets).reset(request.db, user_id, name)
    request.cache.invalidate(tags.secret(name, user_id))
    return _live(request, context.kind)


@view_config(
    context=UserSecretResource,
    name="history",
    request_method="GET",
    permission=SECRETS_VIEW,
    response=SECRETS,
)
def secret_history(context: UserSecretResource, request: Request) -> list[SecretContent]:
    """List when the caller's secrets of this kind were created and revoked, without values."""
    rows = request.find_service(ISecrets).history(
        request.db, request.caller.user_id, context.kind.name
    )
    return [
        SecretContent(context.kind.name, context.kind.title, None, row.created, row.revoked)
        for row in rows
    ]
