"""The plugin's alembic branch."""
