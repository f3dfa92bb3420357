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


class OwnAccount(StaffError):
    """Nobody changes their own rights, or closes or resets their own account: somebody else must agree."""


class LastAdministrator(StaffError):
    """Without this person nobody could manage accounts."""


class NoInvitation(StaffError):
    """The code is wrong, was used or has expired, or nobody with that address was invited."""


class PasskeyRefused(StaffError):
    """The answer of a passkey does not prove anything: altered, of another site, replayed or copied."""
