"""Finding the pages of a site: what a list page leads to, and how lists go on."""
