"""The rules' alembic branch."""
