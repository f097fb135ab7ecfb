"""The HTTP tracker protocol: what clients send, and the bytes that answer them."""
