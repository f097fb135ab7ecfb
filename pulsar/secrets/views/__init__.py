"""The endpoints of secrets."""
