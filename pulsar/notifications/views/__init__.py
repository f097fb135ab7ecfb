"""Notifications' endpoints."""
