"""Adding, trying and proving the profiles of sites, and reviewing what they do not read."""
