"""The site log's endpoint."""
