"""The forums' alembic branch."""
