"""Views of classes and permissions."""
