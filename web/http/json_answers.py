"""JSON as programs get it: Chinese as it is, in the order of the models, indented on demand."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request
from flask.json.provider import DefaultJSONProvider

PRETTY = "pretty"
"""Parameter that has JSON indented, be it empty or anything but ``false``."""
_NO = ("false", "0")


class JsonAnswers(DefaultJSONProvider):
    """Flask's own, in UTF-8 and readable if the address asks for that."""

    ensure_ascii = False
    sort_keys = False

    def dumps(self, obj: Any, **options: Any) -> str:
        if has_request_context() and request.args.get(PRETTY, "false").lower() not in _NO:
            options.update(indent=2, separators=(",", ": "))
        return super().dumps(obj, **options)
