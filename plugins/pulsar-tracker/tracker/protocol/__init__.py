"""The HTTP tracker protocol: requests of clients, and the encoded responses."""
