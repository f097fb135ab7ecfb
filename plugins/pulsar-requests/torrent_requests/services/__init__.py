"""Creating, changing, filling and deleting requests."""
