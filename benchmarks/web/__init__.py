"""Pages a second, ours and others': ``python -m benchmarks.web``; see ``__main__``."""
