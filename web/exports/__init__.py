"""Exports: every hit of a search, or a list of reports, as files written piece by piece."""
