"""Where all hits of the search page are had as files."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import url_for

from web.exports.formats import export_formats
from web.pages.parameters import PageParameters
from web.params import SearchParameters

_OFFERED = ("csv", "ris", "bibtex", "gbt7714-2025-numeric", "csl-json", "jsonl", "warc")


def everything_address(parameters: PageParameters, endpoint: str, **more: str) -> str:
    """The address of something that is made of all hits of a search, without its pages."""
    given = parameters.model_dump(by_alias=True, include=set(SearchParameters.model_fields))
    asked = SearchParameters.model_validate(given).address(limit=None, facet=None)
    return f"{url_for(endpoint)}?{urlencode({**more, **asked}, doseq=True)}"


def export_choices(parameters: PageParameters) -> list[tuple[str, str]]:
    """The forms that people want, with the addresses of the files."""
    return [
        (export_formats[key].label, everything_address(parameters, "api.export", format=key))
        for key in _OFFERED
    ]
