"""Showing: pages and API over the store and the index. Flask lives only here."""
