"""Guessing a site's profile from a few of its pages, for an archivist to accept."""
