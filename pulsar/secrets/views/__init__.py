"""Views of secrets."""
