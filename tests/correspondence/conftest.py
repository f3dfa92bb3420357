"""Somebody who has signed for both firms."""

from tests.correspondence.signed import english, signed_once, site

__all__ = ["english", "signed_once", "site"]
