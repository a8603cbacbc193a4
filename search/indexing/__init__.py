"""How the index is kept: Whoosh's segments, locks and table of contents in a folder."""
