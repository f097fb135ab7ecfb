"""Endpoints of news."""
