"""The view of invite trees."""

from __future__ import annotations

from pyramid.view import view_config

from ...permissions import INVITES_VIEW_OTHERS
from ...request import Request
from ..inputs import ViewTreeInput
from ..interfaces import IInviteTree
from ..resources import InviteTreeOf
from ..schemas import ViewTree
from ..tree import InviteTree, invite_tree


@view_config(
    context=InviteTreeOf,
    request_method="GET",
    permission=INVITES_VIEW_OTHERS,
    schema=ViewTree,
    response=IInviteTree,
)
def view_tree(context: InviteTreeOf, request: Request[ViewTreeInput]) -> InviteTree:
    """Show the members whom a member invited, directly and indirectly.

    Members may see their own tree.
    """
    return invite_tree(request.db, context.user.id, request.validated["depth"])
