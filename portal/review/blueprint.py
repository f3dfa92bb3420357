"""The blueprint of staff's pages on claims, by itself so that their modules can share it."""

from flask import Blueprint

blueprint = Blueprint("review", __name__, url_prefix="/staff")
