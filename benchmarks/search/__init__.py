"""Our search beside other engines: ``python -m benchmarks.search``; see ``__main__``."""
