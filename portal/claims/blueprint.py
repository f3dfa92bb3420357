"""The claimant's pages, which several modules serve."""

from flask import Blueprint

from portal.web import language

pages = Blueprint("claims", __name__, url_prefix=language.PREFIX)
