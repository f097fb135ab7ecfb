"""Jobs' endpoints."""
