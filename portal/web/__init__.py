"""Page furniture: language in the path, headers, forms' tokens, limits, errors, and who may come in."""

from portal.web.access import Claimant, Staff, allow, claimant, staff
from portal.web.app import furnish, runtime

__all__ = ["Claimant", "Staff", "allow", "claimant", "furnish", "runtime", "staff"]
