"""Datasette's templates learn to read the row of ``statements.as_json``."""

from __future__ import annotations

import json
from typing import Any

from datasette import hookimpl

from benchmarks.web.peers.shown import shown


def prepare_jinja2_environment(env: Any) -> None:
    """Called by Datasette when it starts."""
    env.filters["as_page"] = _as_page


hookimpl(prepare_jinja2_environment)


def _as_page(row: Any, asked: Any) -> dict[str, Any]:
    return shown(json.loads(row["hits"]), json.loads(row["counts"]), dict(asked))
