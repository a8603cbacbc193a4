"""XML as programs read it: in UTF-8, and without characters that XML 1.0 does not have."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask import Response, render_template

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is left out by section 2.2 of XML 1.0; an escape of one would not be well-formed either."""


def xml_answer(template: str, mimetype: str, **facts: Any) -> Response:
    """A template filled in, ready to be parsed."""
    text = render_template(template, **facts)
    return Response(_ILLEGAL.sub("", text), content_type=f"{mimetype}; charset=utf-8")


def instant(at: datetime) -> str:
    """A time in UTC to the second: ``2026-11-22T01:30:00Z``."""
    return at.isoformat()[:19] + "Z"
