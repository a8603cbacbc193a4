"""The data of pages for people: each module adds its addresses to one blueprint."""

from web.data import browsing, chronology, citation_list, evidence, search, verifying
from web.data.blueprint import blueprint

__all__ = [
    "blueprint",
    "browsing",
    "chronology",
    "citation_list",
    "evidence",
    "search",
    "verifying",
]
