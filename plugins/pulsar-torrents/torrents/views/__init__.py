"""Torrents' endpoints."""
