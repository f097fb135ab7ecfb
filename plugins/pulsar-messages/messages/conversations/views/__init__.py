"""Endpoints of private messages."""
