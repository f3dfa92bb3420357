"""What a volume is made of, by purpose: each profile turns a frozen batch into files, the same bytes each time."""

from portal.batches.profiles.base import PROFILES, Profile, VolumeFile, Work, profile

# Each makes itself known when it is imported; they need the names above.
from portal.batches.profiles import hand_over, kr_filing, standard, us_production  # noqa: F401, isort: skip

__all__ = ["PROFILES", "Profile", "VolumeFile", "Work", "profile"]
