"""The wiki's endpoints."""
