"""Secrets' endpoints."""
