"""Postings, pairs and columns as flat arrays in memory-mapped files, and what is read from them."""
