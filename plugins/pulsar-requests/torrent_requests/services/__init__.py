"""What is done to requests, with all that belongs to it."""
