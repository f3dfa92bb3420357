"""What can be wrong with an act on a staff account."""

from portal.errors import PortalError


class StaffError(PortalError):
    """An act on a staff account was refused."""


class WeakPassword(StaffError):
    """Too short, or one of those that everybody tries first."""


class UnknownStaff(StaffError):
    """No account has that address."""


class AlreadyStaff(StaffError):
    """An account with that address is there."""
