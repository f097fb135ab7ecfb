"""Endpoints of metrics."""
