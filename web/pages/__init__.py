"""The pages that people read: each module adds its addresses to one blueprint."""

from web.pages import article, home, search, wording
from web.pages.blueprint import blueprint

__all__ = ["article", "blueprint", "home", "search", "wording"]
