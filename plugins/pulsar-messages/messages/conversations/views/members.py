"""Adding members to conversations and removing them."""

from __future__ import annotations

from typing import Any

from pyramid.view import view_config

from pulsar.request import Request
from pulsar.serialization import INTEGER, STRING, Raw, array_of

from ..blocks import Undeliverable
from ..errors import AlreadyMembers, NotMembers, OriginalMembers, TooManyMembers
from ..inputs import MembersInput
from ..members import add, remove
from ..permissions import ADD_MULTIPLE, VIEW
from ..resources import MembersResource
from ..schemas import Members
from ..serializers import NAME

MEMBERS = Raw(array_of({"type": "object", "properties": {"id": INTEGER, "username": STRING}}))


@view_config(
    context=MembersResource,
    name="members",
    request_method="POST",
    permission=ADD_MULTIPLE,
    schema=Members,
    response=MEMBERS,
    errors=(AlreadyMembers, TooManyMembers, Undeliverable),
)
def add_members(context: MembersResource, request: Request[MembersInput]) -> list[Any]:
    """Add members to a conversation; they see all earlier messages.

    Others' conversations require messages_add_to_others, too. The response lists all members of the
    conversation.
    """
    return _member_objects(request, add(request, context.model, request.validated["user_ids"]))


@view_config(
    context=MembersResource,
    name="members",
    request_method="DELETE",
    permission=VIEW,
    query=Members,
    response=MEMBERS,
    errors=(NotMembers, OriginalMembers),
)
def remove_members(context: MembersResource, request: Request[MembersInput]) -> list[Any]:
    """Remove members who were added later, or leave a conversation.

    Removing other members requires messages_add_multiple_users; in others' conversations,
    messages_add_to_others, too. The response lists the remaining members.
    """
    return _member_objects(request, remove(request, context.model, request.validated["user_ids"]))


def _member_objects(request: Request, users: list[Any]) -> list[Any]:
    members: list[Any] = request.serialize.many(users, only=NAME, nested=True)
    return members
