"""The news' alembic branch."""
