"""What all pages share: the blueprint that they are registered on."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
