"""Swarms: who shares which torrent right now, and what each announce adds to the accounts."""
