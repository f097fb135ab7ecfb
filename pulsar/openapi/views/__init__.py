"""Views of the description."""
