"""Permissions for categories."""

MODIFY = "torrents_modify_categories"
