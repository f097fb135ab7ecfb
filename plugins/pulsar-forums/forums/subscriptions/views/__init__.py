"""Subscriptions' endpoints."""
