"""The pages that people read: each module adds its addresses to one blueprint."""

from web.pages import article, citation_files, home, search, wording
from web.pages.blueprint import blueprint

__all__ = ["article", "blueprint", "citation_files", "home", "search", "wording"]
