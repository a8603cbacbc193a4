"""What all addresses for harvesting share: the blueprint, and how it names addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from web.holdings import holdings

blueprint = Blueprint("harvest", __name__)


def public(endpoint: str, **values: Any) -> str:
    """An address as other machines reach it."""
    return holdings().settings.public_url.rstrip("/") + url_for(endpoint, **values)
