"""Permissions for the wiki."""

from __future__ import annotations

from pulsar.config import Configurator

VIEW = "wiki_view"
VIEW_DELETED = "wiki_view_deleted"
EDIT = "wiki_edit_article"
CREATE = "wiki_create_article"
DELETE = "wiki_delete_article"
LANGUAGES = "wiki_languages_modify"
CLASSES = "wiki_classes_modify"


def add_permissions(config: Configurator) -> None:
    """Declare the permissions; by default, members may only read."""
    config.add_permission(VIEW, "Read the wiki.", member=True)
    config.add_permission(VIEW_DELETED, "See deleted wiki articles.")
    config.add_permission(EDIT, "Edit wiki articles and their aliases.")
    config.add_permission(CREATE, "Write and translate wiki articles.")
    config.add_permission(DELETE, "Delete and restore wiki articles.")
    config.add_permission(LANGUAGES, "Add and rename the wiki's languages.")
    config.add_permission(CLASSES, "Say which classes read and edit an article; read and edit all.")
