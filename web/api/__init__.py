"""The API, as JSON for programs: each module adds its addresses to one blueprint."""

from web.api import articles, changes, citation, export, overview, search
from web.api.blueprint import blueprint

__all__ = ["articles", "blueprint", "changes", "citation", "export", "overview", "search"]
