"""Polls' endpoints."""
