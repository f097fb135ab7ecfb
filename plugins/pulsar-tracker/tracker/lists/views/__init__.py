"""Endpoints of what the tracker knows."""
