"""The flusher: moves what the journal holds to the database, exactly once."""
