"""Accounts' endpoints."""
