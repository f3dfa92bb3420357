"""What can be wrong with an import as a whole. What is wrong with one row stands in the report."""

from portal.errors import PortalError


class ImportRefused(PortalError):
    """The list or its mapping cannot be used; the sentence says what to change, and quotes nothing of the rows."""


class NoSuchRun(PortalError):
    """No import has that number."""
