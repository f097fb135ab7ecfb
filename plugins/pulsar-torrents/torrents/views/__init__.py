"""Views of torrents."""
