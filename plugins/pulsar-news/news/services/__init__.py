"""What happens when entries and comments are written, changed and removed."""
