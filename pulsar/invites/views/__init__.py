"""Views of invites."""
