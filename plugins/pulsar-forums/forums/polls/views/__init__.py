"""Endpoints of polls."""
