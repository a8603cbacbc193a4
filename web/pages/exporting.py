"""What the search page offers to make of all its hits."""

from __future__ import annotations

from web.exports.formats import export_formats
from web.pages.parameters import PageParameters
from web.params import SearchParameters

OFFERED = ("csv", "gbt7714-2025-numeric", "ris", "bibtex", "csl-json", "jsonl", "warc")
"""The forms that people want of many reports."""


def fields_of_all(parameters: PageParameters) -> list[tuple[str, str]]:
    """The fields of a form that names all hits of a search, as programs ask for them."""
    given = {name: getattr(parameters, name) for name in SearchParameters.model_fields}
    asked = SearchParameters.model_construct(**given).address(limit=None, facet=None)
    return [
        (name, str(value))
        for name, values in asked.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def labels() -> dict[str, str]:
    """What the files are called, by their keys."""
    return {key: export_formats[key].label for key in OFFERED}
