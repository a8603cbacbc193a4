"""The same page made by others, over SQLite's FTS5."""
