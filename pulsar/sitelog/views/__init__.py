"""The view of the site log."""
