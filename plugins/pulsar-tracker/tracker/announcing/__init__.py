"""The announce core: from a query to a bencoded answer, without any framework."""
