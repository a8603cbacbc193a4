"""The forms in which a citation is given: one entry a form, from an item of CSL-JSON to text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archive.words import N_
from web.citations import gbt7714
from web.citations.csl import CslItem
from web.citations.gbt7714_rules import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationFormat:
    """One form of citation."""

    key: str
    """What a person types and an address says."""
    label: str
    """What a reader is shown; a message id where it has words."""
    media_type: str
    suffix: str
    """Of a file that holds it, with the dot."""
    render: Callable[[CslItem], str]
    """Text without a final line break."""


DEFAULT_FORMAT = "gbt7714-2025-numeric"


def _gbt7714(edition: int, *, author_date: bool) -> CitationFormat:
    rules = rules_of(edition, author_date=author_date)
    labels = {
        (2025, False): N_("GB/T 7714—2025, numeric"),
        (2025, True): N_("GB/T 7714—2025, author-date"),
        (2015, False): N_("GB/T 7714—2015, numeric"),
        (2015, True): N_("GB/T 7714—2015, author-date"),
    }
    return CitationFormat(
        key=f"gbt7714-{edition}-{'author-date' if author_date else 'numeric'}",
        label=labels[edition, author_date],
        media_type="text/plain",
        suffix=".txt",
        render=lambda item: gbt7714.reference(item, rules),
    )


def _csl_json(item: CslItem) -> str:
    return json.dumps(item, ensure_ascii=False)


_LISTED = (
    _gbt7714(2025, author_date=False),
    _gbt7714(2025, author_date=True),
    _gbt7714(2015, author_date=False),
    _gbt7714(2015, author_date=True),
    CitationFormat(
        key="csl-json",
        label="CSL-JSON",
        media_type="application/vnd.citationstyles.csl+json",
        suffix=".csl.json",
        render=_csl_json,
    ),
)

ALIASES: Mapping[str, str] = MappingProxyType({"gbt7714": DEFAULT_FORMAT})
"""Short names for formats."""

formats: Mapping[str, CitationFormat] = MappingProxyType({form.key: form for form in _LISTED})
"""Every form of citation, in the order in which a reader is offered them."""


def find_format(name: str) -> CitationFormat | None:
    """The form with a key or alias, or ``None``."""
    return formats.get(ALIASES.get(name, name))
