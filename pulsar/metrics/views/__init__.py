"""The endpoints of metrics."""
