"""API keys' endpoints."""
