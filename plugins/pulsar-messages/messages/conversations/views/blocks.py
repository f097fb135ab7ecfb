"""Members from whom the caller accepts no messages."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.paging import Page, paginate
from pulsar.request import Request
from pulsar.serialization import Listing, Message
from pulsar.validation import Paging
from pulsar.validation.inputs import PagingInput

from ..blocks import AlreadyBlocked, CannotBlock, block, unblock
from ..inputs import MakeBlockInput
from ..interfaces import IMessageBlock
from ..permissions import MODIFY, VIEW
from ..queries import blocks_of
from ..resources import BlockResource, Blocks
from ..schemas import MakeBlock


@view_config(
    context=Blocks,
    request_method="GET",
    permission=VIEW,
    schema=Paging,
    response=Listing(IMessageBlock),
)
def list_blocks(context: Blocks, request: Request[PagingInput]) -> Page:
    """List the members whom the caller blocks, the newest block first."""
    values = request.validated
    query = blocks_of(request.caller.user_id)
    return paginate(request.db, query, values)


@view_config(
    context=Blocks,
    request_method="POST",
    permission=MODIFY,
    schema=MakeBlock,
    response=IMessageBlock,
    status=201,
    errors=(AlreadyBlocked, CannotBlock),
)
def block_member(context: Blocks, request: Request[MakeBlockInput]) -> Any:
    """Block a member: they can neither write to the caller alone nor add them to conversations."""
    return context(block(request, request.validated["user_id"]))


@view_config(context=BlockResource, request_method="DELETE", permission=MODIFY, response=Message())
def unblock_member(context: BlockResource, request: Request) -> str:
    """Remove the block of a member."""
    unblock(request, context.model.blocked_id)
    return f"User {context.model.blocked_id} is no longer blocked."
