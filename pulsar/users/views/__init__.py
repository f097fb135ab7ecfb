"""Members' endpoints."""
