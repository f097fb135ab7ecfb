"""The description's endpoints."""
