"""The blueprint of dates, numbers and the digest."""

from flask import Blueprint

blueprint = Blueprint("reporting", __name__, url_prefix="/staff")
