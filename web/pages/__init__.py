"""The pages that people read: each module adds its addresses to one blueprint."""

from web.pages import (
    article,
    browse,
    chronology,
    citation_files,
    citation_list,
    home,
    on_this_day,
    search,
    wording,
    years,
)
from web.pages.blueprint import blueprint

__all__ = [
    "article",
    "blueprint",
    "browse",
    "chronology",
    "citation_files",
    "citation_list",
    "home",
    "on_this_day",
    "search",
    "wording",
    "years",
]
