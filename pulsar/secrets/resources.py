"""``/users/me/secrets`` and ``/users/me/secrets/{kind}``."""

from __future__ import annotations

from typing import Any

from ..interfaces import ISecretKind
from ..permissions import SECRETS_VIEW
from ..request import Request
from ..traversal import Resource


class UserSecretResource(Resource):
    """One kind of the caller's secrets."""

    kind: ISecretKind


class UserSecrets(Resource):
    """The caller's secrets by kind."""

    self_service = True
    permission = SECRETS_VIEW
    children = {"{kind}": UserSecretResource}

    def __getitem__(self, name: str) -> Resource:
        """Return the resource of the kind. Raises KeyError if the kind is not declared."""
        self.require_sight()
        kind = self.request.registry.queryUtility(ISecretKind, name)
        if kind is None:
            raise KeyError(name)
        return self(kind)

    def __call__(self, kind: ISecretKind) -> UserSecretResource:
        """Return the resource of a kind."""
        resource = UserSecretResource(self, self.request, kind.name)
        resource.kind = kind
        return resource


def kinds(request: Request) -> list[Any]:
    """Return the registered kinds, sorted by name."""
    return [kind for _, kind in sorted(request.registry.getUtilitiesFor(ISecretKind))]
