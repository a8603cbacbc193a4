"""The record: what the archive holds, and the nouns everything else speaks in."""
