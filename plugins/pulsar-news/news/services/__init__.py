"""Writing, changing and deleting entries."""
