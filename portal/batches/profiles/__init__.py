"""What a volume is made of, by purpose: each profile turns a frozen batch into files, the same bytes each time."""

from portal.batches.profiles.base import PROFILES, Profile, VolumeFile, Work, profile

__all__ = ["PROFILES", "Profile", "VolumeFile", "Work", "profile"]
