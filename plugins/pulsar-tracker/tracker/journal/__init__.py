"""The journal: what announces mean, on disk before they are answered."""
