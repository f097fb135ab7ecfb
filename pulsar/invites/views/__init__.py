"""Invites' endpoints."""
