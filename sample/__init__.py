"""A small union news site of our own writing, for the demo and as ground truth for tests."""
