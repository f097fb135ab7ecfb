"""Swarms in memory, packed: who shares which torrent, and what each announce adds."""
