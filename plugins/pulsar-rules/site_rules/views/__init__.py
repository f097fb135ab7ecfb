"""The endpoints of the rules."""
