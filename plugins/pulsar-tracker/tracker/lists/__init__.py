"""The data of the tracker in the API: peers of torrents, snatches of members."""
