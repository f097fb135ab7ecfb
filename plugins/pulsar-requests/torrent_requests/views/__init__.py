"""Requests' endpoints."""
