"""Moderation's endpoints."""
