"""The forms in which a citation is given: one entry a form, from an item of CSL-JSON to text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archive.words import N_
from web.citations import bibtex, gbt7714, plain, ris
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
    line_end: str = "\n"
    opening: str = ""
    """What stands before the first of several, between two and behind the last."""
    between: str = "\n"
    closing: str = "\n"
    nothing: str = ""
    """The file that holds none."""
    is_numbered: bool = False
    """Whether the entries of a list have numbers."""

    def file(self, item: CslItem) -> str:
        """A file that holds one citation."""
        return self.render(item) + self.line_end

    def list(self, items: Iterable[CslItem]) -> Iterator[str]:
        """A file that holds several, piece by piece."""
        mark = self.opening
        for number, item in enumerate(items, 1):
            yield mark + (f"[{number}] " if self.is_numbered else "") + self.render(item)
            mark = self.between
        yield self.closing if mark == self.between else self.nothing


DEFAULT_FORMAT = "gbt7714-2025-numeric"


def _gbt7714(edition: int, system: str, label: str) -> CitationFormat:
    rules = rules_of(edition, author_date=system == "author-date")
    return CitationFormat(
        key=f"gbt7714-{edition}-{system}",
        label=label,
        media_type="text/plain",
        suffix=".txt",
        render=lambda item: gbt7714.reference(item, rules),
        is_numbered=system == "numeric",
    )


def _csl_json(item: CslItem) -> str:
    return json.dumps(item, ensure_ascii=False)


_LISTED = (
    _gbt7714(2025, "numeric", N_("GB/T 7714—2025, numeric")),
    _gbt7714(2025, "author-date", N_("GB/T 7714—2025, author-date")),
    _gbt7714(2025, "note", N_("GB/T 7714—2025, note")),
    _gbt7714(2015, "numeric", N_("GB/T 7714—2015, numeric")),
    _gbt7714(2015, "author-date", N_("GB/T 7714—2015, author-date")),
    _gbt7714(2015, "note", N_("GB/T 7714—2015, note")),
    CitationFormat(
        key="text",
        label=N_("Plain text with the evidence"),
        media_type="text/plain",
        suffix=".txt",
        render=plain.record,
        between="\n\n",
    ),
    CitationFormat(
        key="bibtex",
        label="BibTeX",
        media_type="application/x-bibtex",
        suffix=".bib",
        render=bibtex.entry,
        between="\n\n",
    ),
    CitationFormat(
        key="ris",
        label="RIS",
        media_type="application/x-research-info-systems",
        suffix=".ris",
        render=ris.record,
        line_end="\r\n",
        between="\r\n\r\n",
        closing="\r\n",
    ),
    CitationFormat(
        key="csl-json",
        label="CSL-JSON",
        media_type="application/vnd.citationstyles.csl+json",
        suffix=".csl.json",
        render=_csl_json,
        opening="[\n",
        between=",\n",
        closing="\n]\n",
        nothing="[]\n",
    ),
)

ALIASES: Mapping[str, str] = MappingProxyType({"gbt7714": DEFAULT_FORMAT})
"""Short names for formats."""

formats: Mapping[str, CitationFormat] = MappingProxyType({form.key: form for form in _LISTED})
"""Every form of citation, in the order in which a reader is offered them."""

FILES: Mapping[str, CitationFormat] = MappingProxyType(
    {formats[key].suffix: formats[key] for key in ("ris", "bibtex", "csl-json", "text")}
)
"""The forms that an article's address has with a suffix."""


def find_format(name: str) -> CitationFormat | None:
    """The form with a key or alias, or ``None``."""
    return formats.get(ALIASES.get(name, name))
