"""Permissions for private messages."""

from __future__ import annotations

from pulsar.config import Configurator

VIEW = "messages_view"
VIEW_OTHERS = "messages_view_others"
VIEW_DELETED = "messages_view_deleted"
CREATE = "messages_create"
SEND = "messages_send"
MODIFY = "messages_modify"
ADD_MULTIPLE = "messages_add_multiple_users"
ADD_TO_OTHERS = "messages_add_to_others"
LOCK = "messages_lock"
IGNORE_BLOCKS = "messages_ignore_blocks"


def add_permissions(config: Configurator) -> None:
    config.add_permission(VIEW, "Read one's private conversations.", member=True)
    config.add_permission(CREATE, "Start private conversations.", member=True)
    config.add_permission(SEND, "Reply in one's private conversations.", member=True)
    config.add_permission(
        MODIFY, "Mark, star and delete one's conversations, and block members.", member=True
    )
    config.add_permission(ADD_MULTIPLE, "Have conversations with several members.")
    config.add_permission(VIEW_DELETED, "List and read what one has deleted.")
    config.add_permission(VIEW_OTHERS, "Read other members' conversations.")
    config.add_permission(ADD_TO_OTHERS, "Add and remove members in others' conversations.")
    config.add_permission(LOCK, "Lock conversations, so that nobody can reply.")
    config.add_permission(IGNORE_BLOCKS, "Write to members whatever they block.")
