"""The servers of ``pulsar tracker``: HTTP and UDP in one event loop, over one announcer."""
