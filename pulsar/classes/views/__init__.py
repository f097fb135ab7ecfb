"""Endpoints of classes and permissions."""
