"""What the tracker knows, as the API shows it: peers of torrents, snatches of members."""
