"""The one root of the portal's own failures, so that a command or a page can tell ours from a bug."""


class PortalError(Exception):
    """Something the portal foresaw; its text is one clear line for an operator and holds no personal data."""
