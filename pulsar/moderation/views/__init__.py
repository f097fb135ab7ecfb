"""Views of moderation."""
