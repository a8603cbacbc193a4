"""The one blueprint of the evidence."""

from flask import Blueprint

blueprint = Blueprint("evidence", __name__, template_folder="templates")
