"""Views of categories."""
