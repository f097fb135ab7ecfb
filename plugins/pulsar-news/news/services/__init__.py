"""What happens when entries are written, changed and removed."""
