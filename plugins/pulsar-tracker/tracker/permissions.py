"""The names of the plugin's permissions."""

from __future__ import annotations

VIEW_PEERS = "tracker_view_peers"
