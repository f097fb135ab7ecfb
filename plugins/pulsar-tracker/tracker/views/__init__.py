"""The tracker's endpoints."""
