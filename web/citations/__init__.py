"""Citations: from an article to an item of CSL-JSON, and from that to text."""
