"""What all pages share: the blueprint that they are registered on."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)

SEARCH = "/search"
"""Links begin at ``/``, and a page has too many to build each by its route."""
