"""Writing, editing, translating, linking and deleting articles."""
