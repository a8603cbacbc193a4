"""The real pages beside the project and what people read in them.

They are no part of the project: their texts belong to their publishers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.scores import Truth

PAGES = Path(__file__).resolve().parents[2] / "shared" / "pages"
_MANIFEST = PAGES / "manifest.jsonl"
_MORE = PAGES / "extra-truth.jsonl"
_DESTROYED = ("71b0d2b3",)
"""Parts of names of files that are no page any more."""
_HOSTS_OF_FOLDERS = {"cx_extractor_netease2015": "money.163.com"}
_GUESSED = ("machine", "none")
"""Beginnings of truths that no person set down."""
_INSTITUTIONS = re.compile(
    r"(?:^|\.)(?:gov\.cn|people\.com\.cn|xinhuanet\.com|news\.cn|banyuetan\.org)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePage:
    """A saved article and its truth."""

    file: str
    """Its name in the manifest."""
    path: Path
    host: str
    """Empty where nobody noted it."""
    system: str = ""
    """The content management system that wrote it, where it is known."""
    truth: Truth

    @property
    def is_institutional(self) -> bool:
        """Whether it comes from an office or a state medium, as union sites do."""
        return bool(self.system or _INSTITUTIONS.search(self.host))


def true_pages() -> list[TruePage]:
    """Every saved article in the order of the manifest."""
    more: dict[str, dict[str, Any]] = {}
    for row in _rows(_MORE):
        more.setdefault(row["file"], {}).update(row)
    return [
        _page(row, more.get(row["file"], {}))
        for row in _rows(_MANIFEST)
        if row["kind"] == "article" and not any(each in row["file"] for each in _DESTROYED)
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _page(row: Mapping[str, Any], more: Mapping[str, Any]) -> TruePage:
    by_people = bool(row["truth_kind"]) and not row["truth_kind"].startswith(_GUESSED)

    def told(name: str, manifest_name: str = "") -> str | None:
        said: str | None = row.get(manifest_name or name) if by_people else None
        return more.get(name) or said

    day = told("date")
    return TruePage(
        file=row["file"],
        path=PAGES / row["file"],
        host=_host(row),
        system=row.get("cms") or "",
        truth=Truth(
            title=told("title"),
            day=day,
            has_no_day=day is None and "date" in more,
            source=told("source"),
            body=told("body", "body_or_prefix"),
        ),
    )


def _host(row: Mapping[str, Any]) -> str:
    folder = row["file"].partition("/")[0]
    said = row.get("host") or urlsplit(row.get("url") or "").hostname
    return said or _HOSTS_OF_FOLDERS.get(folder, "")
