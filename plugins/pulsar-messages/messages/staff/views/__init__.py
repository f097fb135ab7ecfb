"""Endpoints of messages to staff."""
