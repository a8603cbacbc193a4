"""The API, as JSON for programs: each module adds its addresses to one blueprint."""

from web.api import (
    articles,
    changes,
    chronology,
    citation,
    citation_list,
    evidence,
    export,
    overview,
    search,
)
from web.api.blueprint import blueprint

__all__ = [
    "articles",
    "blueprint",
    "changes",
    "chronology",
    "citation",
    "citation_list",
    "evidence",
    "export",
    "overview",
    "search",
]
