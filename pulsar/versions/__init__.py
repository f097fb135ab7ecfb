"""The core's alembic branch."""
