"""Private messages' endpoints."""
