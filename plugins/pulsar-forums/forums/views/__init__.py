"""Endpoints of categories, forums, threads and posts."""
