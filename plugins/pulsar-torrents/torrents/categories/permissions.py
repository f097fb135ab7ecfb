"""What members may do with categories."""

MODIFY = "torrents_modify_categories"
